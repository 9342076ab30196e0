package request

import (
	"encoding/binary"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
)

// A Timestamp is an instant as AWS's protocols have it: seconds since 1970, to the
// millisecond, in JSON and CBOR, and RFC 3339 in forms and XML.
type Timestamp struct{ instant.Instant }

// errTimestamp is returned for what is no timestamp, or out of the range of an instant.
var errTimestamp = errors.New("not a timestamp")

// maxSeconds is the year 2262, after which no instant is.
const maxSeconds = math.MaxInt64 / int64(time.Second)

func (t *Timestamp) set(seconds float64) error {
	if !(math.Abs(seconds) < float64(maxSeconds)) {
		return errTimestamp
	}
	t.Instant = instant.Of(time.UnixMilli(int64(math.Round(seconds * 1000))))
	return nil
}

// MarshalJSON writes the seconds.
func (t Timestamp) MarshalJSON() ([]byte, error) { return appendSeconds(nil, t.Instant), nil }

func appendSeconds(dst []byte, at instant.Instant) []byte {
	ms := int64(at) / int64(time.Millisecond)
	if ms%1000 == 0 {
		return strconv.AppendInt(dst, ms/1000, 10)
	}
	return strconv.AppendFloat(dst, float64(ms)/1000, 'f', -1, 64)
}

// UnmarshalJSON reads seconds, or RFC 3339.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	if quoted, ok := strings.CutPrefix(string(text), `"`); ok {
		return t.UnmarshalText([]byte(strings.TrimSuffix(quoted, `"`)))
	}
	seconds, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return errTimestamp
	}
	return t.set(seconds)
}

// UnmarshalText reads RFC 3339, of which the zone may be missing.
func (t *Timestamp) UnmarshalText(text []byte) error {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02"} {
		at, err := time.Parse(layout, string(text))
		if err == nil && at.Year() > 1677 && at.Year() < 2262 {
			t.Instant = instant.Of(at)
			return nil
		}
	}
	return errTimestamp
}

// Heads of CBOR's values (RFC 8949).
const (
	cborTag1    = 0xc1
	cborUint32  = 0x1a
	cborDouble  = 0xfb
	cborFloat   = 0xfa
	cborHalf    = 0xf9
	cborArray32 = 0x9a
)

// MarshalCBOR writes a tag and the seconds.
func (t Timestamp) MarshalCBOR() ([]byte, error) { return appendCBOR(nil, t.Instant), nil }

func appendCBOR(dst []byte, at instant.Instant) []byte {
	dst = append(dst, cborTag1)
	ms := int64(at) / int64(time.Millisecond)
	if ms >= 0 && ms%1000 == 0 && ms/1000 <= math.MaxUint32 {
		return binary.BigEndian.AppendUint32(append(dst, cborUint32), uint32(ms/1000)) //nolint:gosec // in range
	}
	return binary.BigEndian.AppendUint64(append(dst, cborDouble), math.Float64bits(float64(ms)/1000))
}

// UnmarshalCBOR reads seconds with or without their tag.
func (t *Timestamp) UnmarshalCBOR(data []byte) error {
	if len(data) > 0 && data[0] == cborTag1 {
		data = data[1:]
	}
	seconds, ok := cborNumber(data)
	if !ok {
		return errTimestamp
	}
	return t.set(seconds)
}

// cborNumber reads a whole number or a float.
func cborNumber(data []byte) (v float64, ok bool) {
	if len(data) == 0 {
		return 0, false
	}
	head, rest := data[0], data[1:]
	switch {
	case head == cborDouble && len(rest) == 8:
		return math.Float64frombits(binary.BigEndian.Uint64(rest)), true
	case head == cborFloat && len(rest) == 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(rest))), true
	case head == cborHalf && len(rest) == 2:
		return half(binary.BigEndian.Uint16(rest)), true
	case head>>5 > 1:
		return 0, false
	}
	n := uint64(head & 0x1f)
	switch size := n; {
	case size < 24 && len(rest) == 0:
	case size >= 24 && size <= 27 && len(rest) == 1<<(size-24):
		n = 0
		for _, b := range rest {
			n = n<<8 | uint64(b)
		}
	default:
		return 0, false
	}
	if head>>5 == 1 {
		return -1 - float64(n), true
	}
	return float64(n), true
}

// half returns the value of a float of 16 bits.
func half(bits uint16) float64 {
	exponent, mantissa := int(bits>>10&0x1f), float64(bits&0x3ff)
	v := math.Ldexp(mantissa+1024, exponent-25)
	switch exponent {
	case 0:
		v = math.Ldexp(mantissa, -24)
	case 31:
		v = math.NaN()
	}
	if bits>>15 == 1 {
		return -v
	}
	return v
}

// Timestamps are instants in an answer, of which there may be a hundred thousand.
type Timestamps []instant.Instant

// MarshalCBOR writes a list of Timestamps.
func (t Timestamps) MarshalCBOR() ([]byte, error) {
	dst := make([]byte, 0, 5+6*len(t))
	dst = binary.BigEndian.AppendUint32(append(dst, cborArray32), uint32(len(t))) //nolint:gosec // bounded
	for _, at := range t {
		dst = appendCBOR(dst, at)
	}
	return dst, nil
}

// MarshalJSON writes a list of Timestamps.
func (t Timestamps) MarshalJSON() ([]byte, error) {
	dst := make([]byte, 0, 2+11*len(t))
	dst = append(dst, '[')
	for i, at := range t {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendSeconds(dst, at)
	}
	return append(dst, ']'), nil
}
