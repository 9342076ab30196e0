package attribute

import (
	"math"
	"strings"
)

// Bounds of a number (Developer Guide, "Constraints", "Number"): 38
// significant digits, magnitudes from 1E-130 to 9.99...E+125.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

// A Number is an exact decimal of up to 38 digits. Two numbers are equal by ==
// and ordered by Compare. The zero Number is not a number; Zero is 0.
//
// A Number holds DynamoDB's own form: one byte of sign and exponent, then two
// decimal digits a byte, aligned to the decimal point. Its bytes have the order
// of the numbers, and their count is the billed size
// (docs/aws/units.md#number-sizes). architect/dynalite worked the form out from
// real tables.
type Number struct{ enc string }

// Zero is the number 0.
var Zero = Number{"\x80"}

func (n Number) bytes() string { return n.enc }

// ParseNumber reads a number as Java's BigDecimal does: sign, digits, point,
// exponent. It returns an *InvalidError for anything else, and for a number that
// DynamoDB refuses.
func ParseNumber(s string) (Number, error) {
	n, f := parseNumber(s)
	return n, f.err(s)
}

func parseNumber(s string) (Number, fault) {
	d, ok := scanDecimal(s)
	if !ok {
		return Number{}, faultNotNumeric
	}
	return d.check()
}

// check returns d as a number if it is within bounds.
func (d *decimal) check() (Number, fault) {
	first := d.exponent - 1 // the power of ten of the first digit
	if d.count == 0 {
		first = d.exponent // of the zero that counts as its last digit
	}
	switch {
	case d.exponent > math.MaxInt32:
		return Number{}, faultFarOverflow
	case first > maxExponent:
		return Number{}, faultOverflow
	case first < minExponent:
		return Number{}, faultUnderflow
	case d.count == 0:
		return Zero, noFault
	case d.count > maxDigits:
		return Number{}, faultDigits
	}
	return d.number(), noFault
}

// A decimal is 0.d1d2d3... x 10^exponent without outer zeros. A zero has the
// exponent that it was written with, which is bounded as well
// (docs/aws/messages.md#zero).
type decimal struct {
	negative bool
	exponent int
	count    int // significant digits; more than maxDigits are not kept
	digits   [maxDigits]byte
}

// scanDecimal reads s in one pass, whatever its length.
func scanDecimal(s string) (d decimal, ok bool) {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		d.negative = s[i] == '-'
		i++
	}
	seen, point, zeros := false, false, 0
	for ; i < len(s); i++ {
		c := s[i]
		if c == '.' && !point {
			point = true
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		seen = true
		switch {
		case c == '0' && d.count == 0:
			if point {
				d.exponent--
			}
			continue
		case c == '0':
			zeros++
		default:
			for ; zeros > 0; zeros-- {
				d.push(0)
			}
			d.push(c - '0')
		}
		if !point {
			d.exponent++
		}
	}
	if !seen {
		return d, false
	}
	e, ok := scanExponent(s[i:])
	d.exponent += e
	if d.count == 0 {
		d.negative = false
	}
	return d, ok
}

func (d *decimal) push(digit byte) {
	if d.count < maxDigits {
		d.digits[d.count] = digit
	}
	d.count++
}

// farExponent is beyond every bound, that of Java's int included, and small enough
// to add to.
const farExponent = 1 << 40

// scanExponent reads "", "e5" or "E-12". An exponent beyond every bound becomes
// farExponent.
func scanExponent(s string) (e int, ok bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return 0, false
	}
	s = s[1:]
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if s == "" {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		e = min(e*10+int(s[i]-'0'), farExponent)
	}
	if negative {
		e = -e
	}
	return e, true
}

// Marks of the byte form. A negative number's bytes are the complements of the
// positive one's; its end is above every pair of digits, so that -1 comes after
// -1.5.
const (
	exponentBias = 64
	negativeEnd  = 102
	maxPairs     = 20

	maxNumberBytes = 1 + maxPairs + 1
)

// number packs d, whose bounds are checked.
func (d *decimal) number() Number {
	var buf [maxNumberBytes]byte
	odd := d.exponent & 1
	buf[0] = byte((d.exponent+odd)>>1-exponentBias) & 0xFF
	n := 1
	for i := -odd; i < d.count; i += 2 {
		pair := d.digit(i)*10 + d.digit(i+1)
		if d.negative {
			buf[n] = 101 - pair
		} else {
			buf[n] = pair + 1
		}
		n++
	}
	if d.negative {
		buf[0] = ^buf[0]
		if n <= maxPairs {
			buf[n] = negativeEnd
			n++
		}
	}
	return Number{string(buf[:n])}
}

func (d *decimal) digit(i int) byte {
	if i < 0 || i >= d.count {
		return 0
	}
	return d.digits[i]
}

// decimal unpacks n.
func (n Number) decimal() decimal { return unpack(n.enc) }

// unpack reads the bytes of a Number.
func unpack[Bytes string | []byte](enc Bytes) decimal {
	var d decimal
	if len(enc) < 2 { // Zero
		return d
	}
	head, pairs := enc[0], enc[1:]
	if head < 0x80 {
		d.negative, head = true, ^head
		if last := len(pairs) - 1; pairs[last] == negativeEnd {
			pairs = pairs[:last]
		}
	}
	d.exponent = (int(int8(head)) + exponentBias) * 2
	for i := range len(pairs) {
		pair := pairs[i] - 1
		if d.negative {
			pair = 101 - pairs[i]
		}
		if i == 0 && pair < 10 {
			d.exponent--
		} else {
			d.push(pair / 10)
		}
		if i == len(pairs)-1 && pair%10 == 0 {
			continue
		}
		d.push(pair % 10)
	}
	return d
}

// String returns n in plain notation, as DynamoDB answers it: no exponent, no
// zeros at the end of a fraction, up to 168 characters.
func (n Number) String() string { return string(appendNumber(nil, n.enc)) }

// zeros are as many as a number can have in front of its digits or behind them.
var zeros = strings.Repeat("0", max(maxExponent, -minExponent))

// appendNumber appends the text of the Number with these bytes.
func appendNumber[Bytes string | []byte](dst []byte, enc Bytes) []byte {
	d := unpack(enc)
	var text [maxDigits]byte
	digits := text[:min(d.count, maxDigits)]
	for i := range digits {
		digits[i] = '0' + d.digits[i]
	}
	if d.negative {
		dst = append(dst, '-')
	}
	switch {
	case d.count == 0:
		return append(dst, '0')
	case d.exponent <= 0:
		return append(append(append(dst, "0."...), zeros[:-d.exponent]...), digits...)
	case d.exponent >= len(digits):
		return append(append(dst, digits...), zeros[:d.exponent-len(digits)]...)
	}
	return append(append(append(dst, digits[:d.exponent]...), '.'), digits[d.exponent:]...)
}

// Compare returns -1, 0 or +1 as n is less than, equal to or greater than m.
func (n Number) Compare(m Number) int { return strings.Compare(n.enc, m.enc) }

// Size returns the bytes that AWS bills for n (docs/aws/units.md#number-sizes):
// one, one for each two digits aligned to the decimal point, and one more if n is
// negative.
func (n Number) Size() int64 { return numberSize([]byte(n.enc)) }

func numberSize(enc []byte) int64 {
	size := int64(len(enc))
	if enc[0] < 0x80 && enc[size-1] != negativeEnd {
		size++ // 20 pairs leave no room for the end mark, which is billed
	}
	return size
}
