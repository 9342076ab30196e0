package mapping

import (
	"fmt"
	"strconv"
)

// Filters decide which messages are processed. A message that matches none is
// deleted. Make them with Compile. They are safe for concurrent use.
type Filters struct {
	patterns []*node
	metadata bool // a pattern has fields besides body
}

// Compile compiles criteria. It returns nil if there are no filters: then every
// message matches. The error is a *RefusalError. Assumed: the text for too many.
func Compile(c *FilterCriteria) (*Filters, error) {
	if c == nil || len(c.Filters) == 0 {
		return nil, nil
	}
	if len(c.Filters) > maxFilters {
		return nil, invalid(fmt.Sprintf("Number of filters exceeds the limit of %d.", maxFilters), "FilterCriteria")
	}
	f := new(Filters)
	for i, filter := range c.Filters {
		var n *node
		err := errPattern
		if filter.Pattern != nil {
			n, err = parsePattern(*filter.Pattern)
		}
		if err != nil {
			return nil, invalid("Invalid filter pattern definition.", "FilterCriteria", "Filters", strconv.Itoa(i), "Pattern")
		}
		f.patterns = append(f.patterns, n)
		f.metadata = f.metadata || n.hasMetadata()
	}
	return f, nil
}

// body is the field of a record that patterns are about.
const body = "body"

func (n *node) hasMetadata() bool {
	for _, f := range n.fields {
		if f.name != body {
			return true
		}
	}
	for _, alternatives := range n.either {
		for _, a := range alternatives {
			if a.hasMetadata() {
				return true
			}
		}
	}
	return false
}

// Match says whether a message matches a filter. record returns its record of the
// event, for patterns of its metadata. A pattern for a JSON body matches no other
// body, and one for a text no JSON body (docs/aws/mapping.md#filters). Assumed: a
// body is JSON if it is an object or an array.
func (f *Filters) Match(text string, record func() []byte) bool {
	if f == nil {
		return true
	}
	event := map[string]any{}
	if f.metadata {
		if v, err := decode(string(record())); err == nil {
			if object, ok := v.(map[string]any); ok {
				event = object
			}
		}
	}
	value, err := decode(text)
	switch value.(type) {
	case map[string]any, []any:
	default:
		value = text
	}
	if err != nil {
		value = text
	}
	event[body] = value
	for _, n := range f.patterns {
		if n.matches(event) {
			return true
		}
	}
	return false
}
