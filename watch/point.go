package watch

import "math"

// A Point is the samples of a minute, or of a longer time, in sum. The zero Point
// has none.
type Point struct {
	Samples  float64 // a statistic set, or the count of a value, need not be whole
	Sum      float64
	Min, Max float64

	values *histogram // nil: all samples are Min, unless opaque
	idle   bool       // the only sample is the zero of AddIdle
	opaque bool       // the values are not known, so there are no percentiles
}

// add adds n samples of a value. spare gives histograms.
func (p *Point) add(value, n float64, spare *spares) {
	if p.Samples == 0 || p.idle {
		*p = Point{Samples: n, Sum: float64(value * n), Min: value, Max: value, opaque: !countable(value, n)}
		return
	}
	p.Samples += n
	p.Sum += float64(value * n) // rounded, so that no machine fuses it with the sum
	switch {
	case p.opaque:
	case !countable(value, n):
		p.conceal()
	case p.values != nil:
		p.values.add(cellOf(value), uint32(n))
	case value != p.Min:
		p.values = spare.histogram()
		p.values.add(cellOf(p.Min), uint32(min(p.Samples-n, maxCount)))
		p.values.add(cellOf(value), uint32(n))
	}
	p.Min, p.Max = min(p.Min, value), max(p.Max, value)
}

// countable reports whether a histogram can count n values: AWS has no percentiles
// of metrics with negative values (docs/aws/cloudwatch.md#percentiles).
func countable(value, n float64) bool {
	return value >= 0 && n >= 1 && n <= maxCount && n == math.Trunc(n)
}

// conceal forgets the values of the samples.
func (p *Point) conceal() { p.values, p.opaque = nil, true }

// merge adds the samples of another Point, without the values if they are not
// asked for.
func (p *Point) merge(o *Point, values bool) {
	switch {
	case o.Samples == 0, o.idle && p.Samples > 0:
		return
	case p.Samples == 0 || p.idle:
		p.Samples, p.Sum, p.Min, p.Max = o.Samples, o.Sum, o.Min, o.Max
		p.idle, p.opaque, p.values = o.idle, o.opaque, nil
		if o.values != nil && values {
			p.values = &histogram{}
			p.values.merge(o.values)
		}
		return
	}
	if values {
		p.mergeValues(o)
	}
	p.Samples += o.Samples
	p.Sum += o.Sum
	p.Min, p.Max = min(p.Min, o.Min), max(p.Max, o.Max)
}

func (p *Point) mergeValues(o *Point) {
	if p.opaque || o.opaque {
		p.conceal()
		return
	}
	if p.values == nil {
		if o.values == nil && p.Min == o.Min {
			return
		}
		p.values = &histogram{}
		p.values.add(cellOf(p.Min), uint32(min(p.Samples, maxCount)))
	}
	if o.values == nil {
		p.values.add(cellOf(o.Min), uint32(min(o.Samples, maxCount)))
		return
	}
	p.values.merge(o.values)
}

// clone returns a Point that shares nothing with p.
func (p *Point) clone() Point {
	var q Point
	q.merge(p, true)
	return q
}
