package dynamo

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
)

// ListStreamsInput is the request of ListStreams.
type ListStreamsInput struct {
	TableName               *string
	Limit                   *int32
	ExclusiveStartStreamArn *string
}

// ListStreamsOutput is the answer of ListStreams.
type ListStreamsOutput struct {
	Streams                []StreamSummary
	LastEvaluatedStreamArn string `json:",omitzero"`
}

// StreamSummary names a stream.
type StreamSummary struct{ StreamArn, TableName, StreamLabel string }

// maxStreams is a page of ListStreams, and of the shards of DescribeStream (API
// Reference, "ListStreams").
const maxStreams = 100

// ListStreams returns the streams that can be read, in the order of their ARNs.
func (e *Engine) ListStreams(_ context.Context, in *ListStreamsInput) (*ListStreamsOutput, error) {
	var v violations
	if in.TableName != nil && tablePattern(in.TableName) != nil {
		v.text(in.TableName, "tableName", namePattern, minName, maxName)
	}
	v.between(wide(in.Limit), "limit", 1, maxStreams)
	if err := v.err(); err != nil {
		return nil, err
	}
	now := time.Now()
	out := &ListStreamsOutput{Streams: []StreamSummary{}}
	e.streams.Range(func(_, v any) bool {
		s, _ := v.(*stream)
		d := &s.desc
		if _, err := e.streamOf(d.arn(), now); err != nil || in.TableName != nil && bareName(*in.TableName) != d.TableName {
			return true
		}
		if in.ExclusiveStartStreamArn == nil || d.arn() > *in.ExclusiveStartStreamArn {
			out.Streams = append(out.Streams, StreamSummary{d.arn(), d.TableName, d.Label})
		}
		return true
	})
	slices.SortFunc(out.Streams, func(a, b StreamSummary) int { return strings.Compare(a.StreamArn, b.StreamArn) })
	limit := maxStreams
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if len(out.Streams) > limit {
		out.Streams = out.Streams[:limit]
		out.LastEvaluatedStreamArn = out.Streams[limit-1].StreamArn
	}
	return out, nil
}

// DescribeStreamInput is the request of DescribeStream.
type DescribeStreamInput struct {
	StreamArn             *string
	Limit                 *int32
	ExclusiveStartShardId *string
}

// DescribeStreamOutput is the answer of DescribeStream.
type DescribeStreamOutput struct{ StreamDescription StreamDescription }

// StreamDescription is what AWS tells of a stream.
type StreamDescription struct {
	StreamArn               string
	StreamLabel             string
	StreamStatus            string
	StreamViewType          string
	CreationRequestDateTime Timestamp
	TableName               string
	KeySchema               []KeySchemaElement
	Shards                  []Shard
}

// Shard is a part of a stream.
type Shard struct {
	ShardId             string
	SequenceNumberRange SequenceNumberRange
}

// SequenceNumberRange bounds a shard; an open one has no end.
type SequenceNumberRange struct {
	StartingSequenceNumber string
	EndingSequenceNumber   string `json:",omitzero"`
}

// DescribeStream tells of a stream and its shards.
func (e *Engine) DescribeStream(_ context.Context, in *DescribeStreamInput) (*DescribeStreamOutput, error) {
	var v violations
	v.notNull(in.StreamArn != nil, "streamArn")
	v.between(wide(in.Limit), "limit", 1, maxStreams)
	if err := v.err(); err != nil {
		return nil, err
	}
	s, err := e.streamOf(*in.StreamArn, time.Now())
	if err != nil {
		return nil, err
	}
	d := &s.desc
	told := StreamDescription{
		StreamArn: d.arn(), StreamLabel: d.Label, StreamStatus: "ENABLED", StreamViewType: d.ViewType,
		CreationRequestDateTime: Timestamp{d.Created}, TableName: d.TableName, KeySchema: d.KeySchema, Shards: []Shard{},
	}
	shard := Shard{d.shardID(), SequenceNumberRange{StartingSequenceNumber: sequenceText(sequenceAt(d.Created))}}
	if at := s.disabled(); !at.IsZero() {
		told.StreamStatus = "DISABLED"
		shard.SequenceNumberRange.EndingSequenceNumber = sequenceText(sequenceAt(at))
	}
	if in.ExclusiveStartShardId == nil {
		told.Shards = append(told.Shards, shard)
	}
	return &DescribeStreamOutput{told}, nil
}

// GetShardIteratorInput is the request of GetShardIterator.
type GetShardIteratorInput struct {
	StreamArn         *string
	ShardId           *string
	ShardIteratorType *string
	SequenceNumber    *string
}

// GetShardIteratorOutput is the answer of GetShardIterator.
type GetShardIteratorOutput struct{ ShardIterator string }

// iteratorLife is how long an iterator can be used (API Reference,
// "GetShardIterator").
const iteratorLife = 15 * time.Minute

// A shardIterator is where GetRecords reads on.
type shardIterator struct {
	Stream string // ARN
	Next   uint64 // first sequence number that may be returned
	Made   time.Time
}

// String returns the iterator as the wire has it, which hides what it is.
func (it shardIterator) String() string {
	text, err := json.Marshal(it)
	if err != nil {
		return "" // no value of the type fails
	}
	return it.Stream + "|1|" + base64.StdEncoding.EncodeToString(text)
}

func parseIterator(s string) (it shardIterator, ok bool) {
	text, err := base64.StdEncoding.DecodeString(s[strings.LastIndexByte(s, '|')+1:])
	return it, err == nil && json.Unmarshal(text, &it) == nil
}

// parseSequence reads what sequenceText wrote.
func parseSequence(s string) (uint64, bool) {
	digits, ours := strings.CutPrefix(s, "1")
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, ours && err == nil
}

// GetShardIterator returns where in a shard to begin.
func (e *Engine) GetShardIterator(_ context.Context, in *GetShardIteratorInput) (*GetShardIteratorOutput, error) {
	var v violations
	v.notNull(in.StreamArn != nil, "streamArn")
	v.notNull(in.ShardId != nil, "shardId")
	if v.notNull(in.ShardIteratorType != nil, "shardIteratorType") {
		v.one(in.ShardIteratorType, "shardIteratorType", "AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON")
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	now := time.Now()
	s, err := e.streamOf(*in.StreamArn, now)
	if err != nil {
		return nil, err
	}
	if *in.ShardId != s.desc.shardID() {
		return nil, refusal.New(refusal.NotFound, "Requested resource not found: Shard: "+*in.ShardId+" in Stream: "+*in.StreamArn+" not found")
	}
	it := shardIterator{Stream: *in.StreamArn, Made: now}
	switch kind := *in.ShardIteratorType; kind {
	case "TRIM_HORIZON":
		it.Next = 0
	case "LATEST":
		it.Next = s.settled(now)
	default:
		if in.SequenceNumber == nil {
			return nil, &ValidationError{"SequenceNumber must be specified when ShardIteratorType is " + kind}
		}
		n, ok := parseSequence(*in.SequenceNumber)
		if !ok {
			return nil, &ValidationError{"Invalid SequenceNumber: " + *in.SequenceNumber}
		}
		if n < sequenceAt(now.Add(-streamRetention)) {
			return nil, refusal.Trimmed
		}
		it.Next = n
		if kind == "AFTER_SEQUENCE_NUMBER" {
			it.Next++
		}
	}
	return &GetShardIteratorOutput{it.String()}, nil
}

// GetRecordsInput is the request of GetRecords.
type GetRecordsInput struct {
	ShardIterator *string
	Limit         *int32
}

// GetRecordsOutput is the answer of GetRecords. There is no next iterator at
// the end of a closed shard.
type GetRecordsOutput struct {
	Records           []Record
	NextShardIterator string `json:",omitzero"`
}

// Record is one change.
type Record struct {
	EventID      string       `json:"eventID"`
	EventName    string       `json:"eventName"`
	EventVersion string       `json:"eventVersion"`
	EventSource  string       `json:"eventSource"`
	AwsRegion    string       `json:"awsRegion"`
	Dynamodb     StreamRecord `json:"dynamodb"`
	UserIdentity *Identity    `json:"userIdentity,omitzero"` // of time to live
}

// Identity is who made a change, where that was the service.
type Identity struct{ PrincipalId, Type string }

// StreamRecord is a change of an item.
type StreamRecord struct {
	ApproximateCreationDateTime int64 // seconds since 1970
	Keys                        attribute.Item
	NewImage                    attribute.Item `json:",omitzero"`
	OldImage                    attribute.Item `json:",omitzero"`
	SequenceNumber              string
	SizeBytes                   int64
	StreamViewType              string
}

// Bounds of GetRecords (API Reference, "GetRecords").
const (
	maxRecords     = 1_000
	maxRecordBytes = 1 << 20
)

// GetRecords returns the records from an iterator on.
func (e *Engine) GetRecords(_ context.Context, in *GetRecordsInput) (*GetRecordsOutput, error) {
	var v violations
	v.notNull(in.ShardIterator != nil, "shardIterator")
	v.between(wide(in.Limit), "limit", 1, maxRecords)
	if err := v.err(); err != nil {
		return nil, err
	}
	it, ok := parseIterator(*in.ShardIterator)
	if !ok {
		return nil, &ValidationError{"Invalid ShardIterator"}
	}
	now := time.Now()
	if now.Sub(it.Made) > iteratorLife {
		return nil, refusal.ExpiredIterator
	}
	s, err := e.streamOf(it.Stream, now)
	if err != nil {
		return nil, err
	}
	oldest := sequenceAt(now.Add(-streamRetention))
	if it.Next != 0 && it.Next < oldest {
		return nil, refusal.Trimmed
	}
	limit := maxRecords
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	out := &GetRecordsOutput{Records: []Record{}}
	bound := s.settled(now)
	next, bytes := max(it.Next, oldest), int64(0)
	full := false
	err = e.db.Scan(recordKey(s.desc.ID, next), recordKey(s.desc.ID, bound), func(key, value []byte) (bool, error) {
		r, err := readStreamRecord(value)
		if err != nil {
			return false, err
		}
		n := binary.BigEndian.Uint64(key[len(key)-8:])
		out.Records = append(out.Records, e.recordOf(s, n, &r))
		next = n + 1
		bytes += int64(len(value))
		full = len(out.Records) == limit || bytes >= maxRecordBytes
		return !full, nil
	})
	if err != nil {
		return nil, err
	}
	switch {
	case full:
		out.NextShardIterator = shardIterator{it.Stream, next, now}.String()
	case s.disabled().IsZero():
		out.NextShardIterator = shardIterator{it.Stream, bound, now}.String()
	}
	return out, nil
}

// recordOf tells of a record.
func (e *Engine) recordOf(s *stream, n uint64, r *streamRecord) Record {
	// An event's ID is the same however often it is read.
	id := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, s.desc.ID), n)
	told := Record{
		EventID: hex.EncodeToString(id), EventName: r.Event, EventVersion: "1.1", EventSource: "aws:dynamodb", AwsRegion: e.opts.Scope.Region,
		Dynamodb: StreamRecord{
			ApproximateCreationDateTime: r.Time,
			Keys:                        r.keys, NewImage: r.new, OldImage: r.old,
			SequenceNumber: sequenceText(n),
			SizeBytes:      r.keys.Size() + r.new.Size() + r.old.Size(),
			StreamViewType: s.desc.ViewType,
		},
	}
	if r.Expired {
		told.UserIdentity = &Identity{PrincipalId: "dynamodb.amazonaws.com", Type: "Service"}
	}
	return told
}
