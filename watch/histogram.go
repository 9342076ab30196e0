package watch

import (
	"math"
	"slices"
)

// precision is the number of bits of a value's mantissa that its cell keeps. A
// value and its cell differ by less than 1/64 of the value; whole numbers up to 64
// have cells of their own. AWS's agent keeps values to a tenth
// (docs/aws/cloudwatch.md#percentiles).
const precision = 5

const (
	cellShift = 52 - precision
	cellHalf  = 1 << (cellShift - 1)
)

// A histogram counts values by cells, which are as wide as their values are large:
// 32 cells between a power of two and the next. It counts in integers, so merging
// histograms in any order gives the same. Only cells with values take memory, 8
// bytes each.
type histogram struct{ cells []cell } // by their numbers

type cell struct {
	number uint32 // of the beginning of the value's bits
	count  uint32
}

// maxCount is how many values a cell counts at most.
const maxCount = math.MaxUint32

// cellOf returns the number of the cell of a value that is not negative.
func cellOf(value float64) uint32 {
	return uint32((math.Float64bits(value) + cellHalf) >> cellShift) //nolint:gosec // 17 bits
}

// value returns the middle of the cell.
func (c cell) value() float64 { return math.Float64frombits(uint64(c.number) << cellShift) }

// add counts n more values in a cell.
func (h *histogram) add(number, n uint32) {
	i, end := 0, len(h.cells) // slices.BinarySearchFunc takes twice as long
	for i < end {
		if middle := (i + end) / 2; h.cells[middle].number < number {
			i = middle + 1
		} else {
			end = middle
		}
	}
	if i < len(h.cells) && h.cells[i].number == number {
		c := &h.cells[i]
		c.count += min(n, maxCount-c.count)
		return
	}
	h.cells = slices.Insert(h.cells, i, cell{number, n})
}

// merge counts the values of another histogram too.
func (h *histogram) merge(o *histogram) {
	if len(h.cells) == 0 {
		h.cells = append(h.cells, o.cells...)
		return
	}
	for _, c := range o.cells {
		h.add(c.number, c.count)
	}
}
