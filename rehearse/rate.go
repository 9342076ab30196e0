package rehearse

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// A Rate is requests in a million seconds, at most MaxRate.
type Rate int64

// PerSecond is one request a second.
const PerSecond Rate = 1_000_000

// MaxRate is the highest rate of a rehearsal, a million requests a second.
const MaxRate = 1_000_000 * PerSecond

// String returns the rate in requests a second, exactly.
func (r Rate) String() string { return decimal(int64(r)) }

// during returns the average number of requests in d, rounded down.
func (r Rate) during(d time.Duration) int64 {
	hi, lo := bits.Mul64(uint64(r), uint64(d))
	n, _ := bits.Div64(hi, lo, uint64(PerSecond)*uint64(time.Second)) // both factors are bounded
	return int64(n)
}

// times returns the rate multiplied by millionths. It returns an error if that
// is above MaxRate.
func (r Rate) times(millionths int64) (Rate, error) {
	hi, lo := bits.Mul64(uint64(r), uint64(millionths))
	if hi >= million {
		return 0, errTooFast
	}
	n, _ := bits.Div64(hi, lo, million)
	if n > uint64(MaxRate) {
		return 0, errTooFast
	}
	return Rate(n), nil
}

var errTooFast = fmt.Errorf("more than %v requests a second", MaxRate)

const million = 1_000_000

// parseMillionths reads a positive decimal number of at most six decimals.
func parseMillionths(text string) (int64, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	if whole == "" || len(whole) > 12 || strings.Trim(whole+fraction, "0123456789") != "" || len(fraction) > 6 || strings.HasSuffix(text, ".") {
		return 0, fmt.Errorf("%q is not a positive number of at most six decimals", text)
	}
	n, err := strconv.ParseInt(whole+(fraction + "000000")[:6], 10, 64)
	if err == nil && n == 0 {
		err = fmt.Errorf("%q is not a positive number", text)
	}
	return n, err
}

// decimal formats millionths in the form that parseMillionths reads.
func decimal(millionths int64) string {
	text := strconv.FormatInt(millionths/million, 10)
	if rest := millionths % million; rest != 0 {
		text += "." + strings.TrimRight(fmt.Sprintf("%06d", rest), "0")
	}
	return text
}
