package attribute

// A Choice is values of which one is looked for: the operands of IN. A look-up takes
// the time of a look-up in a map, whatever the number of strings, numbers and
// binaries; other values are compared one by one. The zero Choice is empty. Not safe
// for concurrent use with Add.
type Choice struct {
	scalars map[scalar]bool
	others  []EncodedValue
}

// A scalar is an S, N or B.
type scalar struct {
	kind Kind
	text string
}

// Add adds values. It drops those that are there already.
func (c *Choice) Add(vs ...EncodedValue) {
	for _, v := range vs {
		switch {
		case c.Has(v):
		case v.kind == S || v.kind == N || v.kind == B:
			if c.scalars == nil {
				c.scalars = make(map[scalar]bool, len(vs))
			}
			c.scalars[scalar{v.kind, string(v.body)}] = true
		default:
			c.others = append(c.others, v)
		}
	}
}

// Has reports whether a value of the choice is Equal to v.
func (c *Choice) Has(v EncodedValue) bool {
	if v.kind == S || v.kind == N || v.kind == B {
		return c.scalars[scalar{v.kind, string(v.body)}]
	}
	for _, w := range c.others {
		if w.Equal(v) {
			return true
		}
	}
	return false
}
