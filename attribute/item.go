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

// An Item is a set of attributes, ordered by the bytes of their names, no name
// twice. The nil Item has none. Make one with NewItem.
type Item []Attribute

// MaxItemSize is the largest item in bytes, names included (Developer Guide,
// "Constraints").
const MaxItemSize = 400 * 1024

// NewItem orders attrs, which it keeps, and returns them as an item. Of two
// attributes of one name it keeps the later.
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

// Value returns the attribute of that name and whether there is one.
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

// CheckName returns an *InvalidError if no attribute may have that name, or
// nil. Its texts are DynamoDB Local's.
func CheckName(name string) error {
	switch {
	case name == "":
		return &InvalidError{"Empty attribute name"}
	case len(name) > maxNameSize:
		return &InvalidError{"Attribute name is too large, must be less than 65536 bytes"}
	}
	return nil
}

// Err returns an *InvalidError for the first name or value that a request may
// not hold, or nil.
func (it Item) Err() error {
	for _, a := range it {
		if err := CheckName(a.Name); err != nil {
			return err
		}
		if err := a.Value.Err(); err != nil {
			return err
		}
	}
	return nil
}
