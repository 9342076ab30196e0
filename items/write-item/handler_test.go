package main

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/internal/conformance/endpoint"
	"lullaby/items/internal/reply"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/write"
	"lullaby/retry/awsretry"
)

var noon = instant.Of(time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC))

// A world is a table of items, one of requests, and a queue that takes messages
// back.
type world struct {
	handler

	client *dynamodb.Client

	puts int   // of items, whatever came of them
	fail error // of the next puts
	back map[string]int32
}

func open(t *testing.T) *world {
	t.Helper()
	client := endpoint.DynamoDB(t)
	endpoint.Table(t, client, "items", "_id")
	endpoint.Table(t, client, "requests", "id")
	w := &world{client: client, back: map[string]int32{}}
	w.handler = handler{
		log: slog.New(slog.DiscardHandler), table: "items", db: fakePutter{w},
		requests: requests.Table{Name: "requests", DB: client}, queueURL: "the-queue", queue: fakeReturner{w},
	}
	return w
}

// A fakePutter counts puts and lets some fail.
type fakePutter struct{ *world }

func (p fakePutter) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	p.puts++
	if p.fail != nil {
		return nil, p.fail
	}
	return p.client.PutItem(ctx, in)
}

// A fakeReturner notes for how many seconds messages are invisible.
type fakeReturner struct{ *world }

func (r fakeReturner) ChangeMessageVisibilityBatch(_ context.Context, in *sqs.ChangeMessageVisibilityBatchInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	for _, e := range in.Entries {
		r.back[aws.ToString(in.QueueUrl)+" "+aws.ToString(e.ReceiptHandle)] = e.VisibilityTimeout
	}
	return &sqs.ChangeMessageVisibilityBatchOutput{}, nil
}

func message(s write.Stamp, text string) events.SQSMessage {
	return events.SQSMessage{MessageId: "m-" + s.RequestID, ReceiptHandle: "r-" + s.RequestID, Body: write.Encode(s, text)}
}

// consume hands a batch to all of the function but Lambda, and returns the ids of
// the messages that it reports as failed.
func (w *world) consume(t *testing.T, messages ...events.SQSMessage) []string {
	t.Helper()
	r, err := awsretry.New(awsretry.Options{Reserve: reserve})
	if err != nil {
		t.Fatal(err)
	}
	service := reply.Service{Log: w.log, Metrics: io.Discard, Retrier: r}
	res, err := service.AdaptBatch(w.write, w.giveBack)(t.Context(), events.SQSEvent{Records: messages})
	if err != nil {
		t.Errorf("handler returned the error %v", err)
	}
	failed := make([]string, 0, len(res.BatchItemFailures))
	for _, f := range res.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed
}

// post records a request that was posted at an instant, and returns its stamp.
func (w *world) post(t *testing.T, at instant.Instant) write.Stamp {
	t.Helper()
	s := write.NewStamp(at)
	if err := w.requests.Queue(t.Context(), instant.Of(time.Now()), s.RequestID); err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) want(t *testing.T, s write.Stamp, want requests.Request) {
	t.Helper()
	got, _, err := w.requests.Request(t.Context(), instant.Of(time.Now()), s.RequestID)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("request posted at %v, error %v (-want +got):\n%s", s.At, err, diff)
	}
}

// stored returns the item a, and its n.
func (w *world) stored(t *testing.T) (item map[string]types.AttributeValue, n string) {
	t.Helper()
	out, err := w.client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String("items"), Key: map[string]types.AttributeValue{"_id": &types.AttributeValueMemberS{Value: "a"}},
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := out.Item["n"].(*types.AttributeValueMemberN); ok {
		n = v.Value
	}
	return out.Item, n
}

var isWritten, isSuperseded, isQueued = requests.Request{Status: requests.Written},
	requests.Request{Status: requests.Written, Superseded: true}, requests.Request{Status: requests.Queued}

func doc(n int) string { return `{"_id":"a","n":` + strconv.Itoa(n) + `}` }

// The write that was posted last wins, in whatever order the messages come, and
// however often.
func TestNewerWins(t *testing.T) {
	for _, tt := range []struct {
		name  string
		order []int // of writes, which were posted one second after the other
		want  [3]requests.Request
	}{
		{"in order", []int{0, 1, 2}, [3]requests.Request{isWritten, isWritten, isWritten}},
		{"in the opposite order", []int{2, 1, 0}, [3]requests.Request{isSuperseded, isSuperseded, isWritten}},
		{"one late", []int{1, 0}, [3]requests.Request{isSuperseded, isWritten, isQueued}},
		{"each twice", []int{0, 0, 1, 1}, [3]requests.Request{isWritten, isWritten, isQueued}},
		{"twice, and a newer one between", []int{0, 1, 0}, [3]requests.Request{isWritten, isWritten, isQueued}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := open(t)
			var stamps [3]write.Stamp
			for i := range stamps {
				stamps[i] = w.post(t, noon.Add(time.Duration(i)*time.Second))
			}
			last := 0
			for _, i := range tt.order {
				last = max(last, i)
				if failed := w.consume(t, message(stamps[i], doc(i))); len(failed) > 0 {
					t.Errorf("failed: %v", failed)
				}
			}
			for i, s := range stamps {
				w.want(t, s, tt.want[i])
			}
			item, n := w.stored(t)
			if got := write.StateOf(item, stamps[last]); n != strconv.Itoa(last) || got != write.Stored {
				t.Errorf("n is %s, and of the newest write the item says %v, want %d and Stored", n, got, last)
			}
		})
	}
}

// What was stored without the queue is older than every write.
func TestWriteReplacesAnItemWithoutAStamp(t *testing.T) {
	for _, mine := range []types.AttributeValue{nil, &types.AttributeValueMemberS{Value: "~"}} {
		w := open(t)
		item := map[string]types.AttributeValue{"_id": &types.AttributeValueMemberS{Value: "a"}}
		if mine != nil {
			item[write.Attribute] = mine
		}
		if _, err := w.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("items"), Item: item}); err != nil {
			t.Fatal(err)
		}
		s := w.post(t, noon)
		w.consume(t, message(s, doc(1)))
		if _, n := w.stored(t); n != "1" {
			t.Errorf("over the attribute %v: n is %q, want 1", mine, n)
		}
		w.want(t, s, isWritten)
	}
}

// The function ended between the item and the status: the message comes again, and
// finds its own write.
func TestWriteFindsItself(t *testing.T) {
	w := open(t)
	s := w.post(t, noon)
	name := w.requests.Name
	w.requests.Name = "gone"
	if failed := w.consume(t, message(s, doc(1))); len(failed) != 1 {
		t.Fatal("the status was not recorded, and the message is not failed")
	}
	w.requests.Name = name
	w.want(t, s, isQueued)
	if failed := w.consume(t, message(s, doc(1))); len(failed) > 0 {
		t.Errorf("failed: %v", failed)
	}
	w.want(t, s, isWritten)
}

// A message that was given up and moved back is written.
func TestRedrive(t *testing.T) {
	w := open(t)
	s := w.post(t, noon)
	if err := w.requests.Failed(t.Context(), instant.Of(time.Now()), s.RequestID, "given up"); err != nil {
		t.Fatal(err)
	}
	w.consume(t, message(s, doc(1)))
	w.want(t, s, isWritten)
	newer := w.post(t, noon.Add(time.Second))
	w.consume(t, message(newer, doc(2)))
	late := w.post(t, noon)
	w.consume(t, message(late, doc(3)))
	w.want(t, late, isSuperseded)
	if _, n := w.stored(t); n != "2" {
		t.Errorf("n is %s, want 2", n)
	}
}
