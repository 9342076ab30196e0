package formula

import (
	"errors"
	"math"
	"strings"
)

// A function takes from least to most arguments.
type function struct {
	least, most int
	apply       func(env *Env, args []Value) (Value, error)
}

type callNode struct {
	apply func(env *Env, args []Value) (Value, error)
	args  []node
}

func (n callNode) eval(env *Env) (Value, error) {
	args := make([]Value, len(n.args))
	for i, arg := range n.args {
		var err error
		if args[i], err = arg.eval(env); err != nil {
			return Value{}, err
		}
	}
	return n.apply(env, args)
}

// functions are those of User guide, "Using metric math".
var functions = map[string]function{
	"AVG":     {1, 1, fold("AVG", func(sum, _, _, n float64) float64 { return sum / n })},
	"SUM":     {1, 1, fold("SUM", func(sum, _, _, _ float64) float64 { return sum })},
	"MIN":     {1, 1, fold("MIN", func(_, low, _, _ float64) float64 { return low })},
	"MAX":     {1, 1, fold("MAX", func(_, _, high, _ float64) float64 { return high })},
	"FILL":    {2, 2, fill},
	"IF":      {2, 3, choose},
	"METRICS": {0, 1, metrics},
	"PERIOD":  {1, 1, period},
	"RATE":    {1, 1, rate},
}

// fold returns a function of the values of a series, which is a number, or of the
// values of an array in each period, which is a series.
func fold(name string, of func(sum, low, high, n float64) float64) func(*Env, []Value) (Value, error) {
	over := func(yield func(f func(v float64))) float64 {
		sum, low, high, n := 0.0, math.Inf(1), math.Inf(-1), 0.0
		yield(func(v float64) {
			if !math.IsNaN(v) {
				sum, low, high, n = sum+v, min(low, v), max(high, v), n+1
			}
		})
		if n == 0 {
			return math.NaN()
		}
		return of(sum, low, high, n)
	}
	return func(env *Env, args []Value) (Value, error) {
		v := &args[0]
		if err := v.must(name); err != nil {
			return Value{}, err
		}
		switch {
		case v.Series == nil:
			return *v, nil
		case !v.array:
			return Value{Scalar: over(func(f func(float64)) {
				for _, x := range v.Series[0] {
					f(x)
				}
			})}, nil
		}
		out := make(Series, env.Periods)
		for i := range out {
			out[i] = over(func(f func(float64)) {
				for _, s := range v.Series {
					f(s[i])
				}
			})
		}
		return Of(out), nil
	}
}

// fill gives values to the periods of a series, or of each of an array, that have
// none.
func fill(env *Env, args []Value) (Value, error) {
	of, with := &args[0], &args[1]
	if of.Series == nil || with.array {
		return Value{}, errors.New("FILL: the first operand is not a time series, or the second is an array")
	}
	return of.each(func(s Series) Series {
		out := append(Series{}, s...)
		switch {
		case !with.literal:
			other := with.one(env.Periods, nil)
			for i := range out {
				if math.IsNaN(out[i]) {
					out[i] = other[i]
				}
			}
		case with.text == "REPEAT":
			for i := range out {
				if i > 0 && math.IsNaN(out[i]) {
					out[i] = out[i-1]
				}
			}
		default:
			interpolate(out)
		}
		return out
	}), nil
}

// interpolate fills what is between two values with the line through them.
func interpolate(s Series) {
	last := -1
	for i, v := range s {
		if math.IsNaN(v) {
			continue
		}
		for k := last + 1; last >= 0 && k < i; k++ {
			s[k] = s[last] + float64((v-s[last])*float64(k-last))/float64(i-last)
		}
		last = i
	}
}

// choose is IF: the second operand where the first is true, else the third. Where the
// first has no value, or the one it chooses is not given, there is none; a second
// operand without a value counts as 0.
func choose(env *Env, args []Value) (Value, error) {
	for i := range args {
		if err := args[i].must("IF"); err != nil {
			return Value{}, err
		}
		if args[i].array {
			return Value{}, errors.New("IF: an operand is an array")
		}
	}
	condition := &args[0]
	if condition.Series == nil && condition.Scalar != 0 {
		return args[1], nil
	}
	if condition.Series == nil {
		if len(args) == 3 {
			return args[2], nil
		}
		return Of(none(env.Periods)), nil
	}
	yes, no := args[1].one(env.Periods, nil), none(env.Periods)
	if len(args) == 3 {
		no = args[2].one(env.Periods, nil)
	}
	return condition.each(func(s Series) Series {
		out := make(Series, len(s))
		for i, v := range s {
			switch {
			case math.IsNaN(v):
				out[i] = v
			case v == 0:
				out[i] = no[i]
			case math.IsNaN(yes[i]):
				out[i] = 0
			default:
				out[i] = yes[i]
			}
		}
		return out
	}), nil
}

func none(n int) Series {
	s := make(Series, n)
	for i := range s {
		s[i] = math.NaN()
	}
	return s
}

// metrics returns the series of all queries of metrics, or of those with a text in
// their Id.
func metrics(env *Env, args []Value) (Value, error) {
	part := ""
	if len(args) == 1 {
		if !args[0].literal {
			return Value{}, errors.New("METRICS: the operand is not a text")
		}
		part = args[0].text
	}
	all := Value{array: true, Series: []Series{}}
	env.Metrics(func(id string, s Series) {
		if strings.Contains(id, part) {
			all.Series = append(all.Series, s)
		}
	})
	return all, nil
}

// period returns the period of a metric, in seconds.
func period(env *Env, args []Value) (Value, error) {
	if !args[0].IsSeries() {
		return Value{}, errors.New("PERIOD: the operand is not a time series")
	}
	return Value{Scalar: env.Period}, nil
}

// rate returns the change from the point before, by the seconds between them.
func rate(env *Env, args []Value) (Value, error) {
	v := &args[0]
	if v.Series == nil {
		return Value{}, errors.New("RATE: the operand is not a time series")
	}
	return v.each(func(s Series) Series {
		out, last := none(len(s)), -1
		for i, x := range s {
			if math.IsNaN(x) {
				continue
			}
			if last >= 0 {
				out[i] = (x - s[last]) / (float64(i-last) * env.Period)
			}
			last = i
		}
		return out
	}), nil
}
