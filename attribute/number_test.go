package attribute_test

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"lullaby/attribute"
)

func TestParseNumber(t *testing.T) {
	nines := strings.Repeat("9", 38)
	tests := []struct {
		in, want string
		size     int64
	}{
		{in: "0", want: "0", size: 1},
		{in: "-0", want: "0", size: 1},
		{in: "0e125", want: "0", size: 1},
		{in: "-0.00e127", want: "0", size: 1},
		{in: "0e-130", want: "0", size: 1},
		{in: "000", want: "0", size: 1},
		{in: "1", want: "1", size: 2},
		{in: "-1", want: "-1", size: 3},
		{in: "+12", want: "12", size: 2},
		{in: "120", want: "120", size: 3},
		{in: "100", want: "100", size: 2},
		{in: "00123.4500", want: "123.45", size: 4},
		{in: ".5", want: "0.5", size: 2},
		{in: "5.", want: "5", size: 2},
		{in: "0.001", want: "0.001", size: 2},
		{in: "1e3", want: "1000", size: 2},
		{in: "1E-3", want: "0.001", size: 2},
		{in: "12345678901234567890.123456789012345678", want: "12345678901234567890.123456789012345678", size: 20},
		{in: nines, want: nines, size: 20},
		{in: "-" + nines, want: "-" + nines, size: 21},
		{in: "-1" + nines[:36] + "1", want: "-1" + nines[:36] + "1", size: 21},
		{in: "-1." + nines[:37], want: "-1." + nines[:37], size: 22},
		{in: nines + "00", want: nines + "00", size: 20},
		{in: "1e125", want: "1" + strings.Repeat("0", 125), size: 2},
		{in: "9.9e125", want: "99" + strings.Repeat("0", 124), size: 2},
		{in: "1e-130", want: "0." + strings.Repeat("0", 129) + "1", size: 2},
		{in: "-1e-130", want: "-0." + strings.Repeat("0", 129) + "1", size: 3},
	}
	for _, tt := range tests {
		n, err := attribute.ParseNumber(tt.in)
		if err != nil || n.String() != tt.want || n.Size() != tt.size {
			t.Errorf("ParseNumber(%q) = %s of %d bytes, %v, want %s of %d", tt.in, n, n.Size(), err, tt.want, tt.size)
		}
	}
}

func TestParseNumberRefuses(t *testing.T) {
	const (
		overflow  = "Number overflow. Attempting to store a number with magnitude larger than supported range"
		underflow = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
		digits    = "Attempting to store more than 38 significant digits in a Number"
		notNumber = "The parameter cannot be converted to a numeric value"
	)
	nines := strings.Repeat("9", 38)
	tests := []struct{ in, err string }{
		{in: "1e126", err: overflow},
		{in: "-1e126", err: overflow},
		{in: "1e99999999999999999999", err: overflow},
		{in: "1e-131", err: underflow},
		{in: "1e-99999999999999999999", err: underflow},
		{in: "1e2147483647", err: overflow},
		{in: "0e126", err: overflow},
		{in: "0.0e127", err: overflow},
		{in: "0e99999999999999999999", err: overflow},
		{in: "0e-131", err: underflow},
		{in: "-0.0e-130", err: underflow},
		{in: nines + "9", err: digits},
		{in: "1." + nines, err: digits},
		{in: "", err: notNumber + ": "},
		{in: "abc", err: notNumber + ": abc"},
		{in: "1 ", err: notNumber + ": 1 "},
		{in: " 1", err: notNumber + ":  1"},
		{in: "1e", err: notNumber + ": 1e"},
		{in: "1e+", err: notNumber + ": 1e+"},
		{in: "1.2.3", err: notNumber + ": 1.2.3"},
		{in: ".", err: notNumber + ": ."},
		{in: "-", err: notNumber + ": -"},
		{in: "NaN", err: notNumber + ": NaN"},
		{in: "0x10", err: notNumber + ": 0x10"},
		{in: "1_000", err: notNumber + ": 1_000"},
	}
	for _, tt := range tests {
		n, err := attribute.ParseNumber(tt.in)
		var refused *attribute.InvalidError
		if !errors.As(err, &refused) || refused.Error() != tt.err {
			t.Errorf("ParseNumber(%q) = %v, %v, want error %q", tt.in, n, err, tt.err)
		}
	}
}

// randomNumber returns the text of a number within DynamoDB's bounds.
func randomNumber(rng *rand.Rand) string {
	digits := make([]byte, 1+rng.IntN(38))
	for i := range digits {
		digits[i] = byte('0' + rng.IntN(10))
	}
	digits[0] = byte('1' + rng.IntN(9))
	exp := rng.IntN(20) - 10
	if rng.IntN(3) == 0 {
		exp = rng.IntN(256-len(digits)) - 130
	}
	sign := ""
	if rng.IntN(2) == 0 {
		sign = "-"
	}
	return sign + string(digits) + "e" + big.NewInt(int64(exp)).String()
}

func rational(t *testing.T, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is not a number", s)
	}
	return r
}

func TestNumbersKeepTheirValueAndOrder(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 20_000 {
		x, y := randomNumber(rng), randomNumber(rng)
		a, errA := attribute.ParseNumber(x)
		b, errB := attribute.ParseNumber(y)
		if errA != nil || errB != nil {
			t.Fatalf("seed %d: ParseNumber(%q), ParseNumber(%q): %v, %v", seed, x, y, errA, errB)
		}
		if got := a.String(); rational(t, got).Cmp(rational(t, x)) != 0 {
			t.Fatalf("seed %d: ParseNumber(%q).String() = %s, another number", seed, x, got)
		}
		again, err := attribute.ParseNumber(a.String())
		if err != nil || again != a {
			t.Fatalf("seed %d: %s read again is %s, %v", seed, a, again, err)
		}
		want := rational(t, x).Cmp(rational(t, y))
		if got := a.Compare(b); got != want {
			t.Fatalf("seed %d: %q.Compare(%q) = %d, want %d", seed, x, y, got, want)
		}
		if got := compareKeys(attribute.Num(a), attribute.Num(b)); got != want {
			t.Fatalf("seed %d: keys of %q and %q order %d, want %d", seed, x, y, got, want)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"0", "-1.5e3", "1e-130", "9.9e125", "00.100", "+.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := attribute.ParseNumber(s)
		if err != nil {
			return
		}
		if again, err := attribute.ParseNumber(n.String()); err != nil || again != n {
			t.Fatalf("ParseNumber(%q) = %s, which reads as %s, %v", s, n, again, err)
		}
		if r, ok := new(big.Rat).SetString(s); ok && len(s) < 100 && rational(t, n.String()).Cmp(r) != 0 {
			t.Fatalf("ParseNumber(%q) = %s, another number", s, n)
		}
	})
}

func BenchmarkParseNumber(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := attribute.ParseNumber("-1234567.89"); err != nil {
			b.Fatal(err)
		}
	}
}
