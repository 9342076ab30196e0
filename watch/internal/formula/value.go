package formula

import (
	"errors"
	"fmt"
	"math"
)

// A Series has a value for each period, NaN where there is none.
type Series []float64

// A Value is a number, one series, or several.
type Value struct {
	Scalar float64
	Series []Series // nil: the Scalar
	array  bool     // an array, even if it has one series

	text    string // of an argument that is no value
	literal bool
}

// Of returns the Value of one series.
func Of(s Series) Value { return Value{Series: []Series{s}} }

// IsSeries reports whether v is one series.
func (v *Value) IsSeries() bool { return len(v.Series) == 1 && !v.array }

// An Env is what an expression is evaluated with.
type Env struct {
	Periods int     // of each series
	Period  float64 // in seconds

	// Lookup returns the result of the query of an Id. Metrics calls f with those of
	// the queries of metrics, in their order.
	Lookup  func(id string) (Value, error)
	Metrics func(f func(id string, s Series))
}

// Eval evaluates an expression. Its errors are those of Lookup, and of operands for
// which an operator or a function is not made.
func (x *Expression) Eval(env *Env) (Value, error) {
	v, err := x.root.eval(env)
	if err == nil && v.literal {
		err = errOperand
	}
	return v, err
}

// Errors of operands.
var (
	errOperand = errors.New("a text is no operand")
	errArrays  = errors.New("an operator cannot have two arrays of time series")
)

func (v *Value) must(name string) error {
	if v.literal {
		return fmt.Errorf("%s: %w", name, errOperand)
	}
	return nil
}

type constant float64

func (c constant) eval(*Env) (Value, error) { return Value{Scalar: float64(c)}, nil }

type literal string

func (l literal) eval(*Env) (Value, error) { return Value{text: string(l), literal: true}, nil }

type reference string

func (r reference) eval(env *Env) (Value, error) { return env.Lookup(string(r)) }

// A list is an array of series.
type list []node

func (l list) eval(env *Env) (Value, error) {
	all := Value{array: true, Series: []Series{}}
	for _, part := range l {
		v, err := part.eval(env)
		if err == nil && (v.literal || v.Series == nil) {
			err = errors.New("an array has time series only")
		}
		if err != nil {
			return Value{}, err
		}
		all.Series = append(all.Series, v.Series...)
	}
	return all, nil
}

type binaryNode struct {
	do          func(a, b float64) float64 // NaN: no point
	left, right node
}

// operations are the binary operators. The product of a comparison is 1 or 0.
var operations = map[string]func(a, b float64) float64{
	"+": func(a, b float64) float64 { return a + b },
	"-": func(a, b float64) float64 { return a - b },
	"*": func(a, b float64) float64 { return a * b },
	"/": func(a, b float64) float64 {
		if b == 0 {
			return math.NaN()
		}
		return a / b
	},
	"^":   math.Pow,
	"==":  truth(func(a, b float64) bool { return a == b }),
	"!=":  truth(func(a, b float64) bool { return a != b }),
	"<=":  truth(func(a, b float64) bool { return a <= b }),
	">=":  truth(func(a, b float64) bool { return a >= b }),
	"<":   truth(func(a, b float64) bool { return a < b }),
	">":   truth(func(a, b float64) bool { return a > b }),
	"&&":  truth(func(a, b float64) bool { return a != 0 && b != 0 }),
	"AND": truth(func(a, b float64) bool { return a != 0 && b != 0 }),
	"||":  truth(func(a, b float64) bool { return a != 0 || b != 0 }),
	"OR":  truth(func(a, b float64) bool { return a != 0 || b != 0 }),
}

func truth(holds func(a, b float64) bool) func(a, b float64) float64 {
	return func(a, b float64) float64 {
		if holds(a, b) {
			return 1
		}
		return 0
	}
}

func (n binaryNode) eval(env *Env) (Value, error) {
	a, err := n.left.eval(env)
	if err != nil {
		return Value{}, err
	}
	b, err := n.right.eval(env)
	if err != nil {
		return Value{}, err
	}
	switch {
	case a.literal || b.literal:
		return Value{}, errOperand
	case a.Series == nil && b.Series == nil:
		return Value{Scalar: n.do(a.Scalar, b.Scalar)}, nil
	case a.array && b.array:
		return Value{}, errArrays
	case a.array || b.Series == nil:
		return a.each(func(s Series) Series { return n.zip(s, b.one(len(s), s)) }), nil
	}
	return b.each(func(s Series) Series { return n.zip(a.one(len(s), s), s) }), nil
}

// each returns v with f applied to each series.
func (v *Value) each(f func(s Series) Series) Value {
	out := Value{Series: make([]Series, len(v.Series)), array: v.array}
	for i, s := range v.Series {
		out.Series[i] = f(s)
	}
	return out
}

// one returns v as one series: a number has a value where other has one.
func (v *Value) one(n int, other Series) Series {
	if v.Series != nil {
		return v.Series[0]
	}
	s := make(Series, n)
	for i := range s {
		if s[i] = v.Scalar; other != nil && math.IsNaN(other[i]) {
			s[i] = math.NaN()
		}
	}
	return s
}

// zip applies the operator to each period in which either side has a value. A side
// without one counts as 0.
func (n binaryNode) zip(a, b Series) Series {
	out := make(Series, len(a))
	for i := range out {
		x, y := a[i], b[i]
		switch {
		case math.IsNaN(x) && math.IsNaN(y):
			out[i] = math.NaN()
		case math.IsNaN(x):
			out[i] = n.do(0, y)
		case math.IsNaN(y):
			out[i] = n.do(x, 0)
		default:
			out[i] = n.do(x, y)
		}
		if math.IsInf(out[i], 0) {
			out[i] = math.NaN()
		}
	}
	return out
}
