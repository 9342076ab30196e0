package dynamo

import (
	"context"

	"lullaby/dynamo/request"
	"lullaby/dynamo/stream"
	"lullaby/instant"
)

// DescribeStreamOutput is the answer of DescribeStream.
type DescribeStreamOutput struct{ StreamDescription StreamDescription }

// StreamDescription is what AWS tells of a stream.
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

// SequenceNumberRange bounds a shard; an open one has no end.
type SequenceNumberRange struct {
	StartingSequenceNumber string
	EndingSequenceNumber   string `json:",omitzero"`
}

// DescribeStream tells of a stream and its shards.
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
	if in.ExclusiveStartShardId == nil {
		out.Shards = append(out.Shards, Shard{d.ShardID(), numbers})
	}
	return &DescribeStreamOutput{out}, nil
}
