package dynamo

import (
	"context"

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
	from, err := s.log.Start(stream.IteratorType(*in.ShardIteratorType), in.SequenceNumber, now)
	if err != nil {
		return nil, err
	}
	it := stream.Iterator{Stream: *in.StreamArn, Next: from, Made: now}
	return &GetShardIteratorOutput{it.String()}, nil
}
