package storage

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// A Reader reads a store, or a snapshot of one. What it read is durable when its
// method returns: it waits for pending commits of what it read, after its last
// call of f. An error means that nothing that f saw is certain. Safe for
// concurrent use.
type Reader interface {
	// Get calls f with the value of key and reports whether there is one. f must
	// not keep the value after it returns.
	Get(key []byte, f func(value []byte) error) (found bool, err error)

	// Scan calls f with the entries from lower up to, but not including, upper, in
	// order, until f returns false or an error. f must not keep key and value
	// after it returns.
	Scan(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error

	// ScanBackward is Scan in the opposite order.
	ScanBackward(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error
}

var _ Reader = (*DB)(nil)

// Get implements Reader.
func (db *DB) Get(key []byte, f func(value []byte) error) (found bool, err error) {
	if found, err = get(db.pebble, key, f); err != nil {
		return found, err
	}
	return found, db.commits.pending.Load().await(point(key))
}

// Scan implements Reader.
func (db *DB) Scan(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error {
	return scan(db.pebble, span{lower: lower, upper: upper}, forward, db.commits.pending.Load, f)
}

// ScanBackward implements Reader.
func (db *DB) ScanBackward(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error {
	return scan(db.pebble, span{lower: lower, upper: upper}, backward, db.commits.pending.Load, f)
}

// A Snapshot is the store as it was at one instant. Its user must close it.
type Snapshot struct {
	pebble  *pebble.Snapshot
	pending *group // when the snapshot was made; nil: none
}

var _ Reader = (*Snapshot)(nil)

// Snapshot returns the store as it is now.
func (db *DB) Snapshot() *Snapshot {
	s := &Snapshot{pebble: db.pebble.NewSnapshot()}
	s.pending = db.commits.pending.Load()
	return s
}

// Get implements Reader.
func (s *Snapshot) Get(key []byte, f func(value []byte) error) (found bool, err error) {
	if found, err = get(s.pebble, key, f); err != nil {
		return found, err
	}
	return found, s.pending.await(point(key))
}

// Scan implements Reader.
func (s *Snapshot) Scan(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error {
	return scan(s.pebble, span{lower: lower, upper: upper}, forward, s.pendingGroup, f)
}

// ScanBackward implements Reader.
func (s *Snapshot) ScanBackward(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error {
	return scan(s.pebble, span{lower: lower, upper: upper}, backward, s.pendingGroup, f)
}

func (s *Snapshot) pendingGroup() *group { return s.pending }

// Close lets the store drop the data that only the snapshot needs.
func (s *Snapshot) Close() error { return s.pebble.Close() }

func get(r pebble.Reader, key []byte, f func(value []byte) error) (found bool, err error) {
	value, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, &DiskError{fmt.Errorf("read: %w", err)}
	}
	return true, errors.Join(f(value), closer.Close())
}

// A direction is an order of a scan.
type direction uint8

const (
	forward direction = iota
	backward
)

// begin moves it to the first entry in the direction.
func (d direction) begin(it *pebble.Iterator) bool {
	if d == backward {
		return it.Last()
	}
	return it.First()
}

func (d direction) next(it *pebble.Iterator) bool {
	if d == backward {
		return it.Prev()
	}
	return it.Next()
}

// until returns the part of s that a scan has read when it ends at key.
func (d direction) until(s span, key []byte) span {
	if d == backward {
		s.lower = bytes.Clone(key)
		return s
	}
	return span{s.lower, bytes.Clone(key), true}
}

// scan calls f with the entries of s. pending returns the group whose changes an
// iterator of r that was just made may see.
func scan(r pebble.Reader, s span, d direction, pending func() *group, f func(key, value []byte) (more bool, err error)) error {
	it, err := r.NewIter(&pebble.IterOptions{LowerBound: s.lower, UpperBound: s.upper})
	if err != nil {
		return &DiskError{fmt.Errorf("scan: %w", err)}
	}
	seen := pending()
	for more := d.begin(it); more; more = d.next(it) {
		value, err := it.ValueAndErr()
		if err != nil {
			return errors.Join(&DiskError{fmt.Errorf("scan: %w", err)}, it.Close())
		}
		if more, err = f(it.Key(), value); err != nil {
			return errors.Join(err, it.Close())
		}
		if !more {
			if seen != nil {
				s = d.until(s, it.Key())
			}
			break
		}
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		return &DiskError{fmt.Errorf("scan: %w", err)}
	}
	return seen.await(s)
}
