package expr

import (
	"cmp"
	"index/suffixarray"
	"slices"
	"strings"

	"lullaby/attribute"
)

// A place is where a path of a condition leads in an item, or where a value of the
// expression is, which stays the same for each item. The zero place is the item itself,
// or that of a value that is not defined.
type place struct {
	step  Step
	lists int                    // how many of next are indexes of a list; they come first
	next  []*place               // in the order of their indexes and of their names
	found attribute.EncodedValue // what the item has there; Invalid: nothing

	known // of found
}

// What is known of a value.
type known struct {
	sized    attribute.EncodedValue // its size
	asked    int                    // look-ups of members, or of parts of a text
	members  attribute.Members
	suffixes *suffixarray.Index // of a text
}

// of returns the place below p to which a path leads.
func (p *place) of(path Path) *place {
	for _, step := range path {
		i, found := slices.BinarySearchFunc(p.next, step, func(q *place, s Step) int {
			return cmp.Or(strings.Compare(q.step.Name, s.Name), q.step.Index-s.Index) // an index has no name
		})
		if !found {
			p.next = slices.Insert(p.next, i, &place{step: step})
			if step.InList {
				p.lists++
			}
		}
		p = p.next[i]
	}
	return p
}

// read finds what an item has at each place below p, in one pass over as much of it
// as they need. The error matches attribute.ErrCorrupt.
func (p *place) read(form attribute.Encoded) error {
	p.clear()
	i := form.Iterate()
	return readNamed(p.next, &i)
}

func (p *place) clear() {
	for _, q := range p.next {
		q.found, q.known = attribute.EncodedValue{}, known{}
		q.clear()
	}
}

// set puts a value at a place and finds those below it.
func (p *place) set(v attribute.EncodedValue) error {
	p.found = v
	switch {
	case v.Kind() == attribute.L && p.lists > 0:
		i := v.Iterate()
		return readIndexed(p.next[:p.lists], &i)
	case v.Kind() == attribute.M && p.lists < len(p.next):
		i := v.Iterate()
		return readNamed(p.next[p.lists:], &i)
	}
	return nil
}

// readNamed finds what members, which have the order of their names, have at places.
func readNamed(places []*place, members *attribute.Iterator) error {
	for len(places) > 0 {
		name, v, more := members.Next()
		for more && len(places) > 0 && places[0].step.Name < string(name) {
			places = places[1:]
		}
		switch {
		case !more:
			return members.Err()
		case len(places) > 0 && places[0].step.Name == string(name):
			if err := places[0].set(v); err != nil {
				return err
			}
			places = places[1:]
		}
	}
	return nil
}

// readIndexed finds what the members of a list have at places.
func readIndexed(places []*place, members *attribute.Iterator) error {
	next := 0
	for _, p := range places {
		members.Skip(p.step.Index - next)
		_, v, more := members.Next()
		if !more {
			return members.Err()
		}
		if err := p.set(v); err != nil {
			return err
		}
		next = p.step.Index + 1
	}
	return nil
}

// size is the function size of the value at p.
func (p *place) size() attribute.EncodedValue {
	if p.sized.Kind() == attribute.Invalid {
		p.sized = size(p.found)
	}
	return p.sized
}

// How many look-ups cost less than to prepare for more: of members, and of parts of a
// text that is not short, in bytes.
const (
	few   = 2
	some  = 16
	short = 1 << 10
)

// contains is the function contains of the value at p.
func (p *place) contains(part attribute.EncodedValue) bool {
	p.asked++
	switch p.found.Kind() {
	case attribute.L, attribute.SS, attribute.NS, attribute.BS:
		if p.asked <= few {
			break
		}
		if p.members == nil {
			p.members = p.found.Index()
		}
		return p.members.Has(part)
	case attribute.S, attribute.B:
		if p.asked <= some || p.found.Len() < short || part.Kind() != p.found.Kind() || part.Len() == 0 {
			break
		}
		if p.suffixes == nil {
			p.suffixes = suffixarray.New(p.found.Text())
		}
		return p.suffixes.Lookup(part.Text(), 1) != nil
	default:
	}
	return Contains(p.found, part)
}
