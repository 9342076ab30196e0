package store

import (
	"context"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/refusal"
	"lullaby/watch/request"
)

// PutMetricData performs the operation of that name: all data, or none of it. What it
// has put survives a crash from the end of the minute on.
func (s *Store) PutMetricData(_ context.Context, now instant.Instant, in *request.PutMetricDataInput) (*struct{}, error) {
	if err := in.Check(now); err != nil {
		return nil, err
	}
	return &struct{}{}, s.putAll(now, in)
}

// PutEmbedded puts the metrics in a line of a function's log, which most lines have not.
// It does not wait for a disk.
func (s *Store) PutEmbedded(now instant.Instant, line string) {
	for _, in := range request.Embedded(now, line) {
		_ = s.putAll(now, in) // a function's log says nothing of those that are refused
	}
}

// putAll puts data that were checked. The error is a refusal.LimitExceeded.
func (s *Store) putAll(now instant.Instant, in *request.PutMetricDataInput) error {
	data := in.Data()
	s.mu.Lock()
	defer s.mu.Unlock()
	numbers := make([]watch.Series, len(data))
	for i := range data {
		m := watch.Metric{Namespace: in.Namespace, Name: data[i].MetricName, Unit: data[i].Unit}
		if m.Unit == "" {
			m.Unit = watch.NoUnit
		}
		if numbers[i] = s.mu.Series(m, data[i].Dimensions...); numbers[i] == 0 {
			return refusal.Newf(refusal.LimitExceeded, "Lullaby keeps %d metrics at most.", watch.MaxSeries)
		}
	}
	for i := range data {
		s.put(now, numbers[i], &data[i])
	}
	return nil
}

// put adds a datum, of which s.mu is held.
func (s *Store) put(now instant.Instant, number watch.Series, d *request.MetricDatum) {
	at := now
	if d.Timestamp != nil {
		at = d.Timestamp.Instant
	}
	switch {
	case d.StatisticValues != nil:
		v := d.StatisticValues
		set := &watch.Point{Samples: *v.SampleCount, Sum: *v.Sum, Min: *v.Minimum, Max: *v.Maximum}
		s.mu.AddSet(at, number, set)
		if d.Fine() {
			s.mu.AddFineSet(at, number, set)
		}
	case d.Value != nil:
		s.putCount(at, number, d, *d.Value, 1)
	}
	for i, v := range d.Values {
		n := 1.0
		if i < len(d.Counts) {
			n = d.Counts[i]
		}
		s.putCount(at, number, d, v, n)
	}
}

func (s *Store) putCount(at instant.Instant, number watch.Series, d *request.MetricDatum, v, n float64) {
	s.mu.AddCount(at, number, v, n)
	if d.Fine() {
		s.mu.AddFine(at, number, v, n)
	}
}
