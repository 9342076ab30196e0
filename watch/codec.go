package watch

import (
	"encoding/binary"
	"errors"
	"math"
)

// ErrCorrupt is returned for a block or a record that no Store has written.
var ErrCorrupt = errors.New("metrics on disk are damaged")

// A Point is written as a byte for its kind, its samples, and what the kind has:
//
//	idle, one   the only sample is 0
//	uniform     the value of all samples
//	two         the two values
//	several     minimum, maximum, sum, and the cells of the values
//	opaque      minimum, maximum, sum
//
// That is two or three bytes for most counts of a minute.
const (
	pointIdle = iota
	pointOne
	pointUniform
	pointTwo
	pointSeveral
	pointOpaque
)

func appendPoint(dst []byte, p *Point) []byte {
	switch {
	case p.idle:
		return append(dst, pointIdle)
	case p.opaque:
		dst = appendNumber(append(dst, pointOpaque), p.Samples)
		return appendNumber(appendNumber(appendNumber(dst, p.Min), p.Max), p.Sum)
	case p.values == nil && p.Samples == 1 && p.Min == 0:
		return append(dst, pointOne)
	case p.values == nil:
		return appendNumber(appendNumber(append(dst, pointUniform), p.Samples), p.Min)
	case p.Samples == 2:
		return appendNumber(appendNumber(append(dst, pointTwo), p.Min), p.Max)
	}
	dst = appendNumber(append(dst, pointSeveral), p.Samples)
	dst = appendNumber(appendNumber(appendSum(dst, p.Sum), p.Min), p.Max)
	return appendCells(dst, p)
}

// appendCells writes the cells, from that of the minimum on: how many numbers each
// is behind the one before, with a bit for whether it counts more than one value.
func appendCells(dst []byte, p *Point) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(p.values.cells)))
	last := cellOf(p.Min)
	for _, c := range p.values.cells {
		gap := uint64(c.number - last)
		last = c.number
		if c.count == 1 {
			dst = binary.AppendUvarint(dst, gap<<1)
			continue
		}
		dst = binary.AppendUvarint(binary.AppendUvarint(dst, gap<<1|1), uint64(c.count))
	}
	return dst
}

// A number is written as a whole one, a whole number of millionths, or as its bits.
const (
	wholes = iota
	millionths
	float
	numberForms = 4
	maxWhole    = 1 << 50
)

func appendNumber(dst []byte, v float64) []byte {
	if whole := math.Trunc(v); whole == v && math.Abs(v) < maxWhole {
		return appendWhole(dst, int64(whole), wholes)
	}
	if m := math.Round(v * 1e6); math.Abs(m) < maxWhole && m/1e6 == v {
		return appendWhole(dst, int64(m), millionths)
	}
	return binary.LittleEndian.AppendUint64(append(dst, float), math.Float64bits(v))
}

// appendSum writes a sum of several values. One that is a whole number of
// millionths but for the rounding of its additions becomes that.
func appendSum(dst []byte, v float64) []byte {
	if m := math.Round(v * 1e6); math.Abs(m) < maxWhole && math.Abs(m/1e6-v) <= math.Abs(v)*0x1p-40 {
		return appendNumber(dst, m/1e6)
	}
	return appendNumber(dst, v)
}

func appendWhole(dst []byte, n int64, form uint64) []byte {
	zigzag := uint64(n<<1) ^ uint64(n>>63) //nolint:gosec // to be undone alike
	return binary.AppendUvarint(dst, zigzag*numberForms|form)
}

// A reader reads what the functions above have written. After damage it is empty,
// and bad.
type reader struct {
	data []byte
	bad  bool
}

func (r *reader) fail() { r.data, r.bad = nil, true }

func (r *reader) byte() byte {
	if len(r.data) == 0 {
		r.fail()
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

func (r *reader) uvarint() uint64 {
	if len(r.data) > 0 && r.data[0] < 0x80 {
		v := uint64(r.data[0])
		r.data = r.data[1:]
		return v
	}
	v, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.data = r.data[n:]
	return v
}

func (r *reader) bits() uint64 {
	if len(r.data) < 8 {
		r.fail()
		return 0
	}
	v := binary.LittleEndian.Uint64(r.data)
	r.data = r.data[8:]
	return v
}

func (r *reader) number() float64 {
	v := r.uvarint()
	whole := int64(v/numberForms>>1) ^ -int64(v/numberForms&1) //nolint:gosec // the reverse of appendWhole
	switch v % numberForms {
	case wholes:
		return float64(whole)
	case millionths:
		return float64(whole) / 1e6
	}
	return math.Float64frombits(r.bits())
}

// point reads a Point into p. values: with the cells; else they are skipped.
func (r *reader) point(p *Point, values bool) {
	*p = Point{}
	switch kind := r.byte(); kind {
	case pointIdle:
		p.Samples, p.idle = 1, true
	case pointOne:
		p.Samples = 1
	case pointUniform:
		p.Samples, p.Min = r.number(), r.number()
		p.Max, p.Sum = p.Min, float64(p.Min*p.Samples)
	case pointTwo:
		p.Min, p.Max = r.number(), r.number()
		p.Samples, p.Sum = 2, p.Min+p.Max
		if values {
			p.values = &histogram{[]cell{{cellOf(p.Min), 1}}}
			p.values.add(cellOf(p.Max), 1)
		}
	case pointSeveral:
		p.Samples, p.Sum, p.Min, p.Max = r.number(), r.number(), r.number(), r.number()
		r.cells(p, values)
	case pointOpaque:
		p.Samples, p.Min, p.Max, p.Sum = r.number(), r.number(), r.number(), r.number()
		p.opaque = true
	default:
		r.fail()
	}
	if r.bad || !(p.Samples > 0) {
		r.fail()
	}
}

func (r *reader) cells(p *Point, values bool) {
	n := r.uvarint()
	if n > uint64(len(r.data)) {
		r.fail()
		return
	}
	if values {
		p.values = &histogram{make([]cell, 0, n)}
	}
	last := cellOf(p.Min)
	for range n {
		v, count := r.uvarint(), uint64(1)
		if v&1 == 1 {
			count = r.uvarint()
		}
		last += uint32(v >> 1) //nolint:gosec // damage gives wrong values
		if values {
			p.values.cells = append(p.values.cells, cell{last, uint32(min(count, maxCount))}) //nolint:gosec // bounded
		}
	}
}
