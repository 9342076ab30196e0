package watch

// An Emission is a metric that a service emits, with the names of its dimensions. The
// services' meters have lists of them. No sample of theirs is below 0.
type Emission struct {
	Metric
	Dimensions []string
	Most       float64 // no sample is above it; 0: that is not known
}

// Kind returns a statistic's kind of result, for who asks what it can be.
func (s Statistic) Kind() ResultKind {
	switch s.kind {
	case sampleCount, sum, trimmedCount, trimmedSum:
		return ResultTotal
	case percentileRank:
		return ResultPercent
	case average, minimum, maximum, percentile, trimmedMean, winsorizedMean:
	}
	return ResultSample
}

// A ResultKind says what the result of a statistic is.
type ResultKind uint8

// The kinds of results.
const (
	ResultSample  ResultKind = iota // between the least and the largest sample
	ResultTotal                     // a count or a sum: 0 or more, as far as samples are
	ResultPercent                   // 0 to 100
)
