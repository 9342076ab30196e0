package rest

import (
	"bytes"

	"lullaby/gateway/edge"
)

// A scratch is memory that requests reuse.
type scratch struct {
	body    bytes.Buffer // of the request
	event   []byte
	headers []edge.Pair // of the event, by name
	query   []edge.Pair // of the event, by name
	params  []edge.Pair // of the event's path, by name
	values  []string    // of the path's variables, in order
	result  edge.Result
}

// release empties s for the next request. It clears strings, since they are
// parts of the request and would keep it in memory.
func (s *scratch) release() {
	s.body.Reset()
	if s.body.Cap() > edge.MaxKept {
		s.body = bytes.Buffer{}
	}
	if s.event = s.event[:0]; cap(s.event) > edge.MaxKept {
		s.event = nil
	}
	clear(s.headers)
	clear(s.query)
	clear(s.params)
	clear(s.values)
	s.result.Reset()
}
