package watch

import "encoding/binary"

// A Block is the points of one series in a span of an [Age]: which steps have one, a
// bit each, and the points. The zero Block has none.
type Block []byte

// appendBlock writes the points of which n is the number.
func appendBlock(dst []byte, points []Point) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, (len(points)+7)/8)...)
	for i := range points {
		if points[i].Samples > 0 {
			dst[at+i/8] |= 1 << (i % 8)
			dst = appendPoint(dst, &points[i])
		}
	}
	return dst
}

// each calls f with each point of a block of n steps, which f must not keep. values:
// with their cells.
func (b Block) each(n int, values bool, f func(i int, p *Point)) error {
	size := (n + 7) / 8
	if len(b) == 0 {
		return nil
	}
	if len(b) < size {
		return ErrCorrupt
	}
	set, r := b[:size], reader{data: b[size:]}
	var p Point
	for i := range n {
		if set[i/8]&(1<<(i%8)) == 0 {
			continue
		}
		if r.point(&p, values); r.bad {
			return ErrCorrupt
		}
		f(i, &p)
	}
	return nil
}

// Merge returns a Block with the points of both, of an hour's minutes.
func (b Block) Merge(o Block) (Block, error) {
	var points [pageMinutes]Point
	for _, block := range []Block{b, o} {
		if err := block.each(pageMinutes, true, func(i int, p *Point) { points[i].merge(p, true) }); err != nil {
			return nil, err
		}
	}
	return appendBlock(nil, points[:]), nil
}

// Journal appends what changed in the series from first up to, but not including,
// end since the last call. After [Store.Replay] of all records in their order a
// Store has it again. Nothing is appended if nothing changed.
func (s *Store) Journal(dst []byte, first, end Series) []byte {
	for number := max(first, 1); number < end && int(number) <= len(s.series); number++ {
		if of := s.series[number-1]; of != nil {
			dst = of.journal(dst, number)
		}
	}
	return dst
}

func (of *series) journal(dst []byte, number Series) []byte {
	for _, p := range of.pages {
		if p.changed == 0 {
			continue
		}
		dst = binary.AppendUvarint(dst, uint64(number))
		dst = binary.AppendVarint(dst, p.hour)
		whole := byte(0)
		if p.whole {
			whole = 1
		}
		dst = binary.LittleEndian.AppendUint64(append(dst, whole), p.changed)
		minutes(p.changed, func(i int) { dst = appendPoint(dst, &p.points[i]) })
		p.changed = 0
	}
	return dst
}

// Replay takes a record of Journal. The Store has an archive, and the series are
// defined. What it replays does
// not count as changed.
func (s *Store) Replay(record []byte) error {
	r := reader{data: record}
	for len(r.data) > 0 {
		number := Series(r.uvarint()) //nolint:gosec // compared next
		hour, n := binary.Varint(r.data)
		if n <= 0 || number == 0 || int(number) > len(s.series) || s.series[number-1] == nil {
			return ErrCorrupt
		}
		r.data = r.data[n:]
		whole, changed := r.byte() == 1, r.bits()
		if changed>>pageMinutes != 0 || r.bad {
			return ErrCorrupt
		}
		of := s.series[number-1]
		page := s.page(of, hour)
		page.whole = whole
		minutes(changed, func(i int) {
			r.point(&page.points[i], true)
			of.newest = max(of.newest, hour*pageMinutes+int64(i))
		})
		if r.bad {
			return ErrCorrupt
		}
	}
	return nil
}
