package watch

// A datapoint is a period of an alarm's metric.
type datapoint struct {
	present  bool
	value    float64
	breaches bool
	few      bool // too few samples for a percentile
	at       int64
	samples  float64
}

// A verdict is what an evaluation finds.
type verdict uint8

const (
	keep verdict = iota
	fine
	breached
	unknown
)

// state returns the state that follows from a verdict.
func (v verdict) state(now StateValue) StateValue {
	switch v {
	case fine:
		return StateOK
	case breached:
		return StateAlarm
	case unknown:
		return StateInsufficientData
	case keep:
	}
	return now
}

// judge evaluates a range of datapoints, the newest first, of which the alarm asks
// for n, and goes off if m breach. It returns those that decided.
//
// If n of them are there, the newest n decide, whatever is missing between. Else
// missing ones are treated as told, as few as there must be to have n. Of data that
// is missing and stays so, the alarm goes off although fewer than m breach, if all
// that are there breach and the oldest is m periods old: waiting would not tell more
// (docs/aws/cloudwatch.md#missing-data).
func judge(points []datapoint, n, m int, treat string) (verdict, []datapoint) {
	deciding := make([]datapoint, 0, n)
	breaching, oldest := 0, 0 // how many of the deciding breach; how many periods ago the oldest of them was
	for i, p := range points {
		if !p.present || len(deciding) == n {
			continue
		}
		deciding = append(deciding, p)
		if p.breaches {
			breaching++
			oldest = i + 1
		}
	}
	missing := n - len(deciding)
	switch {
	case breaching >= m:
		return breached, deciding
	case treat == treatBreaching && breaching+missing >= m:
		return breached, deciding
	case missing == 0, treat == treatBreaching, treat == treatNotBreaching, breaching < len(deciding):
		return fine, deciding
	case treat == treatIgnore:
		return keep, deciding
	case len(deciding) == 0:
		return unknown, deciding
	case oldest >= m:
		return breached, deciding
	}
	return keep, deciding
}
