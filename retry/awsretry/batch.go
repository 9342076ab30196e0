package awsretry

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"lullaby/retry"
)

// A batch is a request of which an answer may leave a part unprocessed: for want
// of capacity or, of a BatchGetItem, because the answer is full.
type batch interface {
	// keep returns a copy of a result, and clears it: the SDK decodes all answers
	// of one call into the same place.
	keep(result any) any
	// rest returns the request for what result leaves over, and of how many items
	// or keys it is.
	rest(result any) (request any, n int)
	// merge adds a later result to result, and takes over what that leaves over.
	merge(result, later any)
	// name returns what the service calls the rest.
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

// drain makes a call and sends again what it leaves over, until nothing is left
// or there is no further attempt. What is left then is in the result, as it would
// be without us.
func (r *Retrier) drain(ctx context.Context, b batch, in middleware.InitializeInput, next middleware.InitializeHandler) (
	middleware.InitializeOutput, middleware.Metadata, error,
) {
	began := time.Now()
	out, metadata, err := r.once(ctx, in, next)
	if err != nil {
		return out, metadata, err
	}
	inv := invocationOf(ctx)
	op := &operation{invocation: inv, call: r.decider.begin(began, r.deadline(ctx, inv))}
	out.Result = b.keep(out.Result)
	for {
		request, n := b.rest(out.Result)
		if n == 0 {
			r.decider.succeed(&op.call)
			return out, metadata, nil
		}
		release, err := r.again(ctx, op, b.name())
		if err == nil {
			in.Parameters = request
			var later middleware.InitializeOutput
			if later, _, err = r.once(ctx, in, next); err == nil {
				b.merge(out.Result, b.keep(later.Result))
			}
			_ = release(err)
		}
		if err == nil {
			continue
		}
		outcome, delay := outcomeOf(err)
		if outcome == retry.FinalFailure || outcome == retry.Cancelled {
			return middleware.InitializeOutput{}, metadata, err
		}
		inv.note(func(a *Account) { a.Unprocessed, a.Stopped, a.Delay = n, outcome, delay })
		return out, metadata, nil
	}
}

// again decides about sending the rest again, and waits until it is time to. What
// it returns tells the tokens how that went.
func (r *Retrier) again(ctx context.Context, op *operation, name string) (release func(error) error, err error) {
	op.failed++
	op.invocation.note(func(a *Account) {
		a.Throttled++
		a.refuse(cause{reason: name})
	})
	if op.failed >= r.decider.MaxAttempts() {
		return nil, stopped(retry.Decision{Outcome: retry.AttemptsSpent}, nil)
	}
	// The service does not say which resource it was.
	unprocessed := &types.ProvisionedThroughputExceededException{}
	release, err = r.decider.GetRetryToken(context.WithValue(ctx, operationKey{}, op), unprocessed)
	if err != nil {
		return nil, err
	}
	op.failedAt = time.Now()
	defer op.wait()
	pause := time.NewTimer(op.delay)
	defer pause.Stop()
	select {
	case <-pause.C:
		return release, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

type writes struct{ in *dynamodb.BatchWriteItemInput }

func (b writes) name() string { return "UnprocessedItems" }

func (b writes) keep(result any) any {
	kept := *result.(*dynamodb.BatchWriteItemOutput)
	*result.(*dynamodb.BatchWriteItemOutput) = dynamodb.BatchWriteItemOutput{}
	return &kept
}

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

func (b gets) keep(result any) any {
	kept := *result.(*dynamodb.BatchGetItemOutput)
	*result.(*dynamodb.BatchGetItemOutput) = dynamodb.BatchGetItemOutput{}
	return &kept
}

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
