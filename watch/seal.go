package watch

import "lullaby/instant"

// A Sealed is an hour of a series that leaves the Store.
type Sealed struct {
	Series Series
	Began  instant.Instant // the hour
	Whole  bool            // the Block replaces what the archive has of the hour; else it is added to it
	Block  Block
}

// Seal takes away the hours of series from first up to, but not including, end that
// end at or before an instant, and returns them. The caller archives them, and hands
// back by [Store.Unseal] those that it could not archive. Hours that the archive has
// already, and that nothing keeps, are dropped. Whatever remains counts as changed, so
// that the next record of [Store.Journal] replaces all before.
func (s *Store) Seal(before instant.Instant, first, end Series) []Sealed {
	var all []Sealed
	ended := hourOf(minuteOf(before))
	s.sealed = max(s.sealed, ended-1)
	for number := max(first, 1); number < end && int(number) <= len(s.series); number++ {
		if of := s.series[number-1]; of != nil {
			all = s.seal(all, of, number, ended)
		}
	}
	return all
}

func (s *Store) seal(all []Sealed, of *series, number Series, ended int64) []Sealed {
	old, _ := of.findSecond(instantOf(ended * pageMinutes).Add(-FineKept))
	s.forgetSeconds(of, old)
	for i := 0; i < len(of.pages); {
		p := of.pages[i]
		if p.hour >= ended {
			p.changed = p.present()
			i++
			continue
		}
		if !p.sealed {
			all = append(all, Sealed{number, p.began, p.whole, appendBlock(nil, p.points[:])})
			p.sealed, p.changed = true, 0
		}
		if p.whole && p.hour >= ended-of.keepHours() {
			i++
			continue
		}
		s.drop(of, i)
	}
	return all
}

// Unseal takes back an hour that was not archived, of a Store with an archive. The error is ErrCorrupt for a
// Block that is not of Seal.
func (s *Store) Unseal(back Sealed) error {
	of := s.series[back.Series-1]
	p := s.page(of, hourOf(minuteOf(back.Began)))
	if !p.sealed {
		p.whole = p.whole || back.Whole
		if err := p.merge(back.Block); err != nil {
			return err
		}
	}
	p.sealed, p.changed = false, p.present()
	return nil
}

// Load puts an hour from the archive into memory, of a Store that has one. The error is ErrCorrupt for a
// damaged Block.
func (s *Store) Load(number Series, began instant.Instant, b Block) error {
	p := s.page(s.series[number-1], hourOf(minuteOf(began)))
	if p.whole {
		return nil
	}
	late := p.present() != 0
	if err := p.merge(b); err != nil {
		return err
	}
	p.whole, p.sealed = true, !late
	if late {
		p.changed = p.present() // the journal has only what came late
	}
	return nil
}

func (p *page) merge(b Block) error {
	return b.each(pageMinutes, true, func(i int, point *Point) { p.points[i].merge(point, true) })
}

// Lacks returns the hours of a series that the archive may have, from the one with
// an instant on, and that are not in memory.
func (s *Store) Lacks(number Series, from instant.Instant) []instant.Instant {
	of := s.series[number-1]
	var all []instant.Instant
	for hour := hourOf(minuteOf(from)); hour <= s.sealed; hour++ {
		if i, found := of.find(hour); !found || !of.pages[i].whole {
			all = append(all, instantOf(hour*pageMinutes))
		}
	}
	return all
}
