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
	i, found := slices.BinarySearchFunc(it, name, func(a Attribute, n string) int {
		return strings.Compare(a.Name, n)
	})
	if !found {
		return Value{}, false
	}
	return it[i].Value, true
}

// Equal reports whether it and other have the same attributes.
func (it Item) Equal(other Item) bool {
	return slices.EqualFunc(it, other, func(a, b Attribute) bool {
		return a.Name == b.Name && a.Value.Equal(b.Value)
	})
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
