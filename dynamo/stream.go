package dynamo

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
	"lullaby/storage"
)

// How long records, and streams that were disabled, can be read (Developer
// Guide, "Change data capture for DynamoDB Streams").
const streamRetention = 24 * time.Hour

// A stream is the log of the changes of a table. It has one shard, which is
// closed when the stream is disabled: the order of a key's records, which is
// all that AWS promises, is that of its changes.
type stream struct {
	desc streamDescription // Disabled is guarded by mu

	mu      sync.Mutex
	last    uint64          // sequence number given last
	pending map[uint64]bool // given, but not committed
	trimmed time.Time       // when old records were deleted last
}

// A streamDescription is what is kept of a stream; it is JSON in storage.
type streamDescription struct {
	ID        uint64 // in storage, from the numbers of tables
	TableName string
	TableARN  string
	Label     string
	ViewType  string
	KeySchema []KeySchemaElement
	Created   time.Time
	Disabled  time.Time // zero: enabled
}

func (d *streamDescription) arn() string { return d.TableARN + "/stream/" + d.Label }

// shardID names the only shard, in the form of AWS's.
func (d *streamDescription) shardID() string {
	return fmt.Sprintf("shardId-%020d-%08x", d.Created.UnixMilli(), uint32(d.ID))
}

// Sequence numbers grow with time, so that they go on after a restart without
// having been kept and records are trimmed by a range. They are the
// microseconds of an instant, or one more than the one before.
func sequenceAt(t time.Time) uint64 { return uint64(max(t.UnixMicro(), 0)) }

// sequenceText is a sequence number as the wire has it: AWS's have 21 digits or
// more.
func sequenceText(n uint64) string { return fmt.Sprintf("1%020d", n) }

// begin gives the next sequence number, which end must follow.
func (s *stream) begin(now time.Time) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last+1, sequenceAt(now))
	if s.pending == nil {
		s.pending = make(map[uint64]bool)
	}
	s.pending[s.last] = true
	return s.last
}

// end says that the record of a sequence number is committed or will never be.
func (s *stream) end(n uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pending, n)
}

// settled returns the number below which no record will appear any more.
func (s *stream) settled(now time.Time) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	bound := max(s.last+1, sequenceAt(now))
	for n := range s.pending {
		bound = min(bound, n)
	}
	// What begins from here on is not below.
	s.last = max(s.last, bound-1)
	return bound
}

// trim adds the deletion of records that are too old to a batch, once an hour.
func (s *stream) trim(b *storage.Batch, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.trimmed) < time.Hour {
		return
	}
	s.trimmed = now
	b.DeleteRange(recordKey(s.desc.ID, 0), recordKey(s.desc.ID, sequenceAt(now.Add(-streamRetention))))
}

// disabled returns when the stream was disabled, zero if it is not.
func (s *stream) disabled() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.desc.Disabled
}

func recordKey(id, sequence uint64) []byte {
	key := binary.BigEndian.AppendUint64([]byte{storage.Streams}, id)
	return binary.BigEndian.AppendUint64(key, sequence)
}

// A streamRecord is one change. It is kept as its JSON head behind the head's
// length, then the binary forms of the items.
type streamRecord struct {
	Event   string // INSERT, MODIFY or REMOVE
	Time    int64  // Unix seconds
	Expired bool   // removed by time to live
	Sizes   [3]int // bytes of the keys, the old and the new item; 0: not there

	keys, old, new attribute.Item
}

// append writes the record.
func (r *streamRecord) append(dst []byte) ([]byte, error) {
	var items []byte
	for i, it := range [...]attribute.Item{r.keys, r.old, r.new} {
		if it != nil {
			before := len(items)
			items = it.AppendBinary(items)
			r.Sizes[i] = len(items) - before
		}
	}
	head, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	dst = binary.AppendUvarint(dst, uint64(len(head)))
	return append(append(dst, head...), items...), nil
}

// readStreamRecord reads what append wrote.
func readStreamRecord(b []byte) (r streamRecord, err error) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(len(b)-used) {
		return r, fmt.Errorf("%w: stream record", attribute.ErrCorrupt)
	}
	if err := json.Unmarshal(b[used:used+int(n)], &r); err != nil {
		return r, err
	}
	b = b[used+int(n):]
	for i, it := range [...]*attribute.Item{&r.keys, &r.old, &r.new} {
		size := r.Sizes[i]
		if size < 0 || size > len(b) {
			return r, fmt.Errorf("%w: stream record", attribute.ErrCorrupt)
		}
		if size > 0 {
			if *it, err = attribute.DecodeItem(b[:size]); err != nil {
				return r, err
			}
		}
		b = b[size:]
	}
	return r, nil
}

// record adds the record of an outcome to the batch that makes the change, and
// returns its sequence number, 0 if nothing has changed.
func (s *stream) record(b *storage.Batch, o *outcome, now time.Time) (uint64, error) {
	if o.before.found && o.after.found && o.before.item.Equal(o.after.item) {
		return 0, nil
	}
	r := streamRecord{Event: "MODIFY", Time: now.Unix(), Expired: o.byService, old: o.before.item, new: o.after.item}
	switch {
	case !o.before.found:
		r.Event, r.keys = "INSERT", o.t.schema.of(o.after.item)
	case !o.after.found:
		r.Event, r.keys = "REMOVE", o.t.schema.of(o.before.item)
	default:
		r.keys = o.t.schema.of(o.after.item)
	}
	if view := s.desc.ViewType; view == "KEYS_ONLY" || view == "NEW_IMAGE" {
		r.old = nil
	}
	if view := s.desc.ViewType; view == "KEYS_ONLY" || view == "OLD_IMAGE" {
		r.new = nil
	}
	value, err := r.append(nil)
	if err != nil {
		return 0, err
	}
	n := s.begin(now)
	b.Set(recordKey(s.desc.ID, n), value)
	s.trim(b, now)
	return n, nil
}

// StreamSpecification asks for a stream of changes, or for none.
type StreamSpecification struct {
	StreamEnabled  *bool
	StreamViewType *string

	label string // that a template gives the stream; empty: the instant
}

func (v *violations) stream(s *StreamSpecification) {
	if s != nil {
		v.notNull(s.StreamEnabled != nil, "streamSpecification.streamEnabled")
		v.one(s.StreamViewType, "streamSpecification.streamViewType", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
	}
}

// validate checks the parts against each other. The texts are those of
// UpdateTable (aws-controllers-k8s/dynamodb-controller, docs/api-quirks,
// DDB-TABLE-018, 444). Assumed: CreateTable has the same.
func (s *StreamSpecification) validate() error {
	switch {
	case s == nil:
		return nil
	case *s.StreamEnabled && s.StreamViewType == nil:
		return &ValidationError{"One or more parameter values were invalid: If stream is being enabled then UpdateViewType is required"}
	case !*s.StreamEnabled && s.StreamViewType != nil:
		return &ValidationError{"One or more parameter values were invalid: If stream is being disabled, then UpdateViewType must not be specified"}
	}
	return nil
}

// enabled reports whether a stream is asked for.
func (s *StreamSpecification) enabled() bool { return s != nil && *s.StreamEnabled }

// changeStream adds to b what makes a table's stream be as asked for: another
// kind of view is another stream. A nil spec asks for nothing. A stream takes the
// place of an older one that had its ARN. The table has the stream, or has it no
// more, when changed is called. The caller holds ddl.
func (e *Engine) changeStream(b *storage.Batch, t *table, spec *StreamSpecification, now time.Time) (changed func(), err error) {
	if spec == nil || t.streamAs(spec) {
		return func() {}, nil
	}
	stopped, err := t.stream.Load().stop(b, now)
	if err != nil {
		return nil, err
	}
	if !spec.enabled() {
		return func() {
			stopped()
			t.stream.Store(nil)
		}, nil
	}
	label := spec.label
	if label == "" {
		label = now.UTC().Format("2006-01-02T15:04:05.000")
	}
	e.lastID++
	s := &stream{desc: streamDescription{
		ID: e.lastID, TableName: t.name, TableARN: t.arn, Label: label,
		ViewType: *spec.StreamViewType, KeySchema: t.desc.Load().KeySchema, Created: now,
	}}
	if v, ok := e.streams.Load(s.desc.arn()); ok {
		if older, ok := v.(*stream); ok {
			older.forget(b)
		}
	}
	return func() {
		stopped()
		e.streams.Store(s.desc.arn(), s)
		t.stream.Store(s)
	}, s.desc.save(b)
}

// checkStream refuses to begin a stream where there is one, or to end one where
// there is none.
func (t *table) checkStream(spec *StreamSpecification) error {
	switch s := t.stream.Load(); {
	case spec == nil:
	case spec.enabled() && s != nil:
		return &ValidationError{"Table already has an enabled stream: TableName: " + t.name}
	case !spec.enabled() && s == nil:
		return &ValidationError{"Table has no stream to disable: TableName: " + t.name}
	}
	return nil
}

// stop adds to b that the stream ends at now; it can be read for a day yet. It
// has ended when stopped is called. The nil stream has nothing to end.
func (s *stream) stop(b *storage.Batch, now time.Time) (stopped func(), err error) {
	if s == nil {
		return func() {}, nil
	}
	s.mu.Lock()
	ended := s.desc
	s.mu.Unlock()
	ended.Disabled = now
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.desc.Disabled = now
	}, ended.save(b)
}

// forget deletes the records.
func (s *stream) forget(b *storage.Batch) {
	b.DeleteRange(recordKey(s.desc.ID, 0), recordKey(s.desc.ID+1, 0))
}

func (d *streamDescription) save(b *storage.Batch) error {
	value, err := json.Marshal(d)
	if err != nil {
		return err
	}
	b.Set(catalogKey(streams, d.arn()), value)
	return nil
}

// loadStreams finds the streams, forgets those that were disabled a day ago,
// and gives the others to their tables.
func (e *Engine) loadStreams(b *storage.Batch, now time.Time) error {
	return e.db.Scan(catalogKey(streams, ""), catalogKey(streams, "\xff"), func(key, value []byte) (bool, error) {
		s := new(stream)
		if err := json.Unmarshal(value, &s.desc); err != nil {
			return false, err
		}
		d := &s.desc
		if !d.Disabled.IsZero() && now.Sub(d.Disabled) > streamRetention {
			b.Delete(key)
			s.forget(b)
			return true, nil
		}
		err := e.db.ScanBackward(recordKey(d.ID, 0), recordKey(d.ID+1, 0), func(key, _ []byte) (bool, error) {
			s.last = binary.BigEndian.Uint64(key[len(key)-8:])
			return false, nil
		})
		if err != nil {
			return false, err
		}
		e.streams.Store(d.arn(), s)
		if t := e.declared(d.TableName); t != nil && d.Disabled.IsZero() {
			t.stream.Store(s)
		}
		return true, nil
	})
}

// streamOf returns the stream of an ARN.
func (e *Engine) streamOf(arn string, now time.Time) (*stream, error) {
	v, _ := e.streams.Load(arn)
	s, found := v.(*stream)
	if !found || !s.disabled().IsZero() && now.Sub(s.disabled()) > streamRetention {
		return nil, refusal.New(refusal.NotFound, "Requested resource not found: Stream: "+arn+" not found")
	}
	return s, nil
}
