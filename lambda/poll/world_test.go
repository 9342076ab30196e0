package poll_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/lambda"
	"lullaby/lambda/mapping"
	"lullaby/lambda/poll"
	"lullaby/queue/request"
	"lullaby/queue/store"
	"lullaby/storage"
	"lullaby/watch/watchtest"
)

// A world is an engine with its queues, which can be restarted on what they stored,
// and made-up functions. It ends with the test.
type world struct {
	t         *testing.T
	fs        *vfs.MemFS
	queues    *store.Engine
	engine    *poll.Engine
	functions *functions
	told      watchtest.Tape
	durations mapping.Durations
	stop      func() error
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, fs: vfs.NewCrashableMem(), functions: &functions{began: time.Now(), does: map[string]does{}}}
	w.start()
	t.Cleanup(func() {
		if err := w.stop(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) start() {
	w.t.Helper()
	db, err := storage.Open("data", storage.Options{Durability: storage.Process, FS: w.fs})
	if err != nil {
		w.t.Fatal(err)
	}
	if w.queues, err = store.New(db, store.Options{}); err != nil {
		w.t.Fatal(err)
	}
	w.functions.queues = w.queues
	named := []poll.Function{{Name: "f", Timeout: 5 * time.Second}, {Name: "g", Timeout: 5 * time.Second}}
	if w.engine, err = poll.New(db, w.queues, w.functions, named, poll.Options{Durations: w.durations, Metrics: &w.told}); err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { w.queues.Run(ctx) })
	running.Go(func() { w.engine.Run(ctx) })
	w.stop = sync.OnceValue(func() error {
		cancel()
		running.Wait()
		return db.Close()
	})
}

func (w *world) restart(d mapping.Durations) {
	w.t.Helper()
	if err := w.stop(); err != nil {
		w.t.Fatal(err)
	}
	w.durations = d
	w.start()
}

var scope = arn.Scope{}.WithDefaults()

// functions is a lambda.Invoker. Those that were not set succeed at once.
type functions struct {
	began  time.Time
	queues *store.Engine

	mu   sync.Mutex
	does map[string]does
	told []string
}

// does is what a function does.
type does struct {
	takes                   time.Duration
	fails, answer, forwards string
}

func (f *functions) set(t *testing.T, name, words string) {
	t.Helper()
	var d does
	for word := range strings.FieldsSeq(words) {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "takes":
			var err error
			if d.takes, err = time.ParseDuration(value); err != nil {
				t.Fatal(err)
			}
		case "fails":
			d.fails = value
		case "answer":
			d.answer = value
		case "forwards":
			d.forwards = value
		default:
			t.Fatalf("unknown word %q", word)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.does[name] = d
}

func (f *functions) list() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := strings.Join(f.told, "\n")
	f.told = nil
	return all
}

// Invoke notes when a function ran with which messages. In an answer, a message's
// body stands for its id.
func (f *functions) Invoke(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	var event struct {
		Records []struct{ MessageID, Body string }
	}
	if err := json.Unmarshal(in.Payload, &event); err != nil {
		return lambda.InvokeOutput{}, err
	}
	f.mu.Lock()
	d := f.does[in.FunctionName]
	line := fmt.Sprintf("%v %s", time.Since(f.began), in.FunctionName)
	bodies := make([]string, 0, len(event.Records))
	for _, r := range event.Records {
		bodies = append(bodies, r.Body)
		d.answer = strings.ReplaceAll(d.answer, `"`+r.Body+`"`, `"`+r.MessageID+`"`)
	}
	line += " " + strings.Join(bodies, " ")
	if d.fails == "throttle" {
		line += " (throttled)"
	}
	f.told = append(f.told, line)
	f.mu.Unlock()
	if d.fails == "throttle" {
		return lambda.InvokeOutput{}, &lambda.ThrottleError{Function: in.FunctionName, Limit: lambda.ReservedConcurrency}
	}
	select {
	case <-time.After(d.takes):
	case <-ctx.Done():
		return lambda.InvokeOutput{}, context.Cause(ctx)
	}
	if d.forwards != "" {
		if err := f.forward(ctx, d.forwards, in); err != nil {
			return lambda.InvokeOutput{}, err
		}
	}
	if d.fails == "error" {
		return lambda.InvokeOutput{StatusCode: 200, FunctionError: lambda.FunctionErrorMessage, Payload: []byte(`{}`)}, nil
	}
	return lambda.InvokeOutput{StatusCode: 200, Payload: []byte(d.answer)}, nil
}

// forward sends a message as the function's SDK does, with the trace of the
// invocation, to which a host adds the turn.
func (f *functions) forward(ctx context.Context, queue string, in lambda.InvokeInput) error {
	lineage, ok := lambda.LineageOf(in.TraceID).Pass(lambda.FunctionARN(scope, in.FunctionName, ""))
	if !ok {
		return errors.New("a loop that had to be stopped")
	}
	m := request.SendMessageInput{QueueUrl: queue, Message: request.Message{MessageBody: "again"}}
	m.Trace(lineage.Header(in.TraceID))
	_, err := f.queues.SendMessage(ctx, instant.Of(time.Now()), &m)
	return err
}
