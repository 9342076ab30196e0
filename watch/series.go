package watch

import (
	"slices"
	"strings"

	"lullaby/instant"
)

// An identity distinguishes series: as in CloudWatch, a metric with other
// dimensions is another series.
type identity struct {
	metric     Metric
	dimensions string // sorted by name
}

// A family is the series of one metric with the same dimensions and different
// units, which CloudWatch keeps apart (docs/aws/cloudwatch.md#units).
type family struct{ namespace, name, dimensions string }

// An index finds series.
type index struct {
	series   map[identity]Series
	families map[family][]Series
}

// Series implements [Sink]. It returns the zero Series beyond [MaxSeries].
func (s *Store) Series(m Metric, dimensions ...Dimension) Series {
	id := identity{m, identify(dimensions)}
	if known, ok := s.index.series[id]; ok {
		return known
	}
	if len(s.index.series) >= MaxSeries {
		return 0
	}
	return s.intern(id, Series(len(s.series)+1)) //nolint:gosec // at most MaxSeries
}

// intern adds a series under a number, which is free.
func (s *Store) intern(id identity, number Series) Series {
	if s.index.series == nil {
		s.index = index{map[identity]Series{}, map[family][]Series{}}
	}
	for int(number) > len(s.series) {
		s.series = append(s.series, nil)
	}
	s.series[number-1] = &series{identity: id}
	s.index.series[id] = number
	f := family{id.metric.Namespace, id.metric.Name, id.dimensions}
	s.index.families[f] = append(s.index.families[f], number)
	return number
}

// Find returns the series of a metric with dimensions, in any order: those of all
// units if the unit is empty. It interns none.
func (s *Store) Find(m Metric, dimensions ...Dimension) []Series {
	text := identify(dimensions)
	if m.Unit != "" {
		if number, ok := s.index.series[identity{m, text}]; ok {
			return []Series{number}
		}
		return nil
	}
	return s.index.families[family{m.Namespace, m.Name, text}]
}

// Describe returns the metric and the dimensions of a series, sorted by name.
func (s *Store) Describe(number Series) (Metric, []Dimension) {
	of := s.series[number-1]
	return of.metric, dimensionsOf(of.dimensions)
}

// Define gives a series the number that it had before. The Store has no series of that
// number, and not this one.
func (s *Store) Define(number Series, m Metric, dimensions []Dimension, newest instant.Instant) {
	s.intern(identity{m, identify(dimensions)}, number)
	s.series[number-1].known, s.series[number-1].newest = true, minuteOf(newest)
}

// Undefined returns the series from first up to, but not including, end that have
// samples and that no archive knows, and from then on takes them as known.
func (s *Store) Undefined(first, end Series) []Series {
	var all []Series
	for number := max(first, 1); number < end && int(number) <= len(s.series); number++ {
		if of := s.series[number-1]; of != nil && !of.known && len(of.pages) > 0 {
			of.known = true
			all = append(all, number)
		}
	}
	return all
}

// Undefine takes back that an archive knows a series.
func (s *Store) Undefine(number Series) { s.series[number-1].known = false }

// Len returns the number of the last series.
func (s *Store) Len() Series { return Series(len(s.series)) } //nolint:gosec // at most MaxSeries

// Has reports whether there is a series of a number.
func (s *Store) Has(number Series) bool { return s.series[number-1] != nil }

// Forgettable reports whether a series that the archive knows has nothing in memory.
func (s *Store) Forgettable(number Series) bool {
	of := s.series[number-1]
	return of != nil && of.known && len(of.pages) == 0
}

// Newest returns the minute of the latest sample of a series, the zero instant if it
// has none.
func (s *Store) Newest(number Series) instant.Instant {
	if of := s.series[number-1]; of.newest != 0 {
		return instantOf(of.newest)
	}
	return 0
}

// identify encodes dimensions as text, a different text for different
// dimensions.
func identify(dimensions []Dimension) string {
	if !slices.IsSortedFunc(dimensions, byName) {
		dimensions = slices.SortedFunc(slices.Values(dimensions), byName)
	}
	var b strings.Builder
	for _, d := range dimensions {
		b.WriteString(d.Name)
		b.WriteByte(0) // no name or value has a zero byte
		b.WriteString(d.Value)
		b.WriteByte(0)
	}
	return b.String()
}

// dimensionsOf is the reverse of identify.
func dimensionsOf(text string) []Dimension {
	var all []Dimension
	for text != "" {
		var d Dimension
		d.Name, text, _ = strings.Cut(text, "\x00")
		d.Value, text, _ = strings.Cut(text, "\x00")
		all = append(all, d)
	}
	return all
}

func byName(a, b Dimension) int { return strings.Compare(a.Name, b.Name) }
