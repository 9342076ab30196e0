package request

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lullaby/dynamo/refusal"
	"lullaby/internal/ellipsis"
)

// violations collects the violations of an operation's API model. AWS reports all
// of them at once, before any other check: "N validation errors detected: ...".
// The messages are the service's (architect/dynalite). The zero value is empty.
type violations struct {
	layer *layer   // nil: an older one
	texts []string // at most maxViolations
	first string   // the path of the first
}

// maxViolations is how many are reported.
const maxViolations = 10

// Bounds of what a violation repeats of the request, in bytes. Assumed, as
// ellipsis.MaxMessage: this leaves room for the constraint.
const (
	maxEcho = 48 << 10
	maxPath = 1 << 10
)

// full reports whether further violations are not reported.
func (v *violations) full() bool { return len(v.texts) == maxViolations }

// add adds a violation at path by a value, as AWS prints it.
func (v *violations) add(value, path, constraint string) {
	v.note(path, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s",
		ellipsis.Cut(value, maxEcho), ellipsis.Cut(path, maxPath), constraint))
}

func (v *violations) note(path, text string) {
	if len(v.texts) == 0 {
		v.first = path
	}
	if !v.full() {
		v.texts = append(v.texts, text)
	}
}

// newer reports whether the layer is a newer one, which does not name the members
// ReturnValues and ConditionalOperator.
func (v *violations) newer() bool { return v.layer == writeLayer || v.layer == readLayer }

// err returns the refusal.Validation of all violations, or nil.
func (v *violations) err() error {
	switch len(v.texts) {
	case 0:
		return nil
	case 1:
		return refusal.Invalid(oneDetected + v.texts[0])
	}
	return refusal.Invalid(fmt.Sprintf("%d validation errors detected: %s", len(v.texts), strings.Join(v.texts, "; ")))
}

// memberErr returns err as a *MemberError about the first violation. No path may
// contain a key of a map.
func (v *violations) memberErr() error { return about(memberAt(v.first), v.err()) }

// notNull adds a violation unless present is set, and returns present.
func (v *violations) notNull(present bool, path string) bool {
	if !present {
		v.add("null", path, "Member must not be null")
	}
	return present
}

// pattern notes that an optional string does not match.
func (v *violations) pattern(s *string, path string, pattern *regexp.Regexp) {
	if s != nil && !pattern.MatchString(*s) {
		v.add("'"+*s+"'", path, "Member must satisfy regular expression pattern: "+patternText(pattern))
	}
}

// patternText is the pattern as the model has it, without our anchors.
func patternText(p *regexp.Regexp) string {
	return strings.TrimSuffix(strings.TrimPrefix(p.String(), "^"), "$")
}

// length notes that an optional string has fewer or more bytes; longest 0: any
// number is not too many.
func (v *violations) length(s *string, path string, shortest, longest int) {
	if s == nil {
		return
	}
	if len(*s) < shortest {
		v.add("'"+*s+"'", path, "Member must have length greater than or equal to "+strconv.Itoa(shortest))
	}
	if longest > 0 && len(*s) > longest {
		v.add("'"+*s+"'", path, "Member must have length less than or equal to "+strconv.Itoa(longest))
	}
}

// oneOf notes that an optional string is none of a set.
func (v *violations) oneOf(s *string, path string, set ...string) {
	if s != nil && !slices.Contains(set, *s) {
		v.add("'"+*s+"'", path, "Member must satisfy enum value set: ["+strings.Join(set, ", ")+"]")
	}
}

// unnamed is oneOf in a newer layer, which names neither value nor member and
// prints the set in a way of its own.
func (v *violations) unnamed(s *string, path, printed string, set ...string) {
	if s != nil && !slices.Contains(set, *s) {
		v.note(path, "Failed to satisfy constraint: Member must satisfy enum value set: ["+printed+"]")
	}
}

// unvalued notes a violation in a newer layer, which does not print the value; the
// path is in the API's capitals.
func (v *violations) unvalued(path, constraint string) {
	v.note(path, "Value at '"+path+"' failed to satisfy constraint: Member must have "+constraint)
}

// between notes that an optional number is less or more; most 0: no number is
// too much.
func (v *violations) between(n *int64, path string, least, most int64) {
	if n == nil {
		return
	}
	if *n < least {
		v.add(fmt.Sprintf("'%d'", *n), path, fmt.Sprintf("Member must have value greater than or equal to %d", least))
	}
	if most > 0 && *n > most {
		v.add(fmt.Sprintf("'%d'", *n), path, fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
}

// long returns an optional Integer as a Long.
func long(n *int32) *int64 {
	if n == nil {
		return nil
	}
	wide := int64(*n)
	return &wide
}

// count notes that a list of n members has none, or more than most; printed is
// the list as AWS prints it.
func (v *violations) count(n int, printed func() string, path string, most int) {
	if v.full() {
		return
	}
	if n == 0 {
		v.add("'"+printed()+"'", path, "Member must have length greater than or equal to 1")
	}
	if n > most {
		v.add("'"+printed()+"'", path, "Member must have length less than or equal to "+strconv.Itoa(most))
	}
}

// printList formats n elements as AWS prints a list.
func printList(n int, elem func(i int) string) string {
	var p printer
	p.list(n, func(i int) { p.add(elem(i)) })
	return p.String()
}

// The enumerations that several operations share, in the order in which AWS
// prints them.
func (v *violations) returnConsumedCapacity(s *string) {
	v.oneOf(s, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
}

func (v *violations) returnValues(s *string) {
	const path = "returnValues"
	set := []string{"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"}
	if v.newer() {
		v.unnamed(s, path, "ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE", set...) // UPDATE_NEW is AWS's slip
	} else {
		v.oneOf(s, path, set...)
	}
}

func (v *violations) returnItemCollectionMetrics(s *string) {
	v.oneOf(s, "returnItemCollectionMetrics", "SIZE", "NONE")
}

func (v *violations) returnOnFailure(s *string, path string) {
	v.oneOf(s, path+"returnValuesOnConditionCheckFailure", "ALL_OLD", "NONE")
}

func (v *violations) conditionalOperator(s *string) {
	if v.newer() {
		v.unnamed(s, "conditionalOperator", "ALL, OR", "AND", "OR")
	} else {
		v.oneOf(s, "conditionalOperator", "OR", "AND")
	}
}
