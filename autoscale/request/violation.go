package request

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lullaby/autoscale/refusal"
)

// violations collects what violates the API model. AWS reports all of it at once, before
// any other refusal (docs/aws/autoscaling.md#checks). The zero value is empty.
type violations []string

// add notes a violation by a value at a member, which is written with a capital.
func (v *violations) add(value, member, constraint string) {
	parts := strings.Split(member, ".")
	for i, p := range parts {
		parts[i] = strings.ToLower(p[:1]) + p[1:]
	}
	*v = append(*v, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", value, strings.Join(parts, "."), constraint))
}

// err returns the refusal of all violations, or nil.
func (v violations) err() error {
	switch len(v) {
	case 0:
		return nil
	case 1:
		return refusal.Invalid("1 validation error detected: %s", v[0])
	}
	return refusal.Invalid("%d validation errors detected: %s", len(v), strings.Join(v, "; "))
}

func (v *violations) given(present bool, member string) bool {
	if !present {
		v.add("null", member, "Member must not be null")
	}
	return present
}

// text notes that an optional text is empty, or has more bytes than most.
func (v *violations) text(s *string, member string, most int) {
	if s == nil {
		return
	}
	if *s == "" {
		v.add("''", member, "Member must have length greater than or equal to 1")
	}
	if len(*s) > most {
		v.add("'"+*s+"'", member, "Member must have length less than or equal to "+strconv.Itoa(most))
	}
}

// required notes that a text is missing, empty or too long.
func (v *violations) required(s *string, member string, most int) {
	if v.given(s != nil, member) {
		v.text(s, member, most)
	}
}

// texts notes that a list is too long, or one of its members empty or too long.
func (v *violations) texts(list []string, member string, most int) {
	if len(list) > most {
		v.add("'["+strings.Join(list, ", ")+"]'", member, "Member must have length less than or equal to "+strconv.Itoa(most))
	}
	for i := range list {
		v.text(&list[i], fmt.Sprintf("%s.%d.member", member, i+1), maxText)
	}
}

// oneOf notes that an optional text is none of a set.
func (v *violations) oneOf(s *string, member string, set []string) {
	if s != nil && !slices.Contains(set, *s) {
		v.add("'"+*s+"'", member, "Member must satisfy enum value set: ["+strings.Join(set, ", ")+"]")
	}
}

// pattern notes that an optional text does not match; as is how AWS writes the pattern.
func (v *violations) pattern(s *string, member string, pattern *regexp.Regexp, as string) {
	if s != nil && *s != "" && !pattern.MatchString(*s) {
		v.add("'"+*s+"'", member, "Member must satisfy regular expression pattern: "+as)
	}
}

// The bounds of texts (docs/aws/autoscaling.md#checks).
const (
	maxText = 1600
	maxName = 256
	maxARN  = 1011
	maxList = 50
)

// firstOf returns the first error that is not nil.
func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
