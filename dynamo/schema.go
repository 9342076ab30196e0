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

// A keySchema is the key of a table or an index: the parts of the partition key
// and of the sort key. A table has one and at most one, an index up to four of
// each.
type keySchema struct{ hash, sort []keyAttribute }

// newKeySchema converts a checked key schema.
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

// parts is an iterator over the parts of the key, the partition key's first.
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

// of returns those key attributes that the item has.
func (s keySchema) of(it attribute.Item) attribute.Item {
	key := make(attribute.Item, 0, s.size())
	for part := range s.parts {
		if v, found := it.Value(part.name); found {
			key = append(key, attribute.Attribute{Name: part.name, Value: v})
		}
	}
	return attribute.NewItem(key...)
}

// ofForm is of for an item in the binary form. The error matches attribute.ErrCorrupt.
func (s keySchema) ofForm(form attribute.Encoded) (attribute.Item, error) {
	names := make([]string, 0, s.size())
	for part := range s.parts {
		names = append(names, part.name)
	}
	key, err := onNames(names).Apply(form)
	if err != nil {
		return nil, err
	}
	return key.Item()
}

// itemKey returns the storage key of an item that is to be written under an id.
// The error is a refusal.Validation.
func (s keySchema) itemKey(id uint64, it attribute.Item) ([]byte, error) {
	for part := range s.parts {
		v, found := it.Value(part.name)
		switch {
		case !found:
			return nil, mismatch(refusal.InvalidValues("Missing the key %s in the item", part.name))
		case v.Kind() != part.kind:
			return nil, mismatch(refusal.InvalidValues("Type mismatch for key %s expected: %v actual: %v", part.name, part.kind, v.Kind()))
		case v.Text() == "":
			return nil, emptyKey(part)
		}
	}
	if err := s.checkSizes(it); err != nil {
		return nil, err
	}
	return s.appendKey(newKey(id), it), nil
}

// primaryKey returns the storage key of a request's Key under an id. The error is
// a refusal.Validation.
func (s keySchema) primaryKey(id uint64, k attribute.Item) ([]byte, error) {
	if len(k) != s.size() {
		return nil, errKeySchema
	}
	if err := s.checkKey(k); err != nil {
		return nil, err
	}
	return s.appendKey(newKey(id), k), nil
}

const msgKeySchema = "The provided key element does not match the schema"

var errKeySchema = mismatch(refusal.Invalid(msgKeySchema))

// A mismatchError refuses a key, of the table or of an index, that does not match
// its schema. It cancels a transaction (docs/aws/messages.md#transactions).
type mismatchError struct{ error }

func mismatch(err error) error { return &mismatchError{err} }

// Unwrap returns the refusal.Validation.
func (e *mismatchError) Unwrap() error { return e.error }

// checkKey rejects missing and invalid values of the parts of a key. The error is
// a refusal.Validation.
func (s keySchema) checkKey(k attribute.Item) error {
	for part := range s.parts {
		v, found := k.Value(part.name)
		if !found || v.Kind() != part.kind {
			return errKeySchema
		}
		if v.Text() == "" {
			return emptyKey(part)
		}
	}
	return s.checkSizes(k)
}

// fits reports whether an item has every part of the key with its type.
func (s keySchema) fits(it attribute.Item) bool {
	for part := range s.parts {
		if v, found := it.Value(part.name); !found || v.Kind() != part.kind {
			return false
		}
	}
	return true
}

// emptyKey returns the refusal of an empty value of the part
// (docs/aws/messages.md#keys).
func emptyKey(part keyAttribute) error {
	return refusal.Invalid("One or more parameter values are not valid. " + emptyKeyText(part) + ". Key: " + part.name)
}

func emptyKeyText(part keyAttribute) string {
	kind := "string"
	if part.kind == attribute.B {
		kind = "binary"
	}
	return "The AttributeValue for a key attribute cannot contain an empty " + kind + " value"
}

// checkSizes rejects values of the parts that are too long. The missing space in
// the text is AWS's. The error is a refusal.Validation.
func (s keySchema) checkSizes(it attribute.Item) error {
	if total(s.hash, it) > maxHashKey {
		return refusal.InvalidValues("Size of hashkey has exceeded the maximum size limit of%d bytes", maxHashKey)
	}
	if total(s.sort, it) > maxRangeKey {
		return refusal.InvalidValues("Aggregated size of all range keys has exceeded the size limit of %d bytes", maxRangeKey)
	}
	return nil
}

// total returns the bytes of those parts that the item has.
func total(parts []keyAttribute, it attribute.Item) int {
	n := 0
	for _, part := range parts {
		v, _ := it.Value(part.name)
		n += len(v.Text())
	}
	return n
}

// A storage key has the byte storage.Items, the id of the table or index, the
// first bytes of the hash of the partition key, and the key attributes; that of
// an index ends with the table's. Its order is the order of a Scan in DynamoDB.
const (
	idSize        = 8
	placementSize = 8
)

// newKey returns the prefix of the storage keys of an id. Its capacity suffices
// for most keys.
func newKey(id uint64) []byte {
	key := make([]byte, 1, 128)
	key[0] = storage.Items
	return binary.BigEndian.AppendUint64(key, id)
}

// appendKey appends the key of an item that has every part.
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

// keyRange returns the bounds of all storage keys of a table or index; upper is
// exclusive.
func keyRange(id uint64) (lower, upper []byte) {
	return newKey(id), newKey(id + 1)
}

// after returns the least key above every key with the prefix, or nil if there is
// none.
func after(prefix []byte) []byte {
	upper := append([]byte(nil), prefix...)
	for i := len(upper) - 1; i >= 0; i-- {
		if upper[i]++; upper[i] != 0 {
			return upper[:i+1]
		}
	}
	return nil
}
