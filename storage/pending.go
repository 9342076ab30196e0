package storage

import (
	"bytes"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// Pebble shows a change to readers as soon as it is in memory, before it is
// durable. So a read looks for its keys in the group that was pending when it saw
// the store, and waits for the group if it finds one. Only one group at a time is
// pending: what other groups changed is durable, or not visible yet.

// A span is the keys from lower up to upper; nil: up to the last. upper itself
// belongs to it if closed is set.
type span struct {
	lower, upper []byte
	closed       bool
}

func point(key []byte) span { return span{key, key, true} }

// has reports whether key is in the span.
func (s *span) has(key []byte) bool {
	if bytes.Compare(key, s.lower) < 0 {
		return false
	}
	return s.upper == nil || s.begins(key)
}

// begins reports whether the span has keys from lower on.
func (s *span) begins(lower []byte) bool {
	if s.upper == nil {
		return true
	}
	order := bytes.Compare(lower, s.upper)
	return order < 0 || order == 0 && s.closed
}

// meets reports whether the span has keys from lower up to, but not including,
// upper.
func (s *span) meets(lower, upper []byte) bool {
	return s.begins(lower) && bytes.Compare(s.lower, upper) < 0
}

// await returns when no change of a key in s is pending in the group. It does
// nothing for the nil group. The error is that of the group's commit: the read
// saw what may be lost.
func (g *group) await(s span) error {
	if g == nil || !g.touches(&s) {
		return nil
	}
	if err := g.wait(); err != nil {
		return fmt.Errorf("read what is not durable: %w", err)
	}
	return nil
}

// touches reports whether the group has a pending change of a key in s.
func (g *group) touches(s *span) bool {
	g.reading.RLock()
	defer g.reading.RUnlock()
	for entries := g.entries; ; {
		kind, key, value, more, err := entries.Next()
		switch {
		case err != nil:
			return true // Pebble wrote the entries and can read them
		case !more:
			return false
		case kind == pebble.InternalKeyKindRangeDelete && s.meets(key, value):
			return true
		case kind != pebble.InternalKeyKindRangeDelete && s.has(key):
			return true
		}
	}
}
