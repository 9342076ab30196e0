package dynamo

import (
	"context"
	"slices"
	"strings"

	"lullaby/dynamo/request"
	"lullaby/instant"
)

// ListStreamsOutput is the output of ListStreams.
type ListStreamsOutput struct {
	Streams                []StreamSummary
	LastEvaluatedStreamArn string `json:",omitzero"`
}

// StreamSummary names a stream.
type StreamSummary struct{ StreamArn, TableName, StreamLabel string }

// ListStreams returns the readable streams in the order of their ARNs. The error
// is a refusal.Validation.
func (e *Engine) ListStreams(_ context.Context, now instant.Instant, in *request.ListStreamsInput) (*ListStreamsOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	out := &ListStreamsOutput{Streams: []StreamSummary{}}
	e.streams.Range(func(_, v any) bool {
		s, _ := v.(*tableStream)
		d := s.describe()
		if !d.Readable(now) || in.TableName != nil && *in.TableName != s.TableName && *in.TableName != s.TableARN {
			return true
		}
		if in.ExclusiveStartStreamArn == nil || s.arn() > *in.ExclusiveStartStreamArn {
			out.Streams = append(out.Streams, StreamSummary{s.arn(), s.TableName, s.Label})
		}
		return true
	})
	slices.SortFunc(out.Streams, func(a, b StreamSummary) int { return strings.Compare(a.StreamArn, b.StreamArn) })
	limit := request.MaxStreams
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if len(out.Streams) > limit {
		out.Streams = out.Streams[:limit]
		out.LastEvaluatedStreamArn = out.Streams[limit-1].StreamArn
	}
	return out, nil
}
