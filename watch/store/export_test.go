package store

import (
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// Tick does what Run does at an instant.
func (s *Store) Tick(now instant.Instant) { s.tick(now, false) }

// Read returns a statistic of each period of a series that has it, by when it begins.
func (s *Store) Read(now instant.Instant, number watch.Series, of watch.Statistic, from, to instant.Instant, period time.Duration) (map[instant.Instant]float64, error) {
	p := watch.NewPeriods(from, to, period, true)
	if err := s.read(now, number, p, period); err != nil {
		return nil, err
	}
	all := map[instant.Instant]float64{}
	for i := range p.Len() {
		at, point := p.At(i)
		if v, ok := of.Of(point); ok {
			all[at] = v
		}
	}
	return all, nil
}

// Described returns an alarm as its actions get it.
func (s *Store) Described(name string) watch.Description {
	for _, a := range s.acting([]watch.Event{{Alarm: name, Actions: []string{"any"}}}) {
		return a.alarm
	}
	return watch.Description{}
}
