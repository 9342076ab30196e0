package dynamo

import (
	"encoding/binary"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
	"lullaby/storage"
)

// Bounds of key attributes in bytes (Developer Guide, "Constraints").
const (
	maxHashKey  = 2_048
	maxRangeKey = 1_024
)

// A keyAttribute is a part of a key.
type keyAttribute struct {
	name string
	kind attribute.Kind // S, N or B
}

// A keySchema is the key of a table or an index: the partition key and the sort
// key. A table's have one part and at most one, an index's up to four.
type keySchema struct{ hash, sort []keyAttribute }

// newKeySchema reads a checked key schema.
func newKeySchema(elements []KeySchemaElement, kinds map[string]attribute.Kind) keySchema {
	var s keySchema
	for _, k := range elements {
		part := keyAttribute{k.AttributeName, kinds[k.AttributeName]}
		if k.KeyType == "HASH" {
			s.hash = append(s.hash, part)
		} else {
			s.sort = append(s.sort, part)
		}
	}
	return s
}

// parts calls f with each part of the key, the partition key's first, until it
// returns false.
func (s keySchema) parts(f func(part keyAttribute) bool) {
	for _, parts := range [...][]keyAttribute{s.hash, s.sort} {
		for _, part := range parts {
			if !f(part) {
				return
			}
		}
	}
}

func (s keySchema) size() int { return len(s.hash) + len(s.sort) }

// has reports whether name is a part of the key.
func (s keySchema) has(name string) bool {
	for part := range s.parts {
		if part.name == name {
			return true
		}
	}
	return false
}

// of returns the key attributes of an item that has them.
func (s keySchema) of(it attribute.Item) attribute.Item {
	key := make(attribute.Item, 0, s.size())
	for part := range s.parts {
		if v, found := it.Value(part.name); found {
			key = append(key, attribute.Attribute{Name: part.name, Value: v})
		}
	}
	return attribute.NewItem(key...)
}

// itemKey returns the storage key for an item that is to be written to the
// table of that id, or what is wrong with the item's key attributes.
func (s keySchema) itemKey(id uint64, it attribute.Item) ([]byte, error) {
	for part := range s.parts {
		v, found := it.Value(part.name)
		switch {
		case !found:
			return nil, refusal.InvalidValues("Missing the key %s in the item", part.name)
		case v.Kind() != part.kind:
			return nil, refusal.InvalidValues("Type mismatch for key %s expected: %v actual: %v", part.name, part.kind, v.Kind())
		case v.Text() == "":
			return nil, refusal.Invalid("One or more parameter values are not valid. " + emptyKeyText(part) + ". Key: " + part.name)
		}
	}
	if err := s.checkSizes(it); err != nil {
		return nil, err
	}
	return s.appendKey(newKey(id), it), nil
}

// primaryKey returns the storage key for a request's Key.
func (s keySchema) primaryKey(id uint64, k attribute.Item) ([]byte, error) {
	if len(k) != s.size() {
		return nil, refusal.Invalid(msgKeySchema)
	}
	if err := s.checkKey(k); err != nil {
		return nil, err
	}
	return s.appendKey(newKey(id), k), nil
}

const msgKeySchema = "The provided key element does not match the schema"

// checkKey checks the values that a request gives for the parts of a key.
func (s keySchema) checkKey(k attribute.Item) error {
	for part := range s.parts {
		v, found := k.Value(part.name)
		if !found || v.Kind() != part.kind {
			return refusal.Invalid(msgKeySchema)
		}
		if v.Text() == "" {
			return refusal.InvalidValues("%s. Key: %s", emptyKeyText(part), part.name)
		}
	}
	return s.checkSizes(k)
}

// fits reports whether an item has every part of the key, of its type.
func (s keySchema) fits(it attribute.Item) bool {
	for part := range s.parts {
		if v, found := it.Value(part.name); !found || v.Kind() != part.kind {
			return false
		}
	}
	return true
}

func emptyKeyText(part keyAttribute) string {
	kind := "string"
	if part.kind == attribute.B {
		kind = "binary"
	}
	return "The AttributeValue for a key attribute cannot contain an empty " + kind + " value"
}

// checkSizes checks the sizes of the parts of a key that it has. The missing
// space is AWS's.
func (s keySchema) checkSizes(it attribute.Item) error {
	if total(s.hash, it) > maxHashKey {
		return refusal.InvalidValues("Size of hashkey has exceeded the maximum size limit of%d bytes", maxHashKey)
	}
	if total(s.sort, it) > maxRangeKey {
		return refusal.InvalidValues("Aggregated size of all range keys has exceeded the size limit of %d bytes", maxRangeKey)
	}
	return nil
}

// total returns the bytes of the parts that it has.
func total(parts []keyAttribute, it attribute.Item) int {
	n := 0
	for _, part := range parts {
		v, _ := it.Value(part.name)
		n += len(v.Text())
	}
	return n
}

// A storage key is the space, the id of the table or index, the beginning of
// the partition key's placement in the hash space, and the key attributes; an
// index's goes on with those of the table. A scan in its order is a scan in
// DynamoDB's.
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

// appendKey appends the key of it, which has every part.
func (s keySchema) appendKey(key []byte, it attribute.Item) []byte {
	return s.appendSort(s.appendHash(key, it), it)
}

func (s keySchema) appendHash(key []byte, it attribute.Item) []byte {
	first, _ := it.Value(s.hash[0].name)
	more := make([]attribute.Value, len(s.hash)-1)
	for i, part := range s.hash[1:] {
		more[i], _ = it.Value(part.name)
	}
	placement := first.Placement(more...)
	key = first.AppendKey(append(key, placement[:placementSize]...))
	for _, v := range more {
		key = v.AppendKey(key)
	}
	return key
}

func (s keySchema) appendSort(key []byte, it attribute.Item) []byte {
	for _, part := range s.sort {
		v, _ := it.Value(part.name)
		key = v.AppendKey(key)
	}
	return key
}

// keyRange returns the bounds of all storage keys of a table or index.
func keyRange(id uint64) (lower, upper []byte) {
	return newKey(id), newKey(id + 1)
}

// after returns the bound above every key that begins with prefix.
func after(prefix []byte) []byte {
	upper := append([]byte(nil), prefix...)
	for i := len(upper) - 1; i >= 0; i-- {
		if upper[i]++; upper[i] != 0 {
			return upper[:i+1]
		}
	}
	return nil
}
