// Package watchtest lets tests see the samples that a service measures.
package watchtest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// A Sample is a sample with its series written out.
type Sample struct {
	At         instant.Instant
	Metric     watch.Metric
	Dimensions []watch.Dimension // as they were given
	Value      float64
}

// Dimension returns the value of the dimension of that name, empty if there is
// none.
func (s *Sample) Dimension(name string) string {
	for _, d := range s.Dimensions {
		if d.Name == name {
			return d.Value
		}
	}
	return ""
}

// A Tape is a [watch.Sink] that keeps every sample. The zero Tape is empty and
// ready. It is safe for concurrent use.
type Tape struct {
	mu          sync.Mutex
	watch.Store // of the same samples; only the methods of Tape lock

	series  []Sample // by watch.Series-1, without instant and value
	samples []Sample
}

// Series implements [watch.Sink].
func (t *Tape) Series(m watch.Metric, dimensions ...watch.Dimension) watch.Series {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.Store.Series(m, dimensions...)
	if int(s) > len(t.series) {
		t.series = append(t.series, Sample{Metric: m, Dimensions: slices.Clone(dimensions)})
	}
	return s
}

// Add implements [watch.Sink].
func (t *Tape) Add(at instant.Instant, s watch.Series, value float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Store.Add(at, s, value)
	t.keep(at, s, value)
}

// AddIdle implements [watch.Sink]. The zero is kept if there was none in the
// minute.
func (t *Tape) AddIdle(at instant.Instant, s watch.Series) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, busy := t.Stat(s, watch.SampleCount, at, at.Add(time.Minute))
	t.Store.AddIdle(at, s)
	if !busy {
		t.keep(at, s, 0)
	}
}

func (t *Tape) keep(at instant.Instant, s watch.Series, value float64) {
	if s == 0 {
		return
	}
	sample := t.series[s-1]
	sample.At, sample.Value = at, value
	t.samples = append(t.samples, sample)
}

// Take returns the samples since the last Take, in the order in which they came.
func (t *Tape) Take() []Sample {
	t.mu.Lock()
	defer t.mu.Unlock()
	taken := t.samples
	t.samples = nil
	return taken
}

// Sums takes the samples and adds them up: a line for each series, sorted, such
// as "ConsumedReadCapacityUnits tab/by-day: 1.5 in 2". What stands behind the
// metric's name are the values of its dimensions.
func (t *Tape) Sums() string {
	sums, counts := map[string]float64{}, map[string]int{}
	for _, s := range t.Take() {
		values := make([]string, len(s.Dimensions))
		for i, d := range s.Dimensions {
			values[i] = d.Value
		}
		name := strings.TrimSuffix(s.Metric.Name+" "+strings.Join(values, "/"), " ")
		sums[name] += s.Value
		counts[name]++
	}
	lines := make([]string, 0, len(sums))
	for name := range sums {
		lines = append(lines, fmt.Sprintf("%s: %v in %d", name, sums[name], counts[name]))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
