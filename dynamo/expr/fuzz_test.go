package expr_test

import (
	"testing"

	"lullaby/dynamo/expr"
)

// Whatever the text, an expression is refused in words or can be applied.
func FuzzExpressions(f *testing.F) {
	for _, text := range []string{
		"a = :a and not (n between :one and :two or size(l) > :one)", "attribute_type(m.x, :s)", "contains(ss, #a)",
		"n, l[2].x, m.z[0]", "set n = if_not_exists(n, :one) + :two remove l[0], m.x add ss :ss delete ns :ns", "((a)) = (((", "a[99999999999999999999]",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		it := item(t, sample)
		if c, err := expr.ParseCondition(text, placeholders(t)); err == nil {
			c.Holds(it)
			c.Holds(nil)
		}
		if p, _, err := expr.ParseProjection(text, placeholders(t)); err == nil {
			p.Apply(it)
		}
		if u, err := expr.ParseUpdate(text, placeholders(t)); err == nil {
			if after, err := u.Apply(it); err == nil {
				u.Touched().Apply(after)
			}
			expectItem(t, text, it, written(t, item(t, sample)))
		}
	})
}
