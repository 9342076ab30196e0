package expr

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lullaby/attribute"
)

// Placeholders are the ExpressionAttributeNames and ExpressionAttributeValues of a
// request. They record which of them its expressions use. Not safe for concurrent
// use.
type Placeholders struct {
	names  []name // by key
	values attribute.Item
	used   []bool   // of values
	places []*place // of values; nil if none was asked for
}

type name struct {
	key, value string
	used       bool
}

// A ValueError is DynamoDB's refusal of the value of a placeholder.
type ValueError struct {
	Key string
	Err error // an *attribute.InvalidError
}

// Error returns the text of the newer layer, which does not say which value it is.
func (e *ValueError) Error() string { return e.Err.Error() }

// In returns the text in a wording.
func (e *ValueError) In(w attribute.Wording) string {
	refused, ok := errors.AsType[*attribute.InvalidError](e.Err)
	if !ok || w == attribute.Newer {
		return e.Error()
	}
	return "ExpressionAttributeValues contains invalid value: " + refused.In(w) + " for key " + e.Key
}

// Unwrap returns the refusal of the value.
func (e *ValueError) Unwrap() error { return e.Err }

// NewPlaceholders checks the names and values of a request, each value by check,
// which returns an *attribute.InvalidError; nil stands for an absent parameter. The
// error is an *Error or a *ValueError.
func NewPlaceholders(names map[string]string, values attribute.Item, check func(attribute.Value) error) (*Placeholders, error) {
	p := &Placeholders{values: values, used: make([]bool, len(values))}
	if names != nil && len(names) == 0 {
		return nil, &Error{"ExpressionAttributeNames must not be empty"}
	}
	for key, value := range names {
		p.names = append(p.names, name{key: key, value: value})
	}
	slices.SortFunc(p.names, func(a, b name) int { return strings.Compare(a.key, b.key) })
	for _, n := range p.names {
		switch {
		case len(n.key) > maxPlaceholder:
			return nil, longPlaceholder("ExpressionAttributeNames", n.key)
		case !isPlaceholder(n.key, '#'):
			return nil, &Error{`ExpressionAttributeNames contains invalid key: Syntax error; key: "` + n.key + `"`}
		}
		if err := attribute.CheckName(n.value); err != nil {
			return nil, &Error{"ExpressionAttributeNames contains invalid value: " + err.Error() + " for key " + n.key}
		}
	}
	if values != nil && len(values) == 0 {
		return nil, &Error{"ExpressionAttributeValues must not be empty"}
	}
	for _, v := range values {
		if len(v.Name) > maxPlaceholder {
			return nil, longPlaceholder("ExpressionAttributeValues", v.Name)
		}
		if !isPlaceholder(v.Name, ':') {
			return nil, &Error{`ExpressionAttributeValues contains invalid key: Syntax error; key: "` + v.Name + `"`}
		}
	}
	for _, v := range values {
		if err := check(v.Value); err != nil {
			return nil, &ValueError{v.Name, err}
		}
		if v.Value.Cut() {
			// Assumed: AWS refuses what no item can hold.
			return nil, &Error{"ExpressionAttributeValues contains invalid value: Item size has exceeded the maximum allowed size for key " + v.Name}
		}
	}
	if err := p.checkSize(); err != nil {
		return nil, err
	}
	return p, nil
}

// maxSubstitutions bounds the keys, names and values of an operation together, in
// bytes (Developer Guide, "Constraints", "Expression parameters").
const maxSubstitutions = 2 << 20

// checkSize refuses more than maxSubstitutions bytes. The texts are those of AWS's
// client of DAX. Assumed: a value counts as in an item.
func (p *Placeholders) checkSize() error {
	var names int64
	for _, n := range p.names {
		names += int64(len(n.key) + len(n.value))
	}
	values := p.values.Size()
	switch {
	case names > maxSubstitutions:
		return &Error{"ExpressionAttributeNames exceeds max size"}
	case values > maxSubstitutions:
		return &Error{"ExpressionAttributeValues exceeds max size"}
	case names+values > maxSubstitutions:
		return &Error{"Combined size of ExpressionAttributeNames and ExpressionAttributeValues exceeds max size"}
	}
	return nil
}

// maxPlaceholder bounds #name and :value in bytes (Developer Guide, "Constraints",
// "Expression parameters").
const maxPlaceholder = 255

// longPlaceholder refuses a placeholder of more than maxPlaceholder bytes. Assumed:
// the text.
func longPlaceholder(parameter, key string) error {
	return &Error{fmt.Sprintf("%s contains invalid key: The expression attribute map contains a key that is too long; size of key: %d", parameter, len(key))}
}

// isPlaceholder reports whether s is the mark followed by at least one letter,
// digit or underscore.
func isPlaceholder(s string, mark byte) bool {
	return len(s) > 1 && s[0] == mark && skip(s, 1, isPart) == len(s)
}

// name returns the name for key, which begins with #, and marks key as used.
func (p *Placeholders) name(key string) (string, bool) {
	i, found := slices.BinarySearchFunc(p.names, key, func(n name, key string) int { return strings.Compare(n.key, key) })
	if !found {
		return "", false
	}
	p.names[i].used = true
	return p.names[i].value, true
}

// value returns the place in values of the value for key, which begins with a colon,
// and marks key as used.
func (p *Placeholders) value(key string) (i int, found bool) {
	i, found = slices.BinarySearchFunc(p.values, key, func(a attribute.Attribute, key string) int { return strings.Compare(a.Name, key) })
	if found {
		p.used[i] = true
	}
	return i, found
}

// place returns the place in which a value is, by its place in values. It is made
// once, however often an expression names the value: so is what is known of the value.
func (p *Placeholders) place(i int) *place {
	if p.places == nil {
		p.places = make([]*place, len(p.values))
	}
	if p.places[i] == nil {
		p.places[i] = &place{found: p.values[i].Value.Encode()}
	}
	return p.places[i]
}

// Unused returns an *Error that names the placeholders that no expression used,
// nil if all were used.
func (p *Placeholders) Unused() error {
	var keys []string
	for _, n := range p.names {
		if !n.used {
			keys = append(keys, n.key)
		}
	}
	if keys != nil {
		return &Error{"Value provided in ExpressionAttributeNames unused in expressions: keys: {" + strings.Join(keys, ", ") + "}"}
	}
	for i, v := range p.values {
		if !p.used[i] {
			keys = append(keys, v.Name)
		}
	}
	if keys != nil {
		return &Error{"Value provided in ExpressionAttributeValues unused in expressions: keys: {" + strings.Join(keys, ", ") + "}"}
	}
	return nil
}
