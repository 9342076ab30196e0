package request

import (
	"maps"
	"slices"
	"strings"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
)

// Placeholders are the names and values that placeholders in expressions stand
// for.
type Placeholders struct {
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues attribute.Item
}

func (x *Placeholders) parse() (*expr.Placeholders, error) {
	p, err := expr.NewPlaceholders(x.ExpressionAttributeNames, x.ExpressionAttributeValues)
	return p, invalid(err)
}

// A parameter is the name of an optional parameter, and whether the request has
// it.
type parameter struct {
	name  string
	given bool
}

// exclude rejects a request with both expressions and the legacy parameters that
// they replaced, and names or values without an expression that can use them.
func (x *Placeholders) exclude(takesValues, takesNames, replaced []parameter) error {
	expressions := append(given(takesNames), given(takesValues)...)
	if old := given(replaced); expressions != nil && old != nil {
		return refusal.Invalid("Can not use both expression and non-expression parameters in the same request: " +
			"Non-expression parameters: {" + strings.Join(old, ", ") + "} Expression parameters: {" + strings.Join(expressions, ", ") + "}")
	}
	if x.ExpressionAttributeNames != nil && expressions == nil {
		return refusal.Invalid("ExpressionAttributeNames can only be specified when using expressions")
	}
	if x.ExpressionAttributeValues != nil && given(takesValues) == nil && len(takesValues) > 0 {
		missing := make([]string, len(takesValues))
		for i, p := range takesValues {
			missing[i] = p.name
		}
		verb := " is null"
		if len(missing) > 1 {
			verb = " are null"
		}
		return refusal.Invalid("ExpressionAttributeValues can only be specified when using expressions: " + strings.Join(missing, " and ") + verb)
	}
	return nil
}

// given returns the names of the parameters that a request has; nil if it has
// none.
func given(ps []parameter) []string {
	var names []string
	for _, p := range ps {
		if p.given {
			names = append(names, p.name)
		}
	}
	return names
}

// parse parses the expression of a parameter with read; a nil text gives the zero
// T.
func parse[T any](parameter string, text *string, p *expr.Placeholders, read func(string, *expr.Placeholders) (T, error)) (T, error) {
	var none T
	if text == nil {
		return none, nil
	}
	parsed, err := read(*text, p)
	if err != nil {
		return none, refusal.Invalid("Invalid " + parameter + ": " + err.Error())
	}
	return parsed, nil
}

// invalid makes a refusal.Validation of an error of attribute or expr; nil stays
// nil.
func invalid(err error) error {
	if err == nil {
		return nil
	}
	return refusal.Invalid(err.Error())
}

// is reports whether an optional parameter has that value.
func is(s *string, value string) bool { return s != nil && *s == value }

// isTrue reports whether an optional switch is given and on.
func isTrue(b *bool) bool { return b != nil && *b }

// sortedKeys returns the keys of a map in order. Most requests have empty maps.
func sortedKeys[V any](m map[string]V) []string {
	if len(m) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(m))
}
