package request

import (
	"regexp"

	"lullaby/dynamo/refusal"
)

// ListStreamsInput is the request of ListStreams.
type ListStreamsInput struct {
	TableName               *string
	Limit                   *int32
	ExclusiveStartStreamArn *string
}

// MaxStreams bounds a page of ListStreams, and of shards of DescribeStream (API
// Reference, "ListStreams").
const MaxStreams = 100

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *ListStreamsInput) Check() error {
	var v violations
	if in.TableName != nil && !isARN(*in.TableName) {
		v.name(in.TableName, "tableName")
	}
	v.between(long(in.Limit), "limit", 1, MaxStreams)
	return v.err()
}

// DescribeStreamInput is the request of DescribeStream.
type DescribeStreamInput struct {
	StreamArn             *string
	Limit                 *int32
	ExclusiveStartShardId *string
	ShardFilter           *ShardFilter
}

// ShardFilter asks for the shards that follow a closed shard.
type ShardFilter struct {
	Type    *string // CHILD_SHARDS
	ShardId *string
}

// Bounds of the id of a shard, in characters (API Reference, "ShardFilter").
const (
	minShardID = 28
	maxShardID = 65
)

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *DescribeStreamInput) Check() error {
	var v violations
	v.streamARN(in.StreamArn)
	v.between(long(in.Limit), "limit", 1, MaxStreams)
	if f := in.ShardFilter; f != nil {
		v.oneOf(f.Type, "shardFilter.type", "CHILD_SHARDS")
		v.length(f.ShardId, "shardFilter.shardId", minShardID, maxShardID)
	}
	if err := v.err(); err != nil {
		return err
	}
	return checkStreamARN(*in.StreamArn)
}

// GetShardIteratorInput is the request of GetShardIterator.
type GetShardIteratorInput struct {
	StreamArn         *string
	ShardId           *string
	ShardIteratorType *string
	SequenceNumber    *string
	Timestamp         *float64 // seconds since 1970
}

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *GetShardIteratorInput) Check() error {
	var v violations
	v.streamARN(in.StreamArn)
	v.notNull(in.ShardId != nil, "shardId")
	if v.notNull(in.ShardIteratorType != nil, "shardIteratorType") {
		v.oneOf(in.ShardIteratorType, "shardIteratorType", "AFTER_SEQUENCE_NUMBER", "LATEST", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON")
	}
	if err := v.err(); err != nil {
		return err
	}
	return checkStreamARN(*in.StreamArn)
}

// Bounds of the ARN of a stream, in characters (API Reference,
// "DescribeStream"), and its form.
const (
	minStreamARN = 37
	maxStreamARN = 1024
)

var streamARN = regexp.MustCompile(`^arn:[^:]+:dynamodb:[^:]*:[^:]*:table/[^/]+/stream/[^/]+$`)

func (v *violations) streamARN(given *string) {
	if v.notNull(given != nil, "streamArn") {
		v.length(given, "streamArn", minStreamARN, maxStreamARN)
	}
}

// checkStreamARN rejects what is not the ARN of a stream, whether it exists or
// not (docs/aws/streams.md#malformed-arns). The error is a refusal.Validation.
func checkStreamARN(given string) error {
	if !streamARN.MatchString(given) {
		return refusal.Invalid("Invalid StreamArn")
	}
	return nil
}

// GetRecordsInput is the request of GetRecords.
type GetRecordsInput struct {
	ShardIterator *string
	Limit         *int32
}

// MaxRecords bounds the records of one GetRecords (API Reference, "GetRecords").
const MaxRecords = 1_000

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *GetRecordsInput) Check() error {
	var v violations
	v.notNull(in.ShardIterator != nil, "shardIterator")
	v.between(long(in.Limit), "limit", 1, MaxRecords)
	return v.err()
}
