package autoscale

import (
	"encoding/json"
	"math"

	"lullaby/watch"
)

// datapoints are what an alarm tells of its metric: the data of its reason.
type datapoints struct {
	Recent    []float64 `json:"recentDatapoints"` // the oldest first
	Threshold float64   `json:"threshold"`
}

// read returns the datapoints of an event that breach, none if it tells none: somebody
// may have set the state by hand (docs/aws/autoscaling.md#datapoints).
func read(e *watch.Event, out bool) []float64 {
	var d datapoints
	if json.Unmarshal([]byte(e.New.ReasonData), &d) != nil {
		return nil
	}
	var breaching []float64
	for _, v := range d.Recent {
		if out && v > d.Threshold || !out && v < d.Threshold {
			breaching = append(breaching, v)
		}
	}
	return breaching
}

// choose returns the datapoint that gives the capacity.
func (a *Assumptions) choose(points []float64) float64 {
	of := points[0]
	for _, v := range points[1:] {
		if a.Least {
			of = min(of, v)
		} else {
			of = max(of, v)
		}
	}
	return of
}

// desired returns the fewest units with which a value of the policy's metric would be at
// its target or below, if it was measured with some units
// (docs/aws/autoscaling.md#formula). It is at most most.
func (p *Policy) desired(value float64, units, most int64) int64 {
	target := *p.Config.TargetValue
	if p.Config.PredefinedMetricSpecification == nil {
		return ceiling(float64(value*float64(units)), target, most)
	}
	return ceiling(float64(value*100), float64(target*minute), most)
}

// ceiling returns the least n for which n times each is not less than all, at most most.
func ceiling(all, each float64, most int64) int64 {
	n := math.Floor(all / each)
	if !(n < float64(most)) {
		return most
	}
	whole := int64(max(n, 0))
	for float64(float64(whole)*each) < all && whole < most {
		whole++
	}
	return whole
}

// flaps reports whether a value of the policy's metric, measured with some units, would
// make its high alarm go off with others.
func (p *Policy) flaps(value float64, units, with int64) bool {
	target := *p.Config.TargetValue
	if p.Config.PredefinedMetricSpecification == nil {
		return float64(value*float64(units)) > float64(target*float64(with))
	}
	return value > line(target, with)
}
