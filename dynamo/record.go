package dynamo

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"lullaby/attribute"
	"lullaby/storage"
)

// A record is the stored value of an item: its billed size, so that a write need
// not decode the item that it replaces, and its binary form.

// newRecord returns the record of an item.
func newRecord(size int64, it attribute.Item) []byte {
	return it.AppendBinary(binary.AppendUvarint(make([]byte, 0, size+size/8+64), uint64(size)))
}

// recordOf returns the record of an item in the binary form.
func recordOf(size int64, form attribute.Encoded) []byte {
	return append(binary.AppendUvarint(make([]byte, 0, len(form)+binary.MaxVarintLen32), uint64(size)), form...)
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
	found  bool
	size   int64  // billed bytes
	record []byte // nil if only the size was read
}

// form returns the binary form of the item, which shares the memory of the record;
// nil if there is none or only its size was read.
func (s *stored) form() attribute.Encoded {
	if s.record == nil {
		return nil
	}
	_, used := binary.Uvarint(s.record)
	return s.record[used:]
}

// item decodes the item; nil if there is none or only its size was read. The error
// matches attribute.ErrCorrupt.
func (s *stored) item() (attribute.Item, error) {
	if s.record == nil {
		return nil, nil
	}
	return s.form().Item()
}

// newStored returns the state of a key under which an item is written.
func newStored(size int64, it attribute.Item) stored {
	return stored{true, size, newRecord(size, it)}
}

// read returns the state of a storage key, with the item only if whole is set.
// The error is of storage.
func read(db storage.Reader, key []byte, whole bool) (s stored, err error) {
	s.found, err = db.Get(key, func(record []byte) (err error) {
		s.size, _, err = recordSize(record)
		if err == nil && whole {
			s.record = bytes.Clone(record)
		}
		return err
	})
	if err != nil {
		return stored{}, fmt.Errorf("read item: %w", err)
	}
	return s, nil
}
