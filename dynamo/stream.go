package dynamo

import (
	"encoding/json"
	"sync"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/dynamo/stream"
	"lullaby/instant"
	"lullaby/storage"
)

// A tableStream is the stream of a table at work. Its records are in storage.
type tableStream struct {
	streamSource

	mu  sync.Mutex
	log stream.Log // guarded by mu, but for its ID, ViewType and Created
}

// A streamSource is the table that a stream is of, and the stream's name there.
// It never changes.
type streamSource struct {
	TableName string
	TableARN  string
	Label     string
	KeySchema []KeySchemaElement
}

func (s *streamSource) arn() string { return s.TableARN + "/stream/" + s.Label }

// A storedStream is what is kept of a stream; it is JSON in storage.
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

// describe returns what the stream is now.
func (s *tableStream) describe() stream.Description {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Description
}

// record adds the record of an outcome to the batch that makes the change, and
// returns its sequence number, 0 if nothing has changed.
func (s *tableStream) record(b *storage.Batch, o *outcome, now instant.Instant) (stream.Sequence, error) {
	r, changed := s.log.ViewType.Record(now, o.before.item, o.after.item, o.t.schema.of)
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

// end says that the record of a number is committed or will never be.
func (s *tableStream) end(n stream.Sequence) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.End(n)
}

// ReadStream returns the records of a stream from a sequence number on, 0 for
// the oldest, at most limit of them. The error is refusal.NotFound,
// refusal.Trimmed or of storage.
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
		r, err := readStreamRecord(key, value)
		if err != nil {
			return false, err
		}
		return p.Add(r, len(value)), nil
	})
}

// A wantedStream is the stream that a request or a template asks for, or that it
// wants none. The nil wantedStream asks for nothing.
type wantedStream struct {
	*request.StreamSpecification

	label string // that a template gives the stream; empty: the instant
}

// wanted is what a request asks for.
func wanted(spec *request.StreamSpecification) *wantedStream {
	if spec == nil {
		return nil
	}
	return &wantedStream{StreamSpecification: spec}
}

// changeStream adds to b what makes a table's stream be as asked for: another
// kind of view is another stream. A nil spec asks for nothing. A stream replaces
// an older one that had its ARN. The table has the stream, or has it no more,
// when changed is called. The caller holds ddl.
func (e *Engine) changeStream(b *storage.Batch, t *table, spec *wantedStream, now instant.Instant) (changed func(), err error) {
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

// newStream returns a stream of t, which begins at now. The caller holds ddl.
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

// stop adds to b that the stream ends at now; it can be read for a day yet. It
// has ended when stopped is called. The nil stream has nothing to end.
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

// loadStreams finds the streams, deletes those that were disabled a day ago, and
// gives the others to their tables.
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

// streamNamed returns the stream of an ARN, readable or not, nil if there is
// none.
func (e *Engine) streamNamed(arn string) *tableStream {
	v, _ := e.streams.Load(arn)
	s, _ := v.(*tableStream)
	return s
}

// streamOf returns the stream of an ARN. The error is refusal.NotFound.
func (e *Engine) streamOf(arn string, now instant.Instant) (*tableStream, error) {
	s := e.streamNamed(arn)
	if s != nil {
		if d := s.describe(); d.Readable(now) {
			return s, nil
		}
	}
	return nil, refusal.New(refusal.NotFound, "Requested resource not found: Stream: "+arn+" not found")
}

// checkStream refuses to begin a stream where there is one, or to end one where
// there is none.
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
