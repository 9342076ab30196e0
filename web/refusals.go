package web

import (
	"net/http"
	"time"
)

// A Refusal is a request that a service or an API refused.
type Refusal struct {
	At        time.Time // when the request began
	Service   string    // "DynamoDB"
	Operation string    // PutItem, or POST /item; empty: the request has none
	Status    int
	Code      string // of AWS's: ProvisionedThroughputExceededException
	Message   string
	Limit     string // the limit that throttled it; empty: it was not throttled
	Resource  string // that refused: a table, TABLE/index/NAME or a function; may be empty
	Request   string // the beginning of its body; empty: it has none, or that is no text
}

// How many refusals are kept, and how many of them a state has.
const (
	keptRefusals  = 200
	shownRefusals = 8
)

func (s *Server) allRefusals(*http.Request) (any, error) {
	rs, total := s.refusals.newest(keptRefusals)
	return map[string]any{"Refusals": rs, "Total": total}, nil
}
