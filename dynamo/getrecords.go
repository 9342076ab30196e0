package dynamo

import (
	"context"

	"lullaby/attribute"
	"lullaby/dynamo/request"
	"lullaby/dynamo/stream"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// GetRecordsOutput is the output of GetRecords. NextShardIterator is empty at the
// end of a closed shard.
type GetRecordsOutput struct {
	Records           []Record
	NextShardIterator string
}

// AppendJSON implements awsjson.Appender.
func (out *GetRecordsOutput) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	o := awsjson.NewObject(dst, drain)
	awsjson.List(o, "Records", out.Records)
	if out.NextShardIterator != "" {
		o.Text("NextShardIterator", out.NextShardIterator)
	}
	return o.End()
}

// Record is one change of an item, with its event.
type Record struct {
	EventID      string
	EventName    stream.Event
	EventVersion string
	EventSource  string
	AwsRegion    string
	Dynamodb     StreamRecord
	UserIdentity *Identity // for expired items
}

// AppendJSON implements awsjson.Appender.
func (r Record) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	o := awsjson.NewObject(dst, drain)
	o.Text("eventID", r.EventID)
	o.Text("eventName", string(r.EventName))
	o.Text("eventVersion", r.EventVersion)
	o.Text("eventSource", r.EventSource)
	o.Text("awsRegion", r.AwsRegion)
	o.Append("dynamodb", r.Dynamodb)
	if r.UserIdentity != nil {
		o.Any("userIdentity", r.UserIdentity)
	}
	return o.End()
}

// Identity names the service as the author of a change.
type Identity struct{ PrincipalId, Type string }

// StreamRecord is the content of a change.
type StreamRecord struct {
	ApproximateCreationDateTime int64 // seconds since 1970
	Keys                        attribute.Encoded
	NewImage                    attribute.Encoded // nil: not there, or not in the view
	OldImage                    attribute.Encoded // as NewImage
	SequenceNumber              string
	SizeBytes                   int64
	StreamViewType              stream.View
}

// AppendJSON implements awsjson.Appender.
func (r StreamRecord) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	o := awsjson.NewObject(dst, drain)
	o.Int("ApproximateCreationDateTime", r.ApproximateCreationDateTime)
	o.Append("Keys", r.Keys)
	if r.NewImage != nil {
		o.Append("NewImage", r.NewImage)
	}
	if r.OldImage != nil {
		o.Append("OldImage", r.OldImage)
	}
	o.Text("SequenceNumber", r.SequenceNumber)
	o.Int("SizeBytes", r.SizeBytes)
	o.Text("StreamViewType", string(r.StreamViewType))
	return o.End()
}

// GetRecords returns the records of a shard from an iterator on. The error is a
// refusal.Validation, refusal.ExpiredIterator, refusal.NotFound, refusal.Trimmed,
// or of storage.
func (e *Engine) GetRecords(_ context.Context, now instant.Instant, in *request.GetRecordsInput) (*GetRecordsOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	it, err := stream.ParseIterator(*in.ShardIterator, now)
	if err != nil {
		return nil, err
	}
	limit := request.MaxRecords
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	p, err := e.ReadStream(now, it.Stream, it.Next, limit)
	if err != nil {
		return nil, err
	}
	out := &GetRecordsOutput{Records: make([]Record, len(p.Records))}
	for i := range p.Records {
		out.Records[i] = e.wireRecord(p, &p.Records[i])
	}
	if next, more := p.Next(); more {
		out.NextShardIterator = stream.Iterator{Stream: it.Stream, Next: next, Made: now}.String()
	}
	return out, nil
}

// wireRecord returns a record of a page in AWS's shape.
func (e *Engine) wireRecord(p *stream.Page, r *stream.Record) Record {
	out := Record{
		EventID: p.Stream.EventID(r.Sequence), EventName: r.Event, EventVersion: "1.1", EventSource: "aws:dynamodb", AwsRegion: e.opts.Scope.Region,
		Dynamodb: StreamRecord{
			ApproximateCreationDateTime: r.At.Time().Unix(),
			Keys:                        r.Keys, NewImage: r.New, OldImage: r.Old,
			SequenceNumber: r.Sequence.String(),
			SizeBytes:      r.Size(),
			StreamViewType: p.Stream.ViewType,
		},
	}
	if r.ByService {
		out.UserIdentity = &Identity{PrincipalId: "dynamodb.amazonaws.com", Type: "Service"}
	}
	return out
}
