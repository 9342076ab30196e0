package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"lullaby/items/internal/requests"
)

const text = `{"_id":"a","n":1}`

// A repeat gets the first id, and nothing is sent again.
func TestKeyRepeats(t *testing.T) {
	h, q := open(t)
	first := queued(t, ask(t, h, noon, request(text, "7")))
	for _, body := range []string{text, " {\"n\": 1, \"_id\": \"a\"}\n"} {
		if got := queued(t, ask(t, h, noon.Add(time.Hour), request(body, "7"))); got != first {
			t.Errorf("the repeat of %s got the id %s, want %s", body, got, first)
		}
	}
	other := ask(t, h, noon, request(`{"_id":"a","n":2}`, "7"))
	if diff := cmp.Diff(events.APIGatewayProxyResponse{
		StatusCode: 422, Body: `{"error":"the Idempotency-Key was used with another body"}`,
		Headers: map[string]string{"Content-Type": "application/json"},
	}, other); diff != "" {
		t.Errorf("answer to another body (-want +got):\n%s", diff)
	}
	if sent := q.stamps(t, text); len(sent) != 1 || sent[0].RequestID != first || sent[0].At != noon {
		t.Errorf("sent %v, want one message of %s", sent, first)
	}
	if got := queued(t, ask(t, h, noon, request(text, "8"))); got == first {
		t.Error("another key got the same id")
	}
}

// After a day the key is free.
func TestKeyExpires(t *testing.T) {
	h, q := open(t)
	first := queued(t, ask(t, h, noon, request(text, "7")))
	if got := queued(t, ask(t, h, noon.Add(requests.KeyKept-time.Second), request(text, "7"))); got != first {
		t.Errorf("within a day the repeat got the id %s, want %s", got, first)
	}
	next := queued(t, ask(t, h, noon.Add(requests.KeyKept), request(text, "7")))
	if sent := q.stamps(t, text); next == first || len(sent) != 2 || sent[1].At != noon.Add(requests.KeyKept) {
		t.Errorf("a day later the id is %s after %s, and %v is sent", next, first, sent)
	}
}

func TestKeysAtOnce(t *testing.T) {
	h, q := open(t)
	var ids [8]string
	var calls sync.WaitGroup
	for i := range ids {
		calls.Go(func() {
			_, ids[i], _ = strings.Cut(ask(t, h, noon, request(text, "7")).Headers["Location"], "/request/")
		})
	}
	calls.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("ids %s and %s, want one", id, ids[0])
		}
	}
	for _, s := range q.stamps(t, text) {
		if s.RequestID != ids[0] {
			t.Errorf("sent %v, want %s alone", s, ids[0])
		}
	}
	if got := status(t, h, ids[0]); got != requests.Queued {
		t.Errorf("status %q, want QUEUED", got)
	}
}

// A fakeStep lets a function take steps at the table and the queue, and ends it at
// a limit as a crash would: before the step, or after it and before its answer.
type fakeStep struct {
	db    requests.DynamoDB
	queue sender
	limit int // of the steps, which count from 1; 0: none
	after bool
	taken int
}

type crash struct{}

func step[T any](f *fakeStep, do func() (T, error)) (T, error) {
	f.taken++
	if f.taken == f.limit {
		if f.after {
			_, _ = do()
		}
		panic(crash{})
	}
	return do()
}

func (f *fakeStep) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return step(f, func() (*dynamodb.GetItemOutput, error) { return f.db.GetItem(ctx, in) })
}

func (f *fakeStep) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return step(f, func() (*dynamodb.PutItemOutput, error) { return f.db.PutItem(ctx, in) })
}

func (f *fakeStep) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return step(f, func() (*dynamodb.UpdateItemOutput, error) { return f.db.UpdateItem(ctx, in) })
}

func (f *fakeStep) SendMessage(ctx context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	return step(f, func() (*sqs.SendMessageOutput, error) { return f.queue.SendMessage(ctx, in) })
}

// until runs the function up to the crash, and returns how many steps it took.
func (f *fakeStep) until(t *testing.T, h handler, req events.APIGatewayProxyRequest) int {
	t.Helper()
	defer func() {
		if p := recover(); p != nil && p != any(crash{}) {
			panic(p)
		}
	}()
	f.db, f.queue = h.requests.DB, h.queue
	h.requests.DB, h.queue = f, f
	if _, err := h.accept(t.Context(), noon, req); err != nil {
		t.Errorf("accept = %v", err)
	}
	return f.taken
}

// Wherever the function ends, a repeat with the key gets the request whole: one id,
// queued, and its message at least once. A third call has nothing left to do.
func TestNoCrashLosesAKey(t *testing.T) {
	const steps = 4 // claim, record, send, sent
	for limit := 1; limit <= steps; limit++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("step %d, after it: %v", limit, after), func(t *testing.T) {
				h, q := open(t)
				(&fakeStep{limit: limit, after: after}).until(t, h, request(text, "7"))
				id := queued(t, ask(t, h, noon.Add(time.Minute), request(text, "7")))
				if got := status(t, h, id); got != requests.Queued {
					t.Errorf("status %q, want QUEUED", got)
				}
				sent := q.stamps(t, text)
				if len(sent) < 1 || len(sent) > 2 {
					t.Errorf("%d messages, want 1 or 2", len(sent))
				}
				claimed := limit > 1 || after
				for _, s := range sent {
					if s.RequestID != id || (s.At == noon) != claimed {
						t.Errorf("sent %v, want one stamp: that of the first call if it had the key", sent)
					}
				}
				again := fakeStep{}
				if n := again.until(t, h, request(text, "7")); n != 1 {
					t.Errorf("the next repeat takes %d steps, want the claim alone", n)
				}
				if got := q.stamps(t, text); len(got) != len(sent) {
					t.Errorf("the next repeat sent another message: %v", got)
				}
			})
		}
	}
	h, _ := open(t)
	if n := (&fakeStep{}).until(t, h, request(text, "7")); n != steps {
		t.Errorf("a post with a key takes %d steps, want %d", n, steps)
	}
}

// Without a key nothing is sent that is not recorded. What was recorded without
// being sent expires.
func TestCrashWithoutAKey(t *testing.T) {
	const steps = 2 // record, send
	for limit := 1; limit <= steps; limit++ {
		for _, after := range []bool{false, true} {
			h, q := open(t)
			(&fakeStep{limit: limit, after: after}).until(t, h, request(text, ""))
			sent := q.stamps(t, text)
			if want := limit == steps && after; (len(sent) == 1) != want {
				t.Errorf("ended at step %d, after it: %v: sent %v", limit, after, sent)
			}
			for _, s := range sent {
				if got := status(t, h, s.RequestID); got != requests.Queued {
					t.Errorf("what was sent has the status %q, want QUEUED", got)
				}
			}
		}
	}
	h, _ := open(t)
	if n := (&fakeStep{}).until(t, h, request(text, "")); n != steps {
		t.Errorf("a post without a key takes %d steps, want %d", n, steps)
	}
}
