package template

import (
	"fmt"
	"slices"
)

// An Error is something in a template that AWS would refuse, or, with
// Unsupported, only Lullaby refuses.
type Error struct {
	Pos         Pos
	Msg         string
	Unsupported bool
}

func (e *Error) Error() string { return e.Pos.String() + ": " + e.Msg }

// A LoadError has all errors and warnings of a refused template. Its text is
// the first error's, and errors.As finds the first.
type LoadError struct {
	Errors   []*Error  // at least one, sorted by place
	Warnings []Warning // sorted by place
	Missing  []string  // names of the parameters that have no value
}

func (e *LoadError) Error() string { return e.Errors[0].Error() }

// Unwrap returns the errors, each an *Error.
func (e *LoadError) Unwrap() []error {
	all := make([]error, len(e.Errors))
	for i, err := range e.Errors {
		all[i] = err
	}
	return all
}

// problems collects the errors and the notes for warnings of a template.
type problems struct {
	errors []*Error
	notes  []note
	known  map[Error]bool
	unset  []string // parameters without a value
}

// add adds err, or each error that it joins. All must be an *Error. An equal
// error is added only once, since each reader of a broken value returns its
// error.
func (p *problems) add(err error) {
	switch err := err.(type) { //nolint:errorlint // a join is taken apart
	case nil:
	case *Error:
		if !p.known[*err] {
			p.errors = append(p.errors, err)
		}
		if p.known == nil {
			p.known = make(map[Error]bool)
		}
		p.known[*err] = true
	case interface{ Unwrap() []error }:
		for _, e := range err.Unwrap() {
			p.add(e)
		}
	default:
		panic(fmt.Sprintf("template: an error without a place: %v", err))
	}
}

// sorted sorts the errors by place and returns them.
func (p *problems) sorted() []*Error {
	slices.SortStableFunc(p.errors, func(a, b *Error) int { return a.Pos.Line - b.Pos.Line })
	return p.errors
}

// refusal returns a LoadError, nil if there is no error.
func (p *problems) refusal() error {
	if len(p.errors) == 0 {
		return nil
	}
	return &LoadError{Errors: p.sorted(), Warnings: fold(p.notes), Missing: p.unset}
}
