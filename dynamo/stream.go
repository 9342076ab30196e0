package dynamo

import (
	"bytes"
	"encoding/json"
	"sync"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/dynamo/stream"
	"lullaby/instant"
	"lullaby/storage"
)

// A tableStream is a published stream of a table. Its records are in storage.
type tableStream struct {
	streamSource

	mu  sync.Mutex
	log stream.Log // guarded by mu, but for its ID, ViewType and Created
}

// A streamSource identifies a stream by its table and label. It is immutable.
type streamSource struct {
	TableName string
	TableARN  string
	Label     string
	KeySchema []KeySchemaElement
}

func (s *streamSource) arn() string { return s.TableARN + "/stream/" + s.Label }

// A storedStream is the JSON of a stream in storage.
type storedStream struct {
	streamSource
	stream.Description
}

func (s *storedStream) save(b *storage.Batch) error {
	value, err := json.Marshal(s)
	if err != nil {
		return err
	}
	b.Set(catalogKey(streams, s.arn()), value)
	return nil
}

// describe returns the present description of the stream.
func (s *tableStream) describe() stream.Description {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Description
}

// record adds the record of an outcome to b and returns its sequence number, or 0
// if the item did not change. The caller must pass the number to end. The error
// is of storage.
func (s *tableStream) record(b *storage.Batch, o *outcome, now instant.Instant) (stream.Sequence, error) {
	r, changed := s.log.ViewType.Record(now, o.before.form(), o.after.form(), o.t.schema.of(o.item).Encode())
	if !changed {
		return 0, nil
	}
	r.ByService = o.byService
	value, err := appendStreamRecord(nil, &r)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	n := s.log.Begin(now)
	below, ok := s.log.Trim(now)
	s.mu.Unlock()
	b.Set(streamRecordKey(s.log.ID, n), value)
	if ok {
		b.DeleteRange(streamRecordKey(s.log.ID, 0), streamRecordKey(s.log.ID, below))
	}
	return n, nil
}

// end makes a sequence number settled, after its record was committed or dropped.
func (s *tableStream) end(n stream.Sequence) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.End(n)
}

// ReadStream returns the records of a stream from a sequence number on, at most
// limit; 0 is the oldest record. The error is a refusal.NotFound,
// refusal.Trimmed, or of storage.
func (e *Engine) ReadStream(now instant.Instant, arn string, from stream.Sequence, limit int) (*stream.Page, error) {
	s, err := e.streamOf(arn, now)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	p, err := s.log.Read(from, limit, now)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	id := s.log.ID
	return p, e.db.Scan(streamRecordKey(id, p.From), streamRecordKey(id, p.To), func(key, value []byte) (bool, error) {
		r, err := readStreamRecord(key, bytes.Clone(value))
		if err != nil {
			return false, err
		}
		return p.Add(r, len(value)), nil
	})
}

// A wantedStream is the stream that a request or template asks for, or its
// request for none. The nil wantedStream changes nothing.
type wantedStream struct {
	*request.StreamSpecification

	label string // of a template; empty: the instant of creation
}

// wanted returns the stream of a request.
func wanted(spec *request.StreamSpecification) *wantedStream {
	if spec == nil {
		return nil
	}
	return &wantedStream{StreamSpecification: spec}
}

// changeStream adds to b the change of a table's stream to spec, and to d its
// label; nil changes nothing. Another view type makes another stream, and a new stream replaces an
// older one of the same ARN. The caller holds ddl, and calls changed after it
// commits b, to publish the change. The error is of storage.
func (e *Engine) changeStream(b *storage.Batch, t *table, d *description, spec *wantedStream, now instant.Instant) (changed func(), err error) {
	if spec == nil || t.streamAs(spec) {
		return func() {}, nil
	}
	stopped, err := t.stream.Load().stop(b, now)
	if err != nil {
		return nil, err
	}
	if !spec.Enabled() {
		return func() {
			stopped()
			t.stream.Store(nil)
		}, nil
	}
	s := e.newStream(t, spec, now)
	d.StreamLabel = s.Label
	if older := e.streamNamed(s.arn()); older != nil {
		deleteStreamRecords(b, older.log.ID)
	}
	kept := storedStream{s.streamSource, s.log.Description}
	return func() {
		stopped()
		e.streams.Store(s.arn(), s)
		t.stream.Store(s)
	}, kept.save(b)
}

// newStream returns a stream of t that begins at now. The caller holds ddl.
func (e *Engine) newStream(t *table, spec *wantedStream, now instant.Instant) *tableStream {
	label := spec.label
	if label == "" {
		label = now.Time().Format("2006-01-02T15:04:05.000")
	}
	e.lastID++
	return &tableStream{
		streamSource: streamSource{TableName: t.name, TableARN: t.arn, Label: label, KeySchema: t.desc.Load().KeySchema},
		log: stream.Log{Description: stream.Description{
			ID: e.lastID, ViewType: stream.View(*spec.StreamViewType), Created: now,
		}},
	}
}

// stop adds to b the end of the stream at now, after which it stays readable for
// a day. The caller calls stopped after it commits b, to publish the end. The nil
// stream does nothing.
func (s *tableStream) stop(b *storage.Batch, now instant.Instant) (stopped func(), err error) {
	if s == nil {
		return func() {}, nil
	}
	ended := storedStream{s.streamSource, s.describe()}
	ended.Disabled = now
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.log.Disabled = ended.Disabled
	}, ended.save(b)
}

// loadStreams loads the streams and publishes enabled ones to their tables. It
// deletes streams that are no longer readable. The error is of storage.
func (e *Engine) loadStreams(b *storage.Batch, now instant.Instant) error {
	return e.db.Scan(catalogKey(streams, ""), catalogKey(streams, "\xff"), func(key, value []byte) (bool, error) {
		var kept storedStream
		if err := json.Unmarshal(value, &kept); err != nil {
			return false, err
		}
		if !kept.Readable(now) {
			b.Delete(key)
			deleteStreamRecords(b, kept.ID)
			return true, nil
		}
		// A folder may be opened in another region or account than before.
		kept.TableARN = e.tableARN(kept.TableName)
		if moved := catalogKey(streams, kept.arn()); !bytes.Equal(key, moved) {
			b.Delete(key)
			if err := kept.save(b); err != nil {
				return false, err
			}
		}
		last, err := lastSequence(e.db, kept.ID)
		if err != nil {
			return false, err
		}
		s := &tableStream{streamSource: kept.streamSource, log: stream.Resume(kept.Description, last)}
		e.streams.Store(s.arn(), s)
		if t := e.liveTable(s.TableName); t != nil && kept.Disabled.IsZero() {
			t.stream.Store(s)
		}
		return true, nil
	})
}

// streamNamed returns the stream of an ARN, readable or not, or nil.
func (e *Engine) streamNamed(arn string) *tableStream {
	v, _ := e.streams.Load(arn)
	s, _ := v.(*tableStream)
	return s
}

// streamOf returns the readable stream of an ARN. The error is a
// refusal.NotFound.
func (e *Engine) streamOf(arn string, now instant.Instant) (*tableStream, error) {
	s := e.streamNamed(arn)
	if s != nil {
		if d := s.describe(); d.Readable(now) {
			return s, nil
		}
	}
	return nil, refusal.New(refusal.NotFound, "Requested resource not found: Stream: "+arn+" not found")
}

// checkStream rejects a new stream for a table that has one, and the end of one
// that it does not have. The error is a refusal.Validation.
func (t *table) checkStream(spec *request.StreamSpecification) error {
	switch s := t.stream.Load(); {
	case spec == nil:
	case spec.Enabled() && s != nil:
		return refusal.Invalid("Table already has an enabled stream: TableName: " + t.name)
	case !spec.Enabled() && s == nil:
		return refusal.Invalid("Table has no stream to disable: TableName: " + t.name)
	}
	return nil
}
