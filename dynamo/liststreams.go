package dynamo

import (
	"context"
	"slices"
	"strings"
	"time"

	"lullaby/instant"
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
		s, _ := v.(*tableStream)
		d := s.describe()
		if !d.Readable(instant.Of(now)) || in.TableName != nil && bareName(*in.TableName) != s.TableName {
			return true
		}
		if in.ExclusiveStartStreamArn == nil || s.arn() > *in.ExclusiveStartStreamArn {
			out.Streams = append(out.Streams, StreamSummary{s.arn(), s.TableName, s.Label})
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
