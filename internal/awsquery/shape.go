package awsquery

import (
	"encoding"
	"reflect"
	"strings"
	"sync"
)

// A form is how a value stands in parameters and in XML.
type form int

const (
	scalar form = iota
	list
	table // a map
	structure
)

// A shape is what the protocol has to know of a type.
type shape struct {
	form form

	members []member          // of a structure, in the order of its fields
	byName  map[string]member // the same

	elem       *shape // of a list's element or a map's entry, which is a structure
	wrap       string // between the name and the number of an element; empty: flattened
	key, value string // the members of an entry
}

// A member is a field of a structure.
type member struct {
	name     string
	index    []int
	omitZero bool // from outputs
	*shape
}

// readsItself is implemented by scalars that have a text of their own, such as
// timestamps. They also are an encoding.TextAppender.
var readsItself = reflect.TypeFor[encoding.TextUnmarshaler]()

var shapes sync.Map // reflect.Type of a structure -> *shape

// shapeOf returns the shape of a structure's type, which does not contain itself.
func shapeOf(t reflect.Type) *shape {
	if known, ok := shapes.Load(t); ok {
		return known.(*shape)
	}
	s := &shape{form: structure, byName: map[string]member{}}
	for _, f := range reflect.VisibleFields(t) {
		names := strings.Split(f.Tag.Get("query"), ",")
		if !f.IsExported() || f.Anonymous || names[0] == "-" {
			continue
		}
		m := member{name: f.Name, index: f.Index, shape: memberShape(f.Type, names)}
		if names[0] != "" {
			m.name = names[0]
		}
		_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		m.omitZero = options == "omitzero" || options == "omitempty" // of texts, lists and maps the same
		s.members = append(s.members, m)
		s.byName[m.name] = m
		if m.form == table {
			s.byName[f.Name] = m
		}
	}
	known, _ := shapes.LoadOrStore(t, s)
	return known.(*shape)
}

// memberShape returns the shape of a member with the names of its tag, of which
// the first is empty if there is no tag.
func memberShape(t reflect.Type, names []string) *shape {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	wrap := func(word string) string {
		if names[0] != "" {
			return ""
		}
		return word
	}
	switch {
	case reflect.PointerTo(t).Implements(readsItself):
		return &shape{form: scalar}
	case t.Kind() == reflect.Struct:
		return shapeOf(t)
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return &shape{form: list, elem: memberShape(t.Elem(), []string{""}), wrap: wrap("member")}
	case t.Kind() == reflect.Map:
		s := &shape{form: table, wrap: wrap("entry"), key: "key", value: "value"}
		if len(names) == 3 {
			s.key, s.value = names[1], names[2]
		}
		s.elem = &shape{form: structure, byName: map[string]member{
			s.key:   {name: s.key, shape: &shape{form: scalar}},
			s.value: {name: s.value, shape: memberShape(t.Elem(), []string{""})},
		}}
		return s
	}
	return &shape{form: scalar}
}
