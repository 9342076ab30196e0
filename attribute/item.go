package attribute

import (
	"slices"
	"strings"
)

// An Attribute is a named value of an item.
type Attribute struct {
	Name  string
	Value Value
}

// An Item is a set of attributes, ordered by the bytes of their names; each name
// occurs once. NewItem makes one. The nil Item is empty.
type Item []Attribute

// MaxItemSize is the largest item in bytes, names included
// (docs/aws/units.md#item-sizes).
const MaxItemSize = 400 * 1024

// NewItem orders attrs and returns them as an item. The item owns attrs. Of two
// attributes with one name the later stays.
func NewItem(attrs ...Attribute) Item {
	slices.SortStableFunc(attrs, byName)
	kept := attrs[:0]
	for i, a := range attrs {
		if i+1 < len(attrs) && attrs[i+1].Name == a.Name {
			continue
		}
		kept = append(kept, a)
	}
	return kept
}

func byName(a, b Attribute) int { return strings.Compare(a.Name, b.Name) }

// Value returns the value of the attribute called name, and whether there is one.
func (it Item) Value(name string) (Value, bool) {
	if v := it.Find(name); v != nil {
		return *v, true
	}
	return Value{}, false
}

// Find returns the value of the attribute called name, nil if there is none. The
// caller must not change it.
func (it Item) Find(name string) *Value {
	low, high := 0, len(it)
	for low < high {
		if i := (low + high) / 2; it[i].Name < name {
			low = i + 1
		} else {
			high = i
		}
	}
	if low == len(it) || it[low].Name != name {
		return nil
	}
	return &it[low].Value
}

// Equal reports whether it and other have the same attributes.
func (it Item) Equal(other Item) bool {
	if len(it) != len(other) {
		return false
	}
	for i := range it {
		if it[i].Name != other[i].Name || !it[i].Value.equal(&other[i].Value) {
			return false
		}
	}
	return true
}

// maxNameSize bounds an attribute's name in bytes (Developer Guide,
// "Constraints").
const maxNameSize = 65_535

// CheckName returns an *InvalidError if name cannot be the name of an attribute,
// nil otherwise. The texts are those of DynamoDB Local.
func CheckName(name string) error {
	switch {
	case name == "":
		return &InvalidError{fault: faultEmptyName}
	case len(name) > maxNameSize:
		return &InvalidError{fault: faultLongName}
	}
	return nil
}

// Err returns an *InvalidError for the first name or value that DynamoDB refuses
// in a request, nil if there is none.
func (it Item) Err() error { return it.err(MaxDepth) }

// err is Err for values of at most so many levels.
func (it Item) err(levels int) error {
	for _, a := range it {
		if err := CheckName(a.Name); err != nil {
			return err
		}
		if err := a.Value.err(levels); err != nil {
			return err
		}
	}
	return nil
}
