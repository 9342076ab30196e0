package dynamo

import (
	"context"
	"math"
	"time"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/dynamo/stream"
	"lullaby/instant"
)

// GetShardIteratorOutput is the output of GetShardIterator.
type GetShardIteratorOutput struct{ ShardIterator string }

// GetShardIterator returns an iterator at a position of a shard. The error is a
// refusal.Validation, refusal.NotFound or refusal.Trimmed.
func (e *Engine) GetShardIterator(_ context.Context, now instant.Instant, in *request.GetShardIteratorInput) (*GetShardIteratorOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	s, err := e.streamOf(*in.StreamArn, now)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if *in.ShardId != s.log.ShardID() {
		return nil, refusal.New(refusal.NotFound, "Requested resource not found: Shard: "+*in.ShardId+" in Stream: "+*in.StreamArn+" not found")
	}
	from, err := s.log.Start(stream.IteratorType(*in.ShardIteratorType), position(in), now)
	if err != nil {
		return nil, err
	}
	it := stream.Iterator{Stream: *in.StreamArn, Next: from, Made: now}
	return &GetShardIteratorOutput{it.String()}, nil
}

// position returns what a request gives with its ShardIteratorType. AWS reads a
// Timestamp to the millisecond.
func position(in *request.GetShardIteratorInput) stream.Position {
	p := stream.Position{Sequence: in.SequenceNumber}
	if in.Timestamp != nil {
		const most = 9e12 // what an Instant holds, in milliseconds
		at := instant.Of(time.UnixMilli(int64(math.Round(max(-most, min(*in.Timestamp*1_000, most))))))
		p.At = &at
	}
	return p
}
