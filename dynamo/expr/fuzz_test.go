package expr_test

import (
	"testing"

	"lullaby/attribute"
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
		form := it.Encode()
		whole := func(part attribute.Encoded, err error) {
			if err == nil {
				_, err = part.Item()
			}
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
		if c, err := expr.ParseCondition(text, placeholders(t)); err == nil {
			for _, form := range []attribute.Encoded{form, nil} {
				if _, err := c.Holds(form); err != nil {
					t.Errorf("%s: %v", text, err)
				}
			}
		}
		if p, _, err := expr.ParseProjection(text, placeholders(t)); err == nil {
			whole(p.Apply(form))
		}
		if u, err := expr.ParseUpdate(text, placeholders(t)); err == nil {
			if after, err := u.Apply(it); err == nil {
				whole(u.Touched().Apply(after.Encode()))
			}
			expectItem(t, text, it, written(t, item(t, sample)))
		}
	})
}
