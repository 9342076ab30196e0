package dynamo

import (
	"encoding/binary"
	"fmt"

	"lullaby/attribute"
	"lullaby/storage"
)

// A record is the stored value of an item: its billed size, so that a write need
// not decode the item that it replaces, and its binary form.

func appendRecord(dst []byte, size int64, it attribute.Item) []byte {
	return it.AppendBinary(binary.AppendUvarint(dst, uint64(size)))
}

// newRecord returns the record of an item.
func newRecord(size int64, it attribute.Item) []byte {
	return appendRecord(make([]byte, 0, size+size/8+64), size, it)
}

// recordSize returns the billed size in bytes and the binary form, which shares
// the memory of record. The error is attribute.ErrCorrupt.
func recordSize(record []byte) (size int64, form []byte, err error) {
	n, used := binary.Uvarint(record)
	if used <= 0 || n > attribute.MaxItemSize {
		return 0, nil, fmt.Errorf("%w: no size", attribute.ErrCorrupt)
	}
	return int64(n), record[used:], nil
}

// readForm returns the binary form and the billed size of the item of a storage
// key; nil and 0 if there is none. The error is of storage.
func readForm(db storage.Reader, key []byte) (form attribute.Encoded, size int64, err error) {
	_, err = db.Get(key, func(record []byte) error {
		n, part, err := recordSize(record)
		size, form = n, append(attribute.Encoded{}, part...)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read item: %w", err)
	}
	return form, size, nil
}

// stored is the state of a storage key. The zero value is no item.
type stored struct {
	found bool
	size  int64          // billed bytes
	item  attribute.Item // nil if only the size was read
}

// read returns the state of a storage key, with the item only if whole is set.
// The error is of storage.
func read(db storage.Reader, key []byte, whole bool) (s stored, err error) {
	s.found, err = db.Get(key, func(record []byte) (err error) {
		var form []byte
		s.size, form, err = recordSize(record)
		if err == nil && whole {
			s.item, err = attribute.DecodeItem(form)
		}
		return err
	})
	if err != nil {
		return stored{}, fmt.Errorf("read item: %w", err)
	}
	return s, nil
}
