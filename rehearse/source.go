package rehearse

import "lullaby/instant"

// A source is the clients of one route. It sends each request when it arrives.
// Its only event is the next arrival.
type source struct {
	number   uint16
	arrivals *Arrivals
	stage    *stage
}

// newSource adds the clients of a stage to the world and schedules their first
// request.
func (w *world) newSource(a *Arrivals, to *stage) {
	s := &source{arrivals: a, stage: to}
	s.number = w.add(s)
	s.expect(w)
}

// expect schedules the next arrival, if there is one.
func (s *source) expect(w *world) {
	if at, ok := s.arrivals.Next(); ok {
		w.scheduleClock(w.start.Add(at), s.number)
	}
}

// wake sends the request that arrives now.
func (s *source) wake(w *world, now instant.Instant, _ uint8, _ uint32) {
	s.stage.receive(w, now)
	s.expect(w)
}
