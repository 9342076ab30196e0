package dynamo

import (
	"context"
	"time"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/stream"
	"lullaby/instant"
)

// GetShardIteratorInput is the request of GetShardIterator.
type GetShardIteratorInput struct {
	StreamArn         *string
	ShardId           *string
	ShardIteratorType *string
	SequenceNumber    *string
}

// GetShardIteratorOutput is the answer of GetShardIterator.
type GetShardIteratorOutput struct{ ShardIterator string }

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
	s.mu.Lock()
	defer s.mu.Unlock()
	if *in.ShardId != s.log.ShardID() {
		return nil, refusal.New(refusal.NotFound, "Requested resource not found: Shard: "+*in.ShardId+" in Stream: "+*in.StreamArn+" not found")
	}
	from, err := s.log.Start(stream.IteratorType(*in.ShardIteratorType), in.SequenceNumber, instant.Of(now))
	if err != nil {
		return nil, err
	}
	it := stream.Iterator{Stream: *in.StreamArn, Next: from, Made: instant.Of(now)}
	return &GetShardIteratorOutput{it.String()}, nil
}
