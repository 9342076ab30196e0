package rest

import "bytes"

// maxKept is how much of each buffer outlives a request, in bytes: enough for
// ordinary requests, and a burst of large ones is not paid for ever after.
const maxKept = 64 << 10

// A scratch is the memory that one request after another works in.
type scratch struct {
	body    bytes.Buffer // of the request
	event   []byte
	headers []pair   // of the event, by name
	query   []pair   // of the event, by name
	params  []pair   // of the event's path, by name
	values  []string // of the path's variables, in order
	result  result
}

// release empties s for the next request. Strings are cleared so that a kept
// scratch does not keep the request that they are part of.
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
