package store

import (
	"encoding/binary"
	"encoding/json"
	"maps"

	"lullaby/instant"
	"lullaby/queue/request"
	"lullaby/storage"
)

// A description is what is stored of a queue, apart from its messages. A queue's
// description never changes: a changed queue gets another one.
type description struct {
	Name     string
	Number   uint64 // never that of another queue, even after a deletion
	Created  instant.Instant
	Modified instant.Instant
	Purged   instant.Instant   // zero: never
	Tags     map[string]string `json:",omitempty"`

	// Attributes are the settings as a client would set them.
	Attributes map[string]string

	settings request.Settings
}

// with returns the description of the same queue with other settings.
func (d *description) with(s request.Settings) *description {
	changed := *d
	changed.settings, changed.Attributes = s, s.Attributes()
	return &changed
}

// tagged returns the description of the same queue with tags that change has
// changed.
func (d *description) tagged(change func(tags map[string]string)) *description {
	changed := *d
	if changed.Tags = maps.Clone(d.Tags); changed.Tags == nil {
		changed.Tags = map[string]string{}
	}
	change(changed.Tags)
	return &changed
}

// stage adds the description to a batch.
func (d *description) stage(b *storage.Batch) error {
	value, err := json.Marshal(d)
	if err != nil {
		return err
	}
	b.Set(namedKey(descriptions, d.Name), value)
	return nil
}

// readDescription reads what stage wrote.
func readDescription(value []byte) (*description, error) {
	d := new(description)
	err := json.Unmarshal(value, d)
	if err == nil {
		d.settings, err = request.NewSettings(d.Attributes)
	}
	return d, err
}

// stageNumber adds the number of the newest queue to a batch.
func stageNumber(b *storage.Batch, number uint64) {
	b.Set(namedKey(lastNumbers, ""), binary.BigEndian.AppendUint64(nil, number))
}

// load reads all queues.
func (e *Engine) load(now instant.Instant) error {
	_, err := e.db.Get(namedKey(lastNumbers, ""), func(v []byte) error {
		e.lastNumber = binary.BigEndian.Uint64(v)
		return nil
	})
	if err != nil {
		return err
	}
	var found []*description
	lower, upper := kindRange(descriptions)
	err = e.db.Scan(lower, upper, func(_, value []byte) (bool, error) {
		d, err := readDescription(value)
		found = append(found, d)
		return true, err
	})
	if err != nil {
		return err
	}
	for _, d := range found {
		q := e.newQueue(now, d)
		if err := q.load(now); err != nil {
			return err
		}
		e.queues.Store(d.Name, q)
	}
	for _, q := range e.all(func(*queue) bool { return true }) {
		q.adopt(now, q.desc.Load())
	}
	if err := e.loadDepartures(now); err != nil {
		return err
	}
	return e.loadTasks()
}

// kindRange returns the bounds of the keys of a kind.
func kindRange(kind byte) (lower, upper []byte) {
	return namedKey(kind, ""), namedKey(kind+1, "")
}
