package awsretry_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/retry"
	"lullaby/retry/awsretry"
)

// slow processes so many items or keys of each batch, and leaves over the rest.
func slow(each int) *service {
	return &service{answer: func(n int, operation, body string) answer {
		var in struct {
			RequestItems map[string]json.RawMessage
		}
		must(json.Unmarshal([]byte(body), &in))
		if operation == "BatchWriteItem" {
			var requests []json.RawMessage
			must(json.Unmarshal(in.RequestItems["t"], &requests))
			done := min(each, len(requests))
			left := map[string]any{}
			if done < len(requests) {
				left["t"] = requests[done:]
			}
			return jsonAnswer(map[string]any{
				"UnprocessedItems":      left,
				"ConsumedCapacity":      []any{map[string]any{"TableName": "t", "CapacityUnits": done}},
				"ItemCollectionMetrics": map[string]any{"t": []any{map[string]any{"SizeEstimateRangeGB": []int{n, n + 1}}}},
			})
		}
		var asked struct {
			Keys []map[string]map[string]string
		}
		must(json.Unmarshal(in.RequestItems["t"], &asked))
		done := min(each, len(asked.Keys))
		left := map[string]any{}
		if done < len(asked.Keys) {
			left["t"] = map[string]any{"Keys": asked.Keys[done:], "ConsistentRead": true}
		}
		return jsonAnswer(map[string]any{
			"UnprocessedKeys":  left,
			"Responses":        map[string]any{"t": asked.Keys[:done]},
			"ConsumedCapacity": []any{map[string]any{"TableName": "t", "CapacityUnits": done}},
		})
	}}
}

func jsonAnswer(v any) answer {
	text, err := json.Marshal(v)
	must(err)
	return answer{status: 200, body: string(text)}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func writesOf(n int) *dynamodb.BatchWriteItemInput {
	requests := make([]types.WriteRequest, n)
	for i := range requests {
		requests[i].PutRequest = &types.PutRequest{Item: key(i)}
	}
	return &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"t": requests}}
}

func getsOf(n int) *dynamodb.BatchGetItemInput {
	asked := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for i := range n {
		asked.Keys = append(asked.Keys, key(i))
	}
	return &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"t": asked}}
}

func key(i int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: fmt.Sprintf("%02d", i)}}
}

func TestBatchesAreDrained(t *testing.T) {
	for _, o := range []awsretry.Options{{}, {Policy: policy(t, retry.V21, retry.Options{})}} {
		synctest.Test(t, func(t *testing.T) {
			r := retrier(t, o)
			ctx, inv := r.Begin(t.Context(), time.Time{})
			defer inv.End()
			s := slow(10)
			in := writesOf(25)
			out, err := client(s, r).BatchWriteItem(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			if len(s.at) != 3 || len(out.UnprocessedItems) != 0 || len(out.ConsumedCapacity) != 3 || len(out.ItemCollectionMetrics["t"]) != 3 {
				t.Errorf("%d requests, %d unprocessed, %d and %d metrics, want 3, 0, 3, 3",
					len(s.at), len(out.UnprocessedItems), len(out.ConsumedCapacity), len(out.ItemCollectionMetrics["t"]))
			}
			if len(in.RequestItems["t"]) != 25 || in.ReturnConsumedCapacity != "" {
				t.Error("the caller's input was changed")
			}
			for i, want := range []int{25, 15, 5} {
				if got := strings.Count(s.asked[i], "PutRequest"); got != want {
					t.Errorf("request %d has %d items, want %d", i+1, got, want)
				}
			}
			want := awsretry.Account{
				Calls: 1, Attempts: 3, Throttled: 2, WriteUnits: 25, Waited: s.at[2],
				Refusals: []awsretry.Refusal{{Reason: "UnprocessedItems", Count: 2}},
			}
			if got := inv.Account(); !reflect.DeepEqual(got, want) {
				t.Errorf("account %+v, want %+v", got, want)
			}

			s = slow(40)
			got, err := client(s, r).BatchGetItem(ctx, getsOf(100))
			if err != nil {
				t.Fatal(err)
			}
			if len(s.at) != 3 || len(got.UnprocessedKeys) != 0 || len(got.ConsumedCapacity) != 3 {
				t.Errorf("%d requests, %d unprocessed, %d metrics, want 3, 0, 3", len(s.at), len(got.UnprocessedKeys), len(got.ConsumedCapacity))
			}
			for i, item := range got.Responses["t"] {
				if id := item["id"].(*types.AttributeValueMemberS).Value; id != fmt.Sprintf("%02d", i) {
					t.Errorf("item %d is %s", i, id)
				}
			}
			if len(got.Responses["t"]) != 100 || !strings.Contains(s.asked[2], `"ConsistentRead":true`) {
				t.Errorf("%d items, want 100; the last request was %s", len(got.Responses["t"]), s.asked[2])
			}
			if a := inv.Account(); a.ReadUnits != 100 || a.Calls != 2 {
				t.Errorf("account %+v, want 100 read units of 2 calls", a)
			}
		})
	}
}

// What is left when there is no further attempt is in the result, as the service
// gave it.
func TestBatchLeavesOver(t *testing.T) {
	legacy := policy(t, retry.Legacy, retry.Options{})
	throttled := slow(1)
	throttled.answer = after(1, slow(1).answer, refusal(tableWrite))
	for _, tt := range []struct {
		name     string
		o        awsretry.Options
		s        *service
		timeout  time.Duration
		left     int
		requests int
		stopped  retry.Outcome
	}{
		{"attempts", awsretry.Options{MaxAttempts: 3}, slow(1), time.Hour, 22, 3, retry.AttemptsSpent},
		{"deadline", awsretry.Options{Policy: legacy}, slow(1), time.Second, 21, 4, retry.DeadlineNear}, // at 0, 50, 150, 350 ms
		{"tokens", awsretry.Options{Concurrency: 1_000}, slow(1), time.Hour, 24, 1, retry.QuotaSpent},
		{"throttled", awsretry.Options{Policy: legacy}, throttled, time.Hour, 24, 10, retry.AttemptsSpent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := retrier(t, tt.o)
				db := client(tt.s, r)
				ctx, cancel := context.WithTimeout(t.Context(), tt.timeout)
				defer cancel()
				ctx, inv := r.Begin(ctx, time.Time{})
				defer inv.End()
				out, err := db.BatchWriteItem(ctx, writesOf(25))
				if err != nil {
					t.Fatal(err)
				}
				if n := len(out.UnprocessedItems["t"]); n != tt.left || len(tt.s.at) != tt.requests {
					t.Errorf("%d left over by %d requests, want %d by %d", n, len(tt.s.at), tt.left, tt.requests)
				}
				if a := inv.Account(); a.Unprocessed != tt.left || a.Stopped != tt.stopped || a.Failed != 0 || a.Ended() != tt.stopped.String() {
					t.Errorf("account %+v, want %d unprocessed, %v", a, tt.left, tt.stopped)
				}
			})
		})
	}
}

// after answers the first n requests by first, and the others by then.
func after(n int, first func(int, string, string) answer, then answer) func(int, string, string) answer {
	return func(i int, operation, body string) answer {
		if i <= n {
			return first(i, operation, body)
		}
		return then
	}
}

// An error of the first request is the caller's. Later ones end the batch, and
// what was read before is there.
func TestBatchFails(t *testing.T) {
	denied := answer{status: 400, body: `{"__type":"AccessDeniedException","message":"m"}`}
	legacy := awsretry.Options{Policy: policy(t, retry.Legacy, retry.Options{})}
	for _, tt := range []struct {
		name     string
		cause    error // of a cancel after a second; nil: none
		answers  func(int, string, string) answer
		requests int
		stopped  retry.Outcome
	}{
		{"denied", nil, after(2, slow(10).answer, denied), 3, retry.FinalFailure},
		{"cancelled", errors.New("no more"), slow(1).answer, 5, retry.Cancelled}, // at 0, 50, 150, 350, 750 ms
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &service{answer: tt.answers}
			r := retrier(t, legacy)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			if tt.cause != nil {
				time.AfterFunc(time.Second, func() { cancel(tt.cause) })
			}
			ctx, inv := r.Begin(ctx, time.Time{})
			defer inv.End()
			out, err := client(s, r).BatchGetItem(ctx, getsOf(100))
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			got, left := len(out.Responses["t"]), len(out.UnprocessedKeys["t"].Keys)
			if got == 0 || got+left != 100 || len(s.at) != tt.requests {
				t.Errorf("%s: %d items and %d left over by %d requests, want 100 in all by %d", tt.name, got, left, len(s.at), tt.requests)
			}
			if a := inv.Account(); a.Stopped != tt.stopped || a.Unprocessed != left || a.Failed != 0 {
				t.Errorf("%s: account %+v, want %v", tt.name, a, tt.stopped)
			}
		})
	}
	_, err := client(always(denied), retrier(t, awsretry.Options{})).BatchWriteItem(t.Context(), writesOf(25))
	if err == nil || !strings.Contains(err.Error(), "AccessDeniedException") {
		t.Errorf("error %v, want the service's", err)
	}
}

// A batch is one call, also where the SDK tries one of its requests again, and
// the client's own limit of attempts is its limit.
func TestBatchIsOneCall(t *testing.T) {
	alternating := func(n int, operation, body string) answer {
		if n%2 == 0 {
			return refusal(tableWrite)
		}
		return slow(1).answer(n, operation, body)
	}
	for _, o := range []awsretry.Options{{MaxAttempts: 8}, {Policy: policy(t, retry.Legacy, retry.Options{MaxAttempts: 8})}} {
		for _, limit := range []int{0, 3} {
			synctest.Test(t, func(t *testing.T) {
				s := &service{answer: alternating}
				want := 8
				db := client(s, retrier(t, o))
				out, err := db.BatchWriteItem(t.Context(), writesOf(25), func(o *dynamodb.Options) {
					if limit > 0 {
						o.RetryMaxAttempts, want = limit, limit
					}
				})
				if err != nil || len(s.at) != want || len(out.UnprocessedItems["t"]) != 25-(want+1)/2 {
					t.Errorf("%v, %d requests, %d left over, want %d requests", err, len(s.at), len(out.UnprocessedItems["t"]), want)
				}
			})
		}
	}
}

// An answer that is full says nothing of capacity: the rest is asked for at once,
// and as often as it takes.
func TestFullAnswerOfABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow(10)
		s.length = 16 << 20
		r := retrier(t, awsretry.Options{Concurrency: 1_000})
		ctx, inv := r.Begin(t.Context(), time.Time{})
		defer inv.End()
		out, err := client(s, r).BatchGetItem(ctx, getsOf(100))
		if err != nil || len(out.Responses["t"]) != 100 || len(s.at) != 10 || time.Since(s.since) != 0 {
			t.Errorf("%v, %d items by %d requests in %v, want 100 by 10 at once", err, len(out.Responses["t"]), len(s.at), time.Since(s.since))
		}
		if a := inv.Account(); a.Throttled != 0 || a.Attempts != 10 {
			t.Errorf("account %+v, want 10 attempts, none throttled", a)
		}
	})
}

// What several batches leave over adds up.
func TestUnprocessedAddsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{MaxAttempts: 2})
		ctx, inv := r.Begin(t.Context(), time.Time{})
		defer inv.End()
		for _, n := range []int{25, 10} {
			if _, err := client(slow(1), r).BatchWriteItem(ctx, writesOf(n)); err != nil {
				t.Fatal(err)
			}
		}
		if a := inv.Account(); a.Unprocessed != 23+8 {
			t.Errorf("%d unprocessed, want 31", a.Unprocessed)
		}
	})
}

// Who only observes gets what the service answered.
func TestBatchObserved(t *testing.T) {
	s := slow(1)
	out, err := client(s, retrier(t, awsretry.Options{ObserveOnly: true})).BatchWriteItem(t.Context(), writesOf(25))
	if err != nil || len(out.UnprocessedItems["t"]) != 24 || len(s.at) != 1 {
		t.Errorf("%d requests, %d left over and %v, want 1 and 24", len(s.at), len(out.UnprocessedItems["t"]), err)
	}
}
