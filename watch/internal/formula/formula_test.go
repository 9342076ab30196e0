package formula_test

import (
	"math"
	"strings"
	"testing"

	"lullaby/watch/internal/formula"
)

var none = math.NaN()

// env has a, which misses its second period, b, which misses its third, and the number
// of seconds 60.
func env() *formula.Env {
	all := map[string]formula.Series{"a": {1, none, 3, 4}, "b": {10, 20, none, 0}}
	return &formula.Env{
		Periods: 4, Period: 60,
		Lookup: func(id string) (formula.Value, error) { return formula.Of(all[id]), nil },
		Metrics: func(f func(id string, s formula.Series)) {
			f("a", all["a"])
			f("b", all["b"])
		},
	}
}

func TestExpressions(t *testing.T) {
	tests := []struct {
		text string
		want formula.Series // one: a number
	}{
		{"1 + 2 * 3 ^ 2 - -1", formula.Series{20}},
		{"(1 + 2) * 3", formula.Series{9}},
		{"1 < 2 && 2 >= 3 || 1 != 1", formula.Series{0}},
		{"1 < 2 AND (2 >= 3 OR 1 == 1)", formula.Series{1}},
		{"2 ^ 3 ^ 2", formula.Series{64}}, // from the left, as the others
		{"-2 ^ 2", formula.Series{4}},
		{"1.5e3 / 1E+1", formula.Series{150}},
		{"a + b", formula.Series{11, 20, 3, 4}},
		{"a + 1", formula.Series{2, none, 4, 5}},
		{"a / b", formula.Series{0.1, 0, none, none}},
		{"b > 5", formula.Series{1, 1, none, 0}},
		{"-a", formula.Series{-1, none, -3, -4}},
		{"SUM(a)", formula.Series{8}},
		{"AVG(a)", formula.Series{8.0 / 3}},
		{"MIN(a)", formula.Series{1}},
		{"MAX(a)", formula.Series{4}},
		{"SUM(METRICS())", formula.Series{11, 20, 3, 4}},
		{"AVG([a, b])", formula.Series{5.5, 20, 3, 2}},
		{`MAX(METRICS("a"))`, formula.Series{1, none, 3, 4}},
		{"SUM(METRICS() * 2)", formula.Series{22, 40, 6, 8}},
		{"FILL(a, 0)", formula.Series{1, 0, 3, 4}},
		{"FILL(a, b)", formula.Series{1, 20, 3, 4}},
		{"FILL(a, REPEAT)", formula.Series{1, 1, 3, 4}},
		{"FILL(b, LINEAR)", formula.Series{10, 20, 10, 0}},
		{"IF(b > 5, a, 7)", formula.Series{1, 0, none, 7}},
		{"IF(b > 5, a)", formula.Series{1, 0, none, none}},
		{"IF(1, a)", formula.Series{1, none, 3, 4}},
		{"IF(0, a, b)", formula.Series{10, 20, none, 0}},
		{"RATE(a)", formula.Series{none, none, 2.0 / 120, 1.0 / 60}},
		{"a / PERIOD(a)", formula.Series{1.0 / 60, none, 3.0 / 60, 4.0 / 60}},
	}
	for _, tt := range tests {
		x, err := formula.Parse(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		v, err := x.Eval(env())
		got := formula.Series{v.Scalar}
		if len(v.Series) == 1 {
			got = v.Series[0]
		}
		if err != nil || !same(got, tt.want) {
			t.Errorf("%s is %v (%v), want %v", tt.text, got, err, tt.want)
		}
	}
}

func same(a, b formula.Series) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			return false
		}
	}
	return true
}

func TestRefused(t *testing.T) {
	for _, text := range []string{
		"", "+", "a +", "a b", "(a", "a)", "[a", "FILL(a)", "FILL(a, 1, 2)", "IF(a)", "NOTHING(a)", "A", "1..2", "'a", "a ? b", "1e", "SUM a",
		strings.Repeat("(", 300) + "a" + strings.Repeat(")", 300), strings.Repeat("-", 10_000) + "a",
		// AWS's functions that are not here.
		"SEARCH('a', 'Sum')", "DIFF(a)", "ANOMALY_DETECTION_BAND(a)", "STDDEV(a)",
	} {
		if _, err := formula.Parse(text); err == nil {
			t.Errorf("%.40q is an expression", text)
		}
	}
	for _, text := range []string{"METRICS() + METRICS()", "a + 'x'", "METRICS(a)", "[1, a]", "RATE(1)", "PERIOD(1)", "FILL(1, a)", "IF([a, b], a)", "SUM('x')"} {
		x, err := formula.Parse(text)
		if err != nil {
			continue
		}
		if v, err := x.Eval(env()); err == nil {
			t.Errorf("%s is %v", text, v)
		}
	}
}

// Whatever an expression is, reading it ends, and so does its evaluation; its series
// have a value for each period.
func FuzzParse(f *testing.F) {
	f.Add(`IF(b > 5, SUM(METRICS("a")) / PERIOD(a), FILL(a, LINEAR)) ^ 2 && -1.5e3`)
	f.Fuzz(func(t *testing.T, text string) {
		x, err := formula.Parse(text)
		if err != nil {
			return
		}
		e := env()
		known := e.Lookup
		e.Lookup = func(id string) (formula.Value, error) {
			if id == "a" || id == "b" {
				return known(id)
			}
			return formula.Of(formula.Series{none, none, none, none}), nil
		}
		v, err := x.Eval(e)
		for _, s := range v.Series {
			if err == nil && len(s) != e.Periods {
				t.Errorf("%q has a series of %d periods", text, len(s))
			}
		}
	})
}
