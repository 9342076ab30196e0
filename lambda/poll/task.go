package poll

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
	"lullaby/lambda/mapping"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// task returns the function that performs a task.
func (d *driver) task(ctx context.Context, t mapping.Task[*message]) func() report { //nolint:contextcheck // receives is made of ctx
	if t.Batch != nil {
		to := d.target
		if to == nil {
			to = t.Batch[0].to
		}
		return func() report { return d.invoke(ctx, t, to) }
	}
	receives, to := d.receives, d.target
	return func() report { return d.receive(receives, t, to) }
}

// receive receives messages, deletes those that the filters drop, and leaves alone
// those whose chain of requests has to be stopped.
func (d *driver) receive(ctx context.Context, t mapping.Task[*message], to *target) report {
	r := report{process: t.Process}
	in := &request.ReceiveMessageInput{
		QueueUrl: d.url, MaxNumberOfMessages: new(int32(t.Max)), WaitTimeSeconds: new(int32(t.Wait / time.Second)), //nolint:gosec // at most 10 and 20
		MessageSystemAttributeNames: everything, MessageAttributeNames: everything,
	}
	if t.Visibility > 0 {
		in.VisibilityTimeout = new(int32(t.Visibility / time.Second)) //nolint:gosec // some minutes
	}
	now := instant.Of(time.Now())
	out, err := d.e.queues.ReceiveMessage(ctx, now, in)
	if err != nil {
		r.err = err
		return r
	}
	if wanted := d.wanted.Load(); wanted != nil {
		to = wanted // a long poll outlasts changes
	}
	r.received = len(out.Messages)
	var dropped []string
	for i := range out.Messages {
		m := d.read(&out.Messages[i], to)
		if !to.filters.Match(out.Messages[i].Body, func() []byte { return m.record }) {
			dropped = append(dropped, m.handle)
		} else if _, ok := m.lineage.Pass(to.function.arn); !ok {
			to.function.meter.DropRecursive(instant.Of(time.Now()))
		} else {
			r.messages = append(r.messages, mapping.Message[*message]{Of: m, Bytes: int64(len(m.record)) + 1})
		}
	}
	d.delete(ctx, dropped)
	return r
}

var everything = []string{"All"}

// invoke invokes the function with a batch, and deletes what it has processed.
func (d *driver) invoke(ctx context.Context, t mapping.Task[*message], to *target) report {
	r := report{process: t.Process, invoked: true, outcome: mapping.Errored}
	records, ids := make([][]byte, len(t.Batch)), make([]string, len(t.Batch))
	for i, m := range t.Batch {
		records[i], ids[i] = m.record, m.id
	}
	out, err := d.e.invoker.Invoke(ctx, lambda.InvokeInput{
		FunctionName: to.Function, Payload: mapping.Event(records), TraceID: traceOf(t.Batch),
	})
	switch {
	case errors.Is(err, lambda.ErrThrottled):
		r.outcome = mapping.Throttled
		return r
	case err != nil:
		if ctx.Err() == nil {
			d.e.opts.Log.Warn("event source mapping cannot invoke", slog.String("function", to.Function), slog.Any("error", err))
		}
		return r
	case out.FunctionError != "":
		return r
	}
	var failed []int
	if to.Settings.ReportsFailures() {
		failed, _ = mapping.Failures(out.Payload, ids)
	}
	done := make([]string, 0, len(t.Batch)-len(failed))
	for i, m := range t.Batch {
		if _, left := slices.BinarySearch(failed, i); !left {
			done = append(done, m.handle)
		}
	}
	d.delete(ctx, done)
	r.outcome = mapping.Succeeded
	return r
}

// delete deletes messages by their receipt handles. A handle that is no longer valid,
// since the message has become visible meanwhile, changes nothing.
func (d *driver) delete(ctx context.Context, handles []string) {
	var calls sync.WaitGroup
	defer calls.Wait()
	for some := range slices.Chunk(handles, batchOfDeletes) {
		in := &request.DeleteMessageBatchInput{QueueUrl: d.url}
		for i, handle := range some {
			in.Entries = append(in.Entries, request.DeleteMessageBatchRequestEntry{Id: strconv.Itoa(i), ReceiptHandle: handle})
		}
		calls.Go(func() { d.deleteBatch(ctx, in) })
	}
}

const (
	batchOfDeletes = 10 // entries of DeleteMessageBatch at most

	// deleteAgain is the wait before a delete of a FIFO queue that was throttled is
	// tried again. Assumed.
	deleteAgain = 100 * time.Millisecond
)

// deleteBatch deletes one batch, and tries again when it is throttled, until ctx ends.
func (d *driver) deleteBatch(ctx context.Context, in *request.DeleteMessageBatchInput) {
	for {
		_, err := d.e.queues.DeleteMessageBatch(ctx, instant.Of(time.Now()), in)
		switch {
		case err == nil:
			return
		case !errors.Is(err, refusal.RequestThrottled):
			d.e.opts.Log.Warn("event source mapping cannot delete", slog.String("queue", d.queue), slog.Any("error", err))
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(deleteAgain):
		}
	}
}
