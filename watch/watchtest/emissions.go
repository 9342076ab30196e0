package watchtest

import (
	"fmt"
	"slices"
	"strings"

	"lullaby/watch"
)

// Disagreements returns where a list of emissions is not what t has heard of: a series
// that it lacks, an emission without a series, a sample above Most.
func (t *Tape) Disagreements(list []watch.Emission) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []string
	key := func(m watch.Metric, dimensions []string) string {
		return fmt.Sprintf("%s %s in %s by %s", m.Namespace, m.Name, m.Unit, strings.Join(dimensions, ", "))
	}
	listed := map[string]watch.Emission{}
	for _, e := range list {
		listed[key(e.Metric, e.Dimensions)] = e
	}
	of := func(s *Sample) string {
		names := make([]string, len(s.Dimensions))
		for i, d := range s.Dimensions {
			names[i] = d.Name
		}
		return key(s.Metric, names)
	}
	heard := map[string]bool{}
	for i := range t.series {
		k := of(&t.series[i])
		heard[k] = true
		if _, known := listed[k]; !known {
			all = append(all, "not listed: "+k)
		}
	}
	for k := range listed {
		if !heard[k] {
			all = append(all, "listed, not emitted: "+k)
		}
	}
	for i := range t.samples {
		s := &t.samples[i]
		if e := listed[of(s)]; s.Value < 0 || e.Most > 0 && s.Value > e.Most {
			all = append(all, fmt.Sprintf("a sample of %v: %s", s.Value, of(s)))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
