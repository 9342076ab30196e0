package outbox

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"lullaby/instant"
	"lullaby/pager"
	"lullaby/storage"
)

// The kinds of keys in storage.Pages.
const (
	incidents = 'i' // by the key of the incident
	entries   = 'e' // by the ID of the receiver, a zero byte, and number
)

// remembered is how long an incident that is over is known, so that a change that comes
// once more after a crash is no page.
const remembered = 30 * 24 * time.Hour

func incidentKey(key string) []byte { return append([]byte{storage.Pages, incidents}, key...) }

func entryKey(receiver string, number uint64) []byte {
	key := append([]byte{storage.Pages, entries}, receiver...)
	return binary.BigEndian.AppendUint64(append(key, 0), number)
}

// set sets a key to the JSON of a value.
func set(b *storage.Batch, key []byte, value any) error {
	text, err := json.Marshal(value)
	if err == nil {
		b.Set(key, text)
	}
	return err
}

// save adds changes of a line's outbox to a batch.
func (l *line) save(b *storage.Batch, changes []pager.Change) error {
	for _, c := range changes {
		key := entryKey(l.to.ID(), c.Number)
		if c.Gone {
			b.Delete(key)
		} else if err := set(b, key, c.Entry); err != nil {
			return err
		}
	}
	return nil
}

// load reads incidents and entries, and deletes those that nobody needs.
func (s *Store) load(now instant.Instant) error {
	b := s.db.NewBatch()
	b.UseReserve()
	prefix := []byte{storage.Pages, incidents}
	err := s.db.Scan(prefix, []byte{storage.Pages, incidents + 1}, func(key, value []byte) (bool, error) {
		var is pager.Incident
		if err := json.Unmarshal(value, &is); err != nil {
			return false, fmt.Errorf("incident %s: %w", key[len(prefix):], err)
		}
		if is.Since.IsZero() && now.Sub(is.Last) > remembered {
			b.Delete(bytes.Clone(key))
		} else {
			s.mu.incidents.Restore(string(key[len(prefix):]), is)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	prefix = []byte{storage.Pages, entries}
	err = s.db.Scan(prefix, []byte{storage.Pages, entries + 1}, func(key, value []byte) (bool, error) {
		var e pager.Entry
		if err := json.Unmarshal(value, &e); err != nil {
			return false, fmt.Errorf("page %x: %w", key, err)
		}
		receiver := string(key[len(prefix) : len(key)-9])
		s.mu.number = max(s.mu.number, e.Number)
		if i := slices.IndexFunc(s.lines, func(l *line) bool { return l.to.ID() == receiver }); i >= 0 {
			s.lines[i].outbox.Restore(e)
			return true, nil
		}
		b.Delete(bytes.Clone(key))
		if !e.Lost {
			s.opts.Log.Warn("page dropped: its receiver is not named any more",
				slog.String("receiver", receiver), slog.String("kind", string(e.Page.Kind)), slog.String("alarm", e.Page.Alarm))
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	return b.Commit()
}
