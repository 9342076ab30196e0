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

func (x *Placeholders) parse(l *layer) (*expr.Placeholders, error) {
	p, err := expr.NewPlaceholders(x.ExpressionAttributeNames, x.ExpressionAttributeValues, l.check)
	return p, invalid(err)
}

// A parameter is the name of an optional parameter, and whether the request has
// it.
type parameter struct {
	name  string
	given bool
}

// exclude rejects a request with both expressions and the legacy parameters that
// they replaced, and names or values without an expression that can use them. An
// empty map is refused as such in the layer of writes.
func (x *Placeholders) exclude(l *layer, takesValues, takesNames, replaced []parameter) error {
	expressions := append(given(takesNames), given(takesValues)...)
	if old := given(replaced); expressions != nil && old != nil {
		return refusal.Invalid("Can not use both expression and non-expression parameters in the same request: " +
			"Non-expression parameters: {" + strings.Join(old, ", ") + "} Expression parameters: {" + strings.Join(expressions, ", ") + "}")
	}
	if x.ExpressionAttributeNames != nil && expressions == nil {
		if l == writeLayer && len(x.ExpressionAttributeNames) == 0 {
			return refusal.Invalid("ExpressionAttributeNames must not be empty")
		}
		return refusal.Invalid("ExpressionAttributeNames can only be specified when using expressions")
	}
	if x.ExpressionAttributeValues != nil && given(takesValues) == nil && len(takesValues) > 0 {
		const text = "ExpressionAttributeValues can only be specified when using expressions"
		if l == writeLayer && len(x.ExpressionAttributeValues) == 0 {
			return refusal.Invalid("ExpressionAttributeValues must not be empty")
		}
		if l == writeLayer {
			return refusal.Invalid(text)
		}
		missing := make([]string, len(takesValues))
		for i, p := range takesValues {
			missing[i] = p.name
		}
		verb := " is null"
		if len(missing) > 1 {
			verb = " are null"
		}
		return refusal.Invalid(text + ": " + strings.Join(missing, " and ") + verb)
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
