package attribute_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/attribute"
	"lullaby/internal/awsjson"
)

func TestAdd(t *testing.T) {
	const (
		overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range"
		digits   = "Attempting to store more than 38 significant digits in a Number"
	)
	tests := []struct{ a, b, want string }{
		{"1", "1", "2"},
		{"1", "-1", "0"},
		{"0", "0", "0"},
		{"0", "-5", "-5"},
		{"0.1", "0.2", "0.3"},
		{"99", "1", "100"},
		{"1e20", "1", "100000000000000000001"},
		{"999999999999999999", "1", "1000000000000000000"},
		{"1e-130", "-1e-130", "0"},
		{"99999999999999999999999999999999999999", "1", "100000000000000000000000000000000000000"},
		{"9.9999999999999999999999999999999999999e125", "1e125", overflow},
		{"1e125", "1", digits},
		{"1e38", "1", digits},
	}
	for _, tt := range tests {
		a, b := number(t, tt.a).Number(), number(t, tt.b).Number()
		for _, pair := range [][2]attribute.Number{{a, b}, {b, a}, {a.Neg().Neg(), b}} {
			if got := sumText(pair[0].Add(pair[1])); got != tt.want {
				t.Errorf("%s + %s = %s, want %s", tt.a, tt.b, got, tt.want)
			}
		}
	}
}

func sumText(n attribute.Number, err error) string {
	if err != nil {
		return err.Error()
	}
	return n.String()
}

// Sums of random numbers are those of exact rationals, or have too many digits.
func TestAddIsExact(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	random := func() string {
		var b strings.Builder
		if rng.IntN(2) == 0 {
			b.WriteByte('-')
		}
		for range 1 + rng.IntN(25) {
			b.WriteByte(byte('0' + rng.IntN(10)))
		}
		fmt.Fprintf(&b, "e%d", rng.IntN(60)-30)
		return b.String()
	}
	exact := 0
	for range 5_000 {
		a, b := number(t, random()).Number(), number(t, random()).Number()
		got, err := a.Add(b)
		if err != nil {
			continue
		}
		exact++
		x, _ := new(big.Rat).SetString(a.String())
		y, _ := new(big.Rat).SetString(b.String())
		z, _ := new(big.Rat).SetString(got.String())
		if x.Add(x, y).Cmp(z) != 0 {
			t.Fatalf("seed %d: %s + %s = %s, want %s", seed, a, b, got, x)
		}
	}
	if exact < 1_000 {
		t.Errorf("seed %d: only %d sums had 38 digits or fewer", seed, exact)
	}
}

func TestSets(t *testing.T) {
	var it struct{ V, W attribute.Value }
	if err := awsjson.Unmarshal([]byte(`{"V":{"SS":["c","a"]},"W":{"SS":["b","c"]}}`), &it); err != nil {
		t.Fatal(err)
	}
	v, w := it.V, it.W
	texts := func(v attribute.Value) (texts []string) {
		for _, e := range v.Elems() {
			texts = append(texts, e.Text())
		}
		return texts
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, texts(v.Union(w))); diff != "" {
		t.Errorf("union (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a"}, texts(v.Minus(w))); diff != "" {
		t.Errorf("minus (-want +got):\n%s", diff)
	}
	if left := v.Minus(v).Elems(); len(left) != 0 {
		t.Errorf("%v is left of a set minus itself", left)
	}
}

// A sum is that of the exact rationals, whichever comes first, or it is refused
// because it is out of bounds or has too many digits.
func FuzzAdd(f *testing.F) {
	for _, pair := range [][2]string{
		{"1", "-1"},
		{"99999999999999999999999999999999999999", "1"},
		{"1e125", "9e125"},
		{"1e-130", "-1.1e-129"},
		{"-12345678901234567890.5", "0.5"},
		{"999999999999999999", "1"},
		{"0.1", "1e17"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, x, y string) {
		a, errA := attribute.ParseNumber(x)
		b, errB := attribute.ParseNumber(y)
		if errA != nil || errB != nil {
			return
		}
		want := rational(t, a.String())
		want.Add(want, rational(t, b.String()))
		got, err := a.Add(b)
		if again, errAgain := b.Add(a); sumText(got, err) != sumText(again, errAgain) {
			t.Fatalf("%s + %s = %s, the other way round %s", a, b, sumText(got, err), sumText(again, errAgain))
		}
		if err == nil {
			if rational(t, got.String()).Cmp(want) != 0 {
				t.Fatalf("%s + %s = %s, want %s", a, b, got, want.FloatString(140))
			}
			return
		}
		// 260 places are more than any sum has.
		if exact, errExact := attribute.ParseNumber(want.FloatString(260)); errExact == nil {
			t.Fatalf("%s + %s is refused and is %s: %v", a, b, exact, err)
		}
	})
}
