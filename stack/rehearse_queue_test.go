package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/lambda"
	"lullaby/lambda/poll"
	messages "lullaby/queue/request"
	"lullaby/rehearse"
	"lullaby/storage"
	"lullaby/template"
)

// The alarms on a queue change at the same instants as those of a rehearsal: messages are
// sent when a function would send them, and an event source mapping invokes another one
// that writes them to a full table.
func TestRehearsedQueueAlarms(t *testing.T) {
	tmpl, err := template.Load("../rehearse/testdata/waiting.yaml", template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := rehearse.Options{For: 20 * time.Minute, Seed: 1, ItemBytes: 1_000, ServiceTime: rehearse.ServiceTime, MaxAttempts: 1, Drained: true}
	if err := o.Traffic.UnmarshalText([]byte("steps:2/s:5m,30/s:3m,2/s")); err != nil {
		t.Fatal(err)
	}
	r, err := rehearse.New(tmpl, o)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want, changes := map[string][]change{}, 0
	for _, a := range rep.Alarms {
		changes += len(a.Changes)
		for _, c := range a.Changes {
			if a.Alarm != "Failures" && a.Alarm != "Busy" { // of functions, which have no host here
				want[a.Name] = append(want[a.Name], change{time.Duration(c.At), c.State, undated(c.Reason)})
			}
		}
	}
	if changes < 25 {
		t.Errorf("%d changes tell little", changes)
	}
	synctest.Test(t, func(t *testing.T) {
		got := liveQueueChanges(t, tmpl, r.Arrivals(), o)
		for name, all := range got { // a rehearsal does not poll an empty queue after the traffic
			got[name] = slices.DeleteFunc(all, func(c change) bool { return strings.Contains(name, "-Empty-") && c.At > o.For })
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("changes of alarms (-rehearsal +services):\n%s", diff)
		}
	})
}

// liveQueueChanges sends messages at the arrivals and returns the changes of the alarms.
func liveQueueChanges(t *testing.T, tmpl *template.Template, arrivals *rehearse.Arrivals, o rehearse.Options) map[string][]change {
	t.Helper()
	start := time.Now()
	s := &Stack{template: tmpl, opts: Options{Scope: tmpl.Scope, Durability: storage.Memory, Drained: o.Drained}}
	defer s.closeAll() //nolint:errcheck // it has nothing on disk
	for _, step := range []func(context.Context) error{s.open, s.declare, s.declareScaling, s.declareQueues, s.declareAlarms, s.drain, s.watchAlarms} {
		if err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w := &writer{putter{s: s, table: tmpl.Tables[0], bytes: o.ItemBytes, rng: rand.New(rand.NewPCG(o.Seed, 0))}}
	mapped := tmpl.EventSourceMappings[0]
	var err error
	s.mappings, err = poll.New(s.db, s.queues, w, []poll.Function{{Name: mapped.FunctionName, Timeout: 5 * time.Second}}, poll.Options{Scope: tmpl.Scope})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.mappings.Declare(instant.Of(time.Now()), mapped.UUID, mapped.FunctionName, mapped.CreateEventSourceMapping()); err != nil {
		t.Fatal(err)
	}
	if err := s.poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	url, err := s.queues.GetQueueUrl(t.Context(), instant.Of(time.Now()), &messages.GetQueueUrlInput{QueueName: "writes"})
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("x", int(o.ItemBytes))
	for at, more := arrivals.Next(); more; at, more = arrivals.Next() {
		time.Sleep(time.Until(start.Add(at + o.ServiceTime)))
		if _, err := s.queues.SendMessage(t.Context(), instant.Of(time.Now()), &messages.SendMessageInput{QueueUrl: url.QueueUrl, Message: messages.Message{MessageBody: body}}); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(time.Until(start.Add(o.For + rehearse.Aftermath)))
	return history(t, s.metrics, start)
}

// A writer is a function that puts an item for each message of its event, one after the
// other, and names the messages whose items were refused.
type writer struct{ putter }

func (w *writer) Invoke(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	var event struct {
		Records []struct{ MessageId string } `json:"Records"`
	}
	if err := json.Unmarshal(in.Payload, &event); err != nil {
		return lambda.InvokeOutput{}, err
	}
	var failed []string
	for i, m := range event.Records {
		took := rehearse.AttemptTime
		if i == 0 {
			took = rehearse.ServiceTime
		}
		time.Sleep(took)
		if w.put(ctx) != nil {
			failed = append(failed, fmt.Sprintf(`{"itemIdentifier":%q}`, m.MessageId))
		}
	}
	return lambda.InvokeOutput{StatusCode: 200, Payload: []byte(`{"batchItemFailures":[` + strings.Join(failed, ",") + `]}`)}, nil
}
