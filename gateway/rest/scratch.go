package rest

import "bytes"

// maxKept is how much of each buffer is kept for the next request, in bytes. It
// is enough for ordinary requests, and large ones do not hold memory
// afterwards.
const maxKept = 64 << 10

// A scratch is memory that requests reuse.
type scratch struct {
	body    bytes.Buffer // of the request
	event   []byte
	headers []pair   // of the event, by name
	query   []pair   // of the event, by name
	params  []pair   // of the event's path, by name
	values  []string // of the path's variables, in order
	result  result
}

// release empties s for the next request. It clears strings, since they are
// parts of the request and would keep it in memory.
func (s *scratch) release() {
	s.body.Reset()
	if s.body.Cap() > maxKept {
		s.body = bytes.Buffer{}
	}
	if s.event = s.event[:0]; cap(s.event) > maxKept {
		s.event = nil
	}
	clear(s.headers)
	clear(s.query)
	clear(s.params)
	clear(s.values)
	s.result.reset()
}
