package document

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A decimal is a number's text without outer zeros: 0.0120e5 has two digits, 1
// and 2, and the first of them stands for 10^3.
type decimal struct {
	digits   int // significant; 0 for zero
	exponent int // of the first significant digit, clamped far outside DynamoDB's range
	negative bool
}

// parseDecimal reads the text of a valid JSON number, or of an N.
func parseDecimal(text string) decimal {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")

	all := whole + fraction
	significant := strings.TrimLeft(all, "0")
	d := decimal{
		digits:   len(strings.TrimRight(significant, "0")),
		exponent: len(whole) - 1 - (len(all) - len(significant)),
		negative: negative,
	}
	if exponent == "" {
		return d
	}
	e, err := strconv.Atoi(exponent)
	if err != nil || e > math.MaxInt32 || e < math.MinInt32 {
		e = math.MaxInt32
		if strings.HasPrefix(exponent, "-") {
			e = math.MinInt32
		}
	}
	d.exponent += e
	return d
}

// Bounds of a DynamoDB number ("Constraints", "Number").
const (
	maxDigits   = 38   // significant
	minExponent = -130 // of the first significant digit
	maxExponent = 125
)

// checkNumber returns a text that DynamoDB stores without loss, or an error that
// says why there is none. It drops the exponent of a zero, which means nothing
// and may be beyond what DynamoDB reads.
func checkNumber(text string) (string, error) {
	d := parseDecimal(text)
	switch {
	case d.digits == 0:
		mantissa, _, _ := strings.Cut(strings.ToLower(text), "e")
		return mantissa, nil
	case d.digits > maxDigits:
		return "", fmt.Errorf("number has more than %d significant digits", maxDigits)
	case d.exponent > maxExponent:
		return "", fmt.Errorf("number is larger in magnitude than 9.99E+%d", maxExponent)
	case d.exponent < minExponent:
		return "", fmt.Errorf("number is smaller in magnitude than 1E%d", minExponent)
	}
	return text, nil
}
