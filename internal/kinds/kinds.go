// Package kinds has what the refusals of all services share: an error of a kind and a
// text. The kinds are those of each service's package refusal.
//
// The package is internal to this program: any commit may change its interface.
package kinds

import "fmt"

// A Refusal is an error of a kind with a text of its own. errors.Is and errors.AsType
// find the kind in it. Refusals with details embed it, or unwrap to their kind
// themselves.
type Refusal[Kind error] struct { //nolint:errname // it is read as refusal.Error
	Kind    Kind
	Message string // in AWS's words
}

// New returns a refusal.
func New[Kind error](kind Kind, message string) error { return &Refusal[Kind]{kind, message} }

// Newf is New with a format, as fmt.Sprintf has it.
func Newf[Kind error](kind Kind, format string, args ...any) error {
	return New(kind, fmt.Sprintf(format, args...))
}

func (r *Refusal[Kind]) Error() string { return r.Message }

// Unwrap returns the kind.
func (r *Refusal[Kind]) Unwrap() error { return r.Kind }

// All returns every kind, from 1 to the one before end.
func All[Kind ~uint8](end Kind) []Kind {
	all := make([]Kind, 0, end-1)
	for k := Kind(1); k < end; k++ {
		all = append(all, k)
	}
	return all
}
