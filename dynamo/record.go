package dynamo

import (
	"encoding/binary"
	"fmt"

	"lullaby/attribute"
	"lullaby/storage"
)

// A record is what storage holds for an item: the size that AWS bills for it,
// so that a write need not take apart what it replaces, and its binary form.

func appendRecord(dst []byte, size int64, it attribute.Item) []byte {
	return it.AppendBinary(binary.AppendUvarint(dst, uint64(size)))
}

// newRecord returns the record of an item.
func newRecord(size int64, it attribute.Item) []byte {
	return appendRecord(make([]byte, 0, size+size/8+64), size, it)
}

// recordSize returns the billed size and the binary form.
func recordSize(record []byte) (size int64, form []byte, err error) {
	n, used := binary.Uvarint(record)
	if used <= 0 || n > attribute.MaxItemSize {
		return 0, nil, fmt.Errorf("%w: no size", attribute.ErrCorrupt)
	}
	return int64(n), record[used:], nil
}

// readForm returns the binary form of what key holds and its billed size, nil if
// there is nothing.
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

// A stored item is what a key holds; the zero one is nothing.
type stored struct {
	found bool
	size  int64          // billed bytes
	item  attribute.Item // only where it was asked for
}

// read returns what key holds, the item itself only if whole is set.
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
