package dynamo

import (
	"context"

	"lullaby/dynamo/request"
	"lullaby/dynamo/stream"
	"lullaby/instant"
)

// DescribeStreamOutput is the output of DescribeStream.
type DescribeStreamOutput struct{ StreamDescription StreamDescription }

// StreamDescription is the description of a stream.
type StreamDescription struct {
	StreamArn               string
	StreamLabel             string
	StreamStatus            string
	StreamViewType          stream.View
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

// SequenceNumberRange bounds the records of a shard. An open shard has no end.
type SequenceNumberRange struct {
	StartingSequenceNumber string
	EndingSequenceNumber   string `json:",omitzero"`
}

// DescribeStream describes a stream and its only shard. The error is a
// refusal.Validation or refusal.NotFound.
func (e *Engine) DescribeStream(_ context.Context, now instant.Instant, in *request.DescribeStreamInput) (*DescribeStreamOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	s, err := e.streamOf(*in.StreamArn, now)
	if err != nil {
		return nil, err
	}
	d := s.describe()
	first, last, closed := d.Range()
	out := StreamDescription{
		StreamArn: s.arn(), StreamLabel: s.Label, StreamStatus: "ENABLED", StreamViewType: d.ViewType,
		CreationRequestDateTime: Timestamp{d.Created}, TableName: s.TableName, KeySchema: s.KeySchema, Shards: []Shard{},
	}
	numbers := SequenceNumberRange{StartingSequenceNumber: first.String()}
	if closed {
		out.StreamStatus = "DISABLED"
		numbers.EndingSequenceNumber = last.String()
	}
	if in.ExclusiveStartShardId == nil && in.ShardFilter == nil { // the shard has no children
		out.Shards = append(out.Shards, Shard{d.ShardID(), numbers})
	}
	return &DescribeStreamOutput{out}, nil
}
