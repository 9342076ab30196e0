package object_test

import (
	"encoding/json"
	"slices"
	"testing"

	"lullaby/internal/object"
)

func TestRead(t *testing.T) {
	o, err := object.Read([]byte(` {"a":"\u00e4","b":["x","y"],"c":[1],"d":1.5e3,"e":null,"f":1e300} `))
	if err != nil {
		t.Fatal(err)
	}
	if a, ok := o.Text("a"); a != "ä" || !ok {
		t.Errorf("Text(a) = %q, %v", a, ok)
	}
	if b, ok := o.Texts("b"); !slices.Equal(b, []string{"x", "y"}) || !ok {
		t.Errorf("Texts(b) = %q, %v", b, ok)
	}
	if c, ok := o.Texts("c"); ok {
		t.Errorf("Texts(c) = %q", c)
	}
	if d, ok := o.Seconds("d"); d != 1500 || !ok {
		t.Errorf("Seconds(d) = %d, %v", d, ok)
	}
	for _, name := range []string{"a", "e", "f", "absent"} {
		if n, ok := o.Seconds(name); ok {
			t.Errorf("Seconds(%s) = %d", name, n)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, text := range []string{"", "null", "[]", `"a"`, `{`, `{} {}`, `{"a":1,"a":2}`, `{"x":{"a":1,"\u0061":2}}`, "{\"a\":\"\xff\"}"} {
		if o, err := object.Read([]byte(text)); err == nil {
			t.Errorf("Read(%q) = %v, want an error", text, o)
		}
	}
}

// What Read takes, encoding/json takes with the same names.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"a":"b","c":[{"d":1}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := object.Read(text)
		if err != nil {
			return
		}
		var other map[string]json.RawMessage
		if err := json.Unmarshal(text, &other); err != nil || len(other) != len(o) {
			t.Errorf("Read(%q) has %d members, encoding/json %d (%v)", text, len(o), len(other), err)
		}
	})
}
