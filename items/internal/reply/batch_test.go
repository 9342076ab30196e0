package reply_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"lullaby/items/internal/reply"
	"lullaby/retry/awsretry"
)

// batch makes an event of messages, of which each has its id as its body.
func batch(ids ...string) events.SQSEvent {
	var e events.SQSEvent
	for _, id := range ids {
		e.Records = append(e.Records, events.SQSMessage{MessageId: id, Body: id, Attributes: map[string]string{"ApproximateReceiveCount": "2"}})
	}
	return e
}

// What fails is given back and reported, and what does not fail is not.
func TestAdaptBatch(t *testing.T) {
	for _, tt := range []struct {
		name string
		ids  []string
		want string
		log  []string // level and error of each line
	}{
		{"nothing", nil, `{"batchItemFailures":[]}`, nil},
		{"all done", []string{"a", "b"}, `{"batchItemFailures":[]}`, nil},
		{
			"some failed",
			[]string{"a", "fail", "panic", "b"},
			`{"batchItemFailures":[{"itemIdentifier":"fail"},{"itemIdentifier":"panic"}]}`,
			[]string{"WARN context deadline exceeded", "ERROR panic: so"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			var done, back []string
			handle := serviceOf(t, &log, awsretry.Options{}).AdaptBatch(func(_ context.Context, m *events.SQSMessage) error {
				switch m.Body {
				case "fail":
					return fmt.Errorf("put: %w", context.DeadlineExceeded)
				case "panic":
					panic("so")
				}
				done = append(done, m.Body)
				return nil
			}, func(_ context.Context, failures []reply.Failure) {
				for _, f := range failures {
					back = append(back, f.Message.MessageId)
				}
			})
			res, err := handle(t.Context(), batch(tt.ids...))
			if err != nil {
				t.Errorf("error %v", err)
			}
			if got, err := json.Marshal(res); err != nil || string(got) != tt.want {
				t.Errorf("answer %s, %v, want %s", got, err, tt.want)
			}
			if got := len(done) + len(back); got != len(tt.ids) || len(back) != len(res.BatchItemFailures) {
				t.Errorf("done %v and given back %v of %v", done, back, tt.ids)
			}
			checkLog(t, log.String(), tt.log)
		})
	}
}

func checkLog(t *testing.T, log string, want []string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(log, "\n"), "\n")
	if len(want) == 0 && log == "" {
		return
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d: %s", len(lines), len(want), log)
	}
	for i, line := range lines {
		var got struct {
			Level, Msg, Error string
			MessageID         string `json:"message_id"`
			Receives          string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		level, text, _ := strings.Cut(want[i], " ")
		if got.Level != level || !strings.Contains(got.Error, text) || got.Msg != "message failed" || got.MessageID == "" || got.Receives != "2" {
			t.Errorf("line %s, want %s", line, want[i])
		}
	}
}

// No message is begun in the reserve, and the failed ones are given back in it.
func TestAdaptBatchEndsEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const timeout, reserve = 10 * time.Second, 2 * time.Second
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		began := time.Now()
		var failures []reply.Failure
		var log bytes.Buffer
		handle := serviceOf(t, &log, awsretry.Options{Reserve: reserve}).AdaptBatch(func(ctx context.Context, _ *events.SQSMessage) error {
			select {
			case <-time.After(3 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}, func(ctx context.Context, f []reply.Failure) {
			failures = f
			if ctx.Err() != nil || time.Since(began) != timeout-reserve {
				t.Errorf("given back after %v with context error %v, want %v and none", time.Since(began), ctx.Err(), timeout-reserve)
			}
		})
		res, _ := handle(ctx, batch("a", "b", "c", "d", "e"))
		want := []events.SQSBatchItemFailure{{ItemIdentifier: "c"}, {ItemIdentifier: "d"}, {ItemIdentifier: "e"}}
		if diff := cmp.Diff(want, res.BatchItemFailures); diff != "" {
			t.Errorf("failed (-want +got):\n%s", diff)
		}
		for i, want := range []error{context.DeadlineExceeded, reply.ErrNotTried, reply.ErrNotTried} {
			if i < len(failures) && !errors.Is(failures[i].Err, want) {
				t.Errorf("failure %d is %v, want %v", i, failures[i].Err, want)
			}
		}
		line, rest, _ := strings.Cut(log.String(), "\n")
		checkLog(t, line, []string{"WARN deadline"})
		if !strings.Contains(rest, `"msg":"messages not tried","count":2`) || strings.Count(rest, "\n") != 1 {
			t.Errorf("log of those not tried: %s", rest)
		}
	})
}
