package mapping

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The kinds of refusals, which errors.Is finds in every RefusalError.
var (
	ErrConstraint = errors.New("a constraint of the API model is violated") // ValidationException, 400
	ErrInvalid    = errors.New("invalid parameter value")                   // InvalidParameterValueException, 400
	ErrConflict   = errors.New("resource conflict")                         // ResourceConflictException, 409
	ErrNotFound   = errors.New("resource not found")                        // ResourceNotFoundException, 404
	ErrInUse      = errors.New("resource in use")                           // ResourceInUseException, 400
)

// A RefusalError is a request that AWS refuses.
type RefusalError struct {
	Kind    error
	Message string   // in AWS's words
	Member  []string // that it is about: names, and indexes of lists; nil: none, or several
}

func (r *RefusalError) Error() string { return r.Message }

// Unwrap returns the kind.
func (r *RefusalError) Unwrap() error { return r.Kind }

func invalid(message string, member ...string) error {
	return &RefusalError{ErrInvalid, message, member}
}

// violations collects what violates constraints of the API model. AWS reports
// all of them at once, before any other refusal.
type violations struct {
	texts  []string
	member []string // of the first
}

// add adds a violation by a value at a member, whose path has capitals and
// indexes from 0: FilterCriteria, Filters, 0, Pattern.
func (v *violations) add(value, constraint string, member ...string) {
	if len(v.texts) == 0 {
		v.member = member
	}
	var path strings.Builder
	for i, name := range member {
		if i > 0 {
			path.WriteByte('.')
		}
		if n, err := strconv.Atoi(name); err == nil {
			path.WriteString(strconv.Itoa(n+1) + ".member")
		} else {
			path.WriteString(strings.ToLower(name[:1]) + name[1:])
		}
	}
	v.texts = append(v.texts, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", value, &path, constraint))
}

func (v *violations) between(n *int32, least, most int32, member ...string) {
	switch {
	case n == nil:
	case *n < least:
		v.add(fmt.Sprintf("'%d'", *n), fmt.Sprintf("Member must have value greater than or equal to %d", least), member...)
	case *n > most:
		v.add(fmt.Sprintf("'%d'", *n), fmt.Sprintf("Member must have value less than or equal to %d", most), member...)
	}
}

func (v *violations) given(s *string, member string) {
	if s == nil {
		v.add("null", "Member must not be null", member)
	}
}

func (v *violations) err() error {
	switch len(v.texts) {
	case 0:
		return nil
	case 1:
		return &RefusalError{ErrConstraint, "1 validation error detected: " + v.texts[0], v.member}
	}
	return &RefusalError{ErrConstraint, fmt.Sprintf("%d validation errors detected: %s", len(v.texts), strings.Join(v.texts, "; ")), nil}
}
