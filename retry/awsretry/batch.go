package awsretry

import (
	"context"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// A batch is a request whose answer may leave a rest unprocessed: for want of
// capacity, or in a BatchGetItem because the answer is full.
type batch interface {
	// keep moves a result into memory of its own: the SDK decodes all answers of
	// one call into the same memory.
	keep(result any) any
	// rest returns the request for what result left unprocessed, and its number of
	// items or keys.
	rest(result any) (request any, n int)
	// merge adds a later result to result; the rest is then that of later.
	merge(result, later any)
	// name returns the service's name for the rest.
	name() string
}

// batchOf returns the batch of the parameters, nil if they are of another
// operation.
func batchOf(parameters any) batch {
	switch in := parameters.(type) {
	case *dynamodb.BatchWriteItemInput:
		return writes{in}
	case *dynamodb.BatchGetItemInput:
		return gets{in}
	}
	return nil
}

// fullAnswer is how many bytes make a BatchGetItem's answer full (API reference,
// BatchGetItem). Its JSON is no shorter than what the service counts.
const fullAnswer = 16 << 20

// look records whether an answer leaves a rest, and why.
func (op *operation) look(result any, metadata middleware.Metadata, err error) {
	op.unfinished, op.full = false, false
	if err != nil {
		return
	}
	_, n := op.batch.rest(result)
	op.unfinished = n > 0
	if _, reads := op.batch.(gets); reads && op.unfinished {
		response, ok := awsmiddleware.GetRawResponse(metadata).(*smithyhttp.Response)
		op.full = ok && response.ContentLength >= fullAnswer
	}
}

// unprocessed is the failure of an attempt that left a rest. The service does not
// say which resource refused.
var unprocessed error = &types.ProvisionedThroughputExceededException{}

// drain makes a call and sends its rest again until nothing is left or no further
// attempt is allowed. What is left then stays in the result, as without a
// retrier. All requests are one call: attempts, time and tokens are counted
// together.
func (r *Retrier) drain(ctx context.Context, op *operation, in middleware.InitializeInput, next middleware.InitializeHandler) (
	middleware.InitializeOutput, middleware.Metadata, error,
) {
	out, metadata, err := r.send(ctx, op, in, next)
	if err != nil {
		return out, metadata, err
	}
	out.Result = op.batch.keep(out.Result)
	for {
		request, n := op.batch.rest(out.Result)
		if n == 0 {
			return out, metadata, nil
		}
		release, err := r.again(ctx, op)
		if err == nil {
			in.Parameters = request
			var later middleware.InitializeOutput
			if later, metadata, err = r.send(ctx, op, in, next); err == nil {
				op.batch.merge(out.Result, op.batch.keep(later.Result))
			}
			_ = release(op.failure(err))
		}
		if err != nil {
			op.unfinished = true
			outcome, delay := outcomeOf(ctx, err)
			op.invocation.note(func(a *Account) {
				a.Unprocessed += n
				a.Stopped, a.Delay = outcome, delay
			})
			return out, metadata, nil
		}
	}
}

// failure returns the failure by which the token buckets judge an attempt that
// ended with err: an answer with a rest failed too.
func (op *operation) failure(err error) error {
	if err == nil && op.unfinished {
		return unprocessed
	}
	return err
}

// again decides whether the rest is sent again, and waits until then. release
// reports to the token buckets how the attempt ended.
func (r *Retrier) again(ctx context.Context, op *operation) (release func(error) error, err error) {
	op.resent = true
	if op.full {
		return nothing, nil // there was capacity
	}
	op.failed++
	op.invocation.note(func(a *Account) {
		a.Throttled++
		a.refuse(cause{reason: op.batch.name()})
	})
	release, err = r.decider.GetRetryToken(context.WithValue(ctx, operationKey{}, op), unprocessed)
	if err != nil {
		return nil, err
	}
	op.failedAt = time.Now()
	pause := time.NewTimer(op.delay)
	defer pause.Stop()
	select {
	case <-pause.C:
		return release, nil
	case <-ctx.Done():
		op.wait()
		return nil, ctx.Err()
	}
}

type writes struct{ in *dynamodb.BatchWriteItemInput }

func (b writes) name() string { return "UnprocessedItems" }

func (b writes) keep(result any) any { return moved(result.(*dynamodb.BatchWriteItemOutput)) }

func (b writes) rest(result any) (any, int) {
	left := result.(*dynamodb.BatchWriteItemOutput).UnprocessedItems
	n := 0
	for _, requests := range left {
		n += len(requests)
	}
	request := *b.in
	request.RequestItems = left
	return &request, n
}

func (b writes) merge(result, later any) {
	to, from := result.(*dynamodb.BatchWriteItemOutput), later.(*dynamodb.BatchWriteItemOutput)
	to.UnprocessedItems = from.UnprocessedItems
	to.ConsumedCapacity = append(to.ConsumedCapacity, from.ConsumedCapacity...)
	to.ItemCollectionMetrics = joined(to.ItemCollectionMetrics, from.ItemCollectionMetrics)
}

type gets struct{ in *dynamodb.BatchGetItemInput }

func (b gets) name() string { return "UnprocessedKeys" }

func (b gets) keep(result any) any { return moved(result.(*dynamodb.BatchGetItemOutput)) }

func (b gets) rest(result any) (any, int) {
	left := result.(*dynamodb.BatchGetItemOutput).UnprocessedKeys
	n := 0
	for _, keys := range left {
		n += len(keys.Keys)
	}
	request := *b.in
	request.RequestItems = left
	return &request, n
}

func (b gets) merge(result, later any) {
	to, from := result.(*dynamodb.BatchGetItemOutput), later.(*dynamodb.BatchGetItemOutput)
	to.UnprocessedKeys = from.UnprocessedKeys
	to.ConsumedCapacity = append(to.ConsumedCapacity, from.ConsumedCapacity...)
	to.Responses = joined(to.Responses, from.Responses)
}

// moved returns a copy of *from, and clears *from.
func moved[T any](from *T) *T {
	var none T
	kept := *from
	*from = none
	return &kept
}

// joined appends the lists of from to those of to, table by table.
func joined[T any](to, from map[string][]T) map[string][]T {
	if to == nil {
		return from
	}
	for table, list := range from {
		to[table] = append(to[table], list...)
	}
	return to
}
