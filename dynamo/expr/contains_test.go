package expr_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
)

// What a text contains does not depend on how often it is asked, nor on whether it is
// in the item or in the expression.
func TestContainsAskedOften(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	random := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "ab\x00\xff"[rng.IntN(4)]
		}
		return string(b)
	}
	text := random(3000)
	never := strings.Repeat("c", 5)
	for _, where := range []string{"contains(v,:x)", "contains(:v,x)"} {
		first := strings.Repeat(strings.ReplaceAll(where, "x", "z")+" OR ", 40)
		for n := range 200 {
			part := random(n % 15)
			if n%2 == 0 {
				at := rng.IntN(2900)
				part = text[at : at+n%100]
			}
			value := func(name string) attribute.Value {
				return attribute.Binary(map[string]string{"v": text, "x": part, "z": never}[strings.TrimPrefix(name, ":")])
			}
			var given, it []attribute.Attribute
			for _, name := range []string{"v", "x", "z"} {
				if a := ":" + name; strings.Contains(where, a) || name == "z" && where == "contains(v,:x)" {
					given = append(given, attribute.Attribute{Name: a, Value: value(name)})
				} else {
					it = append(it, attribute.Attribute{Name: name, Value: value(name)})
				}
			}
			p, err := expr.NewPlaceholders(nil, attribute.NewItem(given...), attribute.Value.Err)
			if err != nil {
				t.Fatal(err)
			}
			c, err := expr.ParseCondition(first+where, p)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // a value of the expression is asked again
				if got, err := c.Holds(attribute.NewItem(it...).Encode()); err != nil || got != strings.Contains(text, part) {
					t.Fatalf("seed %d: %s of %q: %t, %v", seed, where, part, got, err)
				}
			}
		}
	}
}
