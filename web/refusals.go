package web

import (
	"net/http"
	"slices"
	"sync"
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

// refusals are the last refusals. The zero value has none.
type refusals struct {
	mu    sync.Mutex
	total int64 // since the start
	last  [keptRefusals]Refusal
}

func (s *refusals) add(r Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[s.total%keptRefusals] = r
	s.total++
}

// newest returns the last refusals, at most n, the newest first, and how many there were
// since the start.
func (s *refusals) newest(n int) (rs []Refusal, total int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rs = make([]Refusal, 0, n)
	for i := s.total - 1; i >= 0 && len(rs) < min(n, keptRefusals); i-- {
		rs = append(rs, s.last[i%keptRefusals])
	}
	return slices.Clip(rs), s.total
}

func (s *Server) allRefusals(*http.Request) (any, error) {
	rs, total := s.refusals.newest(keptRefusals)
	return map[string]any{"Refusals": rs, "Total": total}, nil
}
