package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"lullaby/items/internal/reply"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/table"
	"lullaby/items/internal/write"
	"lullaby/retry"
)

// consumer returns the function as one environment has it, whose tables are behind
// client.
func consumer(t *testing.T, client aws.HTTPClient, queue returner) reply.BatchHandler {
	t.Helper()
	mode, err := retry.ParseMode(retry.ModeAware, 0)
	if err != nil {
		t.Fatal(err)
	}
	items, err := table.New(aws.Config{
		Region: "us-east-1", HTTPClient: client, BaseEndpoint: aws.String("http://dynamodb"),
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}, "items", mode, table.Budget{Reserve: reserve})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	h := handler{log: log, table: items.Name, db: items, requests: requests.Table{Name: "requests", DB: items}, queue: queue}
	service := reply.NewService(log, &items)
	service.Metrics = io.Discard
	return service.AdaptBatch(h.write, h.giveBack)
}

// ten returns a batch of ten writes.
func ten() events.SQSEvent {
	var e events.SQSEvent
	for i := range 10 {
		e.Records = append(e.Records, message(write.NewStamp(noon), `{"_id":"`+strconv.Itoa(i)+`"}`))
	}
	return e
}

func response(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(body)),
	}
}

const throttled = `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"m"}`

func operation(r *http.Request) string {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return name
}

// A full table refuses everything, without a socket, so that sleeps take virtual
// time in a synctest bubble.
type full struct{ asked map[string]int } // by operation

func (f *full) Do(r *http.Request) (*http.Response, error) {
	f.asked[operation(r)]++
	return response(r, http.StatusBadRequest, throttled), nil
}

// noted notes when messages come back.
type noted struct{ at []time.Time }

func (n *noted) ChangeMessageVisibilityBatch(_ context.Context, in *sqs.ChangeMessageVisibilityBatchInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	for range in.Entries {
		n.at = append(n.at, time.Now())
	}
	return &sqs.ChangeMessageVisibilityBatchOutput{}, nil
}

// At a full table the function tries until its time is up, less a second, in which
// it gives back the whole batch.
func TestGiveBackInTime(t *testing.T) {
	for _, timeout := range []time.Duration{5 * time.Second, 30 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			began, f, n := time.Now(), &full{map[string]int{}}, &noted{}
			consume := consumer(t, f, n)
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			defer cancel()
			res, err := consume(ctx, ten())
			if err != nil || len(res.BatchItemFailures) != 10 || len(n.at) != 10 {
				t.Fatalf("%d failed and %d given back, error %v, want 10 and 10", len(res.BatchItemFailures), len(n.at), err)
			}
			if last := slices.MaxFunc(n.at, time.Time.Compare); last.Sub(began) > timeout-reserve || ctx.Err() != nil {
				t.Errorf("of %v given back after %v, want %v at most", timeout, last.Sub(began), timeout-reserve)
			}
			if f.asked["PutItem"] < 2 || f.asked["UpdateItem"] < 1 {
				t.Errorf("asked %v, want some tries and their notes", f.asked)
			}
		})
	}
}

// A slow table takes some writes a second and saves up the rest.
type slow struct {
	mu struct {
		sync.Mutex
		tokens float64
		filled time.Time
		taken  int
	}
}

const writesPerSecond = 5

func (s *slow) Do(r *http.Request) (*http.Response, error) {
	time.Sleep(5 * time.Millisecond)
	if operation(r) != "PutItem" {
		return response(r, http.StatusOK, `{}`), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.mu.tokens += now.Sub(s.mu.filled).Seconds() * writesPerSecond
	s.mu.filled = now
	if s.mu.tokens <= 0 {
		return response(r, http.StatusBadRequest, throttled), nil
	}
	s.mu.tokens--
	s.mu.taken++
	return response(r, http.StatusOK, `{}`), nil
}

// With the template's own parameters consumers with a backlog write all that the
// table takes, and give hardly anything back: two of them with ten messages each, at
// 5 writes a second, need 4 s of the 29 that they have. The SDK draws its delays by
// chance, so that some message in ten thousand is refused until its time is up.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const consumers, timeout, span = 2, 30 * time.Second, 200 * time.Second
		began, table := time.Now(), &slow{}
		table.mu.filled = began
		var back atomic.Int64
		var running sync.WaitGroup
		for range consumers {
			consume := consumer(t, table, &noted{})
			running.Go(func() {
				for time.Since(began) < span {
					ctx, cancel := context.WithTimeout(t.Context(), timeout)
					res, err := consume(ctx, ten())
					cancel()
					if err != nil {
						t.Errorf("after %v: %v", time.Since(began), err)
					}
					back.Add(int64(len(res.BatchItemFailures)))
				}
			})
		}
		running.Wait()
		if rate := float64(table.mu.taken) / time.Since(began).Seconds(); rate < 0.97*writesPerSecond {
			t.Errorf("%.2f writes a second, want nearly %d", rate, writesPerSecond)
		}
		if given := int(back.Load()); given > table.mu.taken/100 {
			t.Errorf("%d messages given back, %d taken, want one in a hundred at most", given, table.mu.taken)
		}
	})
}
