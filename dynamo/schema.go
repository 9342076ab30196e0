package dynamo

import (
	"encoding/binary"
	"fmt"

	"lullaby/attribute"
	"lullaby/storage"
)

// Bounds of key attributes in bytes (Developer Guide, "Constraints").
const (
	maxHashKey  = 2_048
	maxRangeKey = 1_024
)

// A keyAttribute is a part of a primary key.
type keyAttribute struct {
	name string
	kind attribute.Kind // S, N or B
}

// A keySchema is a table's primary key: a partition key and perhaps a sort key.
type keySchema []keyAttribute // one or two

// itemKey returns the storage key for an item that is to be written to the
// table of that id, or what is wrong with the item's key attributes.
func (s keySchema) itemKey(id uint64, it attribute.Item) ([]byte, error) {
	key := newKey(id)
	for i, part := range s {
		v, found := it.Value(part.name)
		switch {
		case !found:
			return nil, &ValidationError{"One or more parameter values were invalid: Missing the key " + part.name + " in the item"}
		case v.Kind() != part.kind:
			return nil, &ValidationError{fmt.Sprintf(
				"One or more parameter values were invalid: Type mismatch for key %s expected: %v actual: %v", part.name, part.kind, v.Kind())}
		case v.Text() == "":
			return nil, &ValidationError{"One or more parameter values are not valid. " + emptyKeyText(part)}
		}
		if err := checkKeySize(v, i); err != nil {
			return nil, err
		}
		key = appendPart(key, v, i)
	}
	return key, nil
}

// primaryKey returns the storage key for a request's Key.
func (s keySchema) primaryKey(id uint64, k attribute.Item) ([]byte, error) {
	mismatch := &ValidationError{"The provided key element does not match the schema"}
	if len(k) != len(s) {
		return nil, mismatch
	}
	key := newKey(id)
	for i, part := range s {
		v, found := k.Value(part.name)
		if !found || v.Kind() != part.kind {
			return nil, mismatch
		}
		if v.Text() == "" {
			return nil, &ValidationError{"One or more parameter values were invalid: " + emptyKeyText(part)}
		}
		if err := checkKeySize(v, i); err != nil {
			return nil, err
		}
		key = appendPart(key, v, i)
	}
	return key, nil
}

func emptyKeyText(part keyAttribute) string {
	kind := "string"
	if part.kind == attribute.B {
		kind = "binary"
	}
	return "The AttributeValue for a key attribute cannot contain an empty " + kind + " value. Key: " + part.name
}

// checkKeySize checks the part at index i of a key. The missing space is AWS's.
func checkKeySize(v attribute.Value, i int) error {
	switch size := len(v.Text()); {
	case i == 0 && size > maxHashKey:
		return &ValidationError{fmt.Sprintf(
			"One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of%d bytes", maxHashKey)}
	case i == 1 && size > maxRangeKey:
		return &ValidationError{fmt.Sprintf(
			"One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of %d bytes", maxRangeKey)}
	}
	return nil
}

// A storage key is the space, the table's id, the beginning of the partition
// key's placement in the hash space, and the key attributes. A scan in its
// order is a scan in DynamoDB's.
const (
	idSize        = 8
	placementSize = 8
)

// newKey begins a storage key; the capacity fits most.
func newKey(id uint64) []byte {
	key := make([]byte, 1, 128)
	key[0] = storage.Items
	return binary.BigEndian.AppendUint64(key, id)
}

func appendPart(key []byte, v attribute.Value, i int) []byte {
	if i == 0 {
		placement := v.Placement()
		key = append(key, placement[:placementSize]...)
	}
	return v.AppendKey(key)
}

// keyRange returns the bounds of all storage keys of a table.
func keyRange(id uint64) (lower, upper []byte) {
	return newKey(id), newKey(id + 1)
}
