package template

import (
	"errors"
	"fmt"
	"slices"
)

// A reader reads and evaluates the values of one mapping. It collects errors: a
// value with an error reads as if it were absent, so that callers read a whole
// resource and check err once. Each value has at most one error, its first.
type reader struct {
	e      *evaluator
	label  string          // beginning of every message: "PutItem: ", "PutItem: Environment."
	line   int             // for messages about missing values
	n      *node           // nil: absent
	broken bool            // the value is not a mapping, so errors about its values are dropped
	err    *error          // all errors, joined; shared with readers of nested mappings
	failed map[string]bool // label and key of each value with an error; shared too
}

// reader returns a reader of n, which may be nil. Messages begin with label.
func (e *evaluator) reader(label string, line int, n *node) reader {
	r := reader{e: e, label: label, line: line}.alone()
	return r.of(n, label[:max(0, len(label)-2)])
}

// alone returns a copy of r that shares no errors with it.
func (r reader) alone() reader {
	r.err, r.failed = new(error), make(map[string]bool)
	return r
}

// of returns a reader of the mapping that n evaluates to, with r's label and
// errors.
func (r reader) of(n *node, what string) reader {
	v, err := r.e.eval(n)
	switch {
	case err != nil:
		r.wrong(what, err)
		r.broken = true
	case v != nil && v.kind != mapping:
		r.wrong(what, r.e.errorf(v.line, "%s must be a mapping, not %s", what, v.kind))
		r.broken = true
	default:
		r.n = v
	}
	return r
}

// under returns a reader of the mapping at key, of an empty one if it is
// absent.
func (r reader) under(key string) reader {
	n := r.n.get(key)
	if n == nil {
		r.n = nil
		return r
	}
	what := r.label + key
	r.label, r.line, r.n = what+".", n.line, nil
	return r.of(n, what)
}

// stick adds an error; nil is ignored.
func (r reader) stick(err error) {
	if err != nil {
		*r.err = errors.Join(*r.err, err)
	}
}

// wrong adds an error about the value with the full name what, unless it has
// one.
func (r reader) wrong(what string, err error) {
	if !r.broken && !r.failed[what] {
		r.failed[what] = true
		r.stick(err)
	}
}

// refuse adds an error about the value of key. The message begins with its
// name.
func (r reader) refuse(key, format string, args ...any) {
	r.wrong(r.label+key, r.e.errorf(r.lineOf(key), "%s%s "+format, append([]any{r.label, key}, args...)...))
}

// fail adds an error about values that are valid on their own. It does nothing
// if there is an error already: AWS too checks them afterwards.
func (r reader) fail(line int, format string, args ...any) {
	if *r.err == nil {
		r.stick(r.e.errorf(line, format, args...))
	}
}

// unsupported adds an error about a value of key that AWS would accept.
func (r reader) unsupported(key, format string, args ...any) {
	r.wrong(r.label+key, r.e.unsupportedf(r.lineOf(key), r.label+format, args...))
}

// value returns the evaluated value of key, nil if it is absent.
func (r reader) value(key string) *node {
	v, err := r.e.eval(r.n.get(key))
	if err != nil {
		r.wrong(r.label+key, err)
		return nil
	}
	return v
}

// lineOf returns the line of the value of key, or of the mapping if it is
// absent.
func (r reader) lineOf(key string) int {
	if n := r.n.get(key); n != nil {
		return n.line
	}
	return r.line
}

// text returns the string at key, fallback if it is absent.
func (r reader) text(key, fallback string) string {
	v := r.value(key)
	if v == nil {
		return fallback
	}
	s, err := r.e.str(v, r.label+key)
	if err != nil {
		r.wrong(r.label+key, err)
	}
	return s
}

// needed returns the evaluated value of key, which must be present.
func (r reader) needed(key string) *node {
	v := r.value(key)
	if v == nil {
		r.wrong(r.label+key, r.e.errorf(r.line, "%s%s is missing", r.label, key))
	}
	return v
}

// required returns the string at key, which must be present and not empty.
func (r reader) required(key string) string {
	v := r.needed(key)
	if v == nil {
		return ""
	}
	s := r.text(key, "")
	if s == "" {
		r.wrong(r.label+key, r.e.errorf(v.line, "%s%s is empty", r.label, key))
	}
	return s
}

// integer returns the whole number at key, from least to most, fallback if it
// is absent.
func (r reader) integer(key string, fallback, least, most int) int {
	v := r.value(key)
	if v == nil {
		return fallback
	}
	text, err := r.e.str(v, r.label+key)
	if err != nil {
		r.wrong(r.label+key, err)
		return fallback
	}
	i, err := r.e.integer(v.line, text, r.label+key, least, most)
	if err != nil {
		r.wrong(r.label+key, err)
		return fallback
	}
	return i
}

// oneOf returns the string at key, which must be one of allowed, fallback if it
// is absent.
func (r reader) oneOf(key, fallback string, allowed ...string) string {
	s := r.text(key, fallback)
	if s != fallback && !slices.Contains(allowed, s) {
		r.refuse(key, "must be one of %s, not %s", fmt.Sprint(allowed), quote(s))
	}
	return s
}

// truth returns the boolean at key, false if it is absent.
func (r reader) truth(key string) bool { return r.oneOf(key, "", "true", "false") == "true" }

// only refuses all keys but the space-separated ones in keys.
func (r reader) only(keys string) {
	for _, f := range r.n.entries() {
		if !contains(keys, f.key) {
			r.wrong(r.label+f.key, r.e.errorf(f.line, "%s%s is not a key that is permitted here", r.label, quote(f.key)))
		}
	}
}

// list returns the evaluated items at key, nil if it is absent.
func (r reader) list(key string) []*node {
	v := r.value(key)
	if v == nil {
		return nil
	}
	items, err := r.e.list(v, r.label+key)
	if err != nil {
		r.wrong(r.label+key, err)
	}
	return items
}

// item returns a reader of the mapping n, which is item i of the list at key.
func (r reader) item(key string, i int, n *node) reader {
	what := fmt.Sprintf("%s%s[%d]", r.label, key, i)
	r.label, r.line, r.n = what+".", n.line, nil
	return r.of(n, what)
}

// texts returns the list of strings at key, nil if it is absent.
func (r reader) texts(key string) []string {
	var all []string
	for i, item := range r.list(key) {
		s, err := r.e.str(item, fmt.Sprintf("%s%s[%d]", r.label, key, i))
		if err != nil {
			r.wrong(r.label+key, err)
			return nil
		}
		all = append(all, s)
	}
	return all
}

// textMap returns the mapping of strings at key, nil if it is absent.
func (r reader) textMap(key string) map[string]string {
	in := r.under(key)
	if len(in.n.entries()) == 0 {
		return nil
	}
	all := make(map[string]string)
	for _, f := range in.n.fields {
		if in.value(f.key) != nil {
			all[f.key] = in.text(f.key, "")
		}
	}
	return all
}
