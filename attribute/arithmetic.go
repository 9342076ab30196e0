package attribute

import "math/big"

// Neg returns -n.
func (n Number) Neg() Number {
	if n == Zero {
		return n
	}
	d := n.decimal()
	d.negative = !d.negative
	return d.number()
}

// Add returns the exact sum n + m. It returns an *InvalidError if the sum is out
// of bounds or needs more than 38 digits.
func (n Number) Add(m Number) (Number, error) {
	a, b := n.decimal(), m.decimal()
	// Both as integers of the unit that the finer one ends in.
	unit := min(a.exponent-a.count, b.exponent-b.count)
	if x, ok := a.small(unit); ok {
		if y, ok := b.small(unit); ok {
			return fromInt64(x+y, unit)
		}
	}
	total := a.integer(unit)
	total.Add(total, b.integer(unit))
	digits := new(big.Int).Abs(total).String()
	d := decimal{negative: total.Sign() < 0, exponent: len(digits) + unit}
	return d.filled(digits)
}

// small returns d as a multiple of 10^unit. ok is false if that multiple has more
// than 18 digits.
func (d *decimal) small(unit int) (int64, bool) {
	places := d.exponent - unit
	if d.count > 0 && places > 18 {
		return 0, false
	}
	var v int64
	for i := range max(places, 0) {
		v = v*10 + int64(d.digit(i))
	}
	if d.negative {
		v = -v
	}
	return v, true
}

// fromInt64 returns v times 10^unit.
func fromInt64(v int64, unit int) (Number, error) {
	var buf [20]byte
	d := decimal{negative: v < 0}
	if d.negative {
		v = -v
	}
	i := len(buf)
	for ; v > 0; v /= 10 {
		i--
		buf[i] = '0' + byte(v%10)
	}
	d.exponent = len(buf) - i + unit
	return d.filled(string(buf[i:]))
}

// integer returns d as a multiple of 10^unit.
func (d *decimal) integer(unit int) *big.Int {
	text := make([]byte, 0, max(d.exponent-unit, 1))
	for i := range max(d.exponent-unit, 0) {
		text = append(text, '0'+d.digit(i))
	}
	if len(text) == 0 {
		text = append(text, '0')
	}
	v, _ := new(big.Int).SetString(string(text), 10) // digits alone
	if d.negative {
		v.Neg(v)
	}
	return v
}

// filled gives d, whose sign and exponent are set, the digits, of which the
// first is not 0, and checks the bounds.
func (d *decimal) filled(digits string) (Number, error) {
	zeros := 0
	for i := range len(digits) {
		if digits[i] == '0' {
			if d.count > 0 {
				zeros++
			}
			continue
		}
		for ; zeros > 0; zeros-- {
			d.push(0)
		}
		d.push(digits[i] - '0')
	}
	if d.count == 0 {
		return Zero, nil
	}
	n, f := d.check()
	return n, f.err("")
}
