package wire

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/valyala/fasthttp"

	scaling "lullaby/autoscale/store"
	"lullaby/dynamo"
	"lullaby/instant"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
	"lullaby/lambda/mapping"
	"lullaby/lambda/poll"
	"lullaby/queue/store"
	"lullaby/storage"
	topics "lullaby/topic/store"
	watched "lullaby/watch/store"
)

// A faultWorld is an endpoint in virtual time. Its faults carry their row: row
// 3 adds ~3 to its exception. Its file system can hold writes and fail reads.
type faultWorld struct {
	t       *testing.T
	fs      vfs.FS
	db      *storage.DB
	engine  *dynamo.Engine
	queues  *store.Engine
	metrics *watched.Store
	topics  *topics.Engine
	scaling *scaling.Engine
	halt    func() // ends the engines' own work
	server  *Server

	held  atomic.Pointer[chan struct{}] // closed to let writes pass; nil: they pass
	fails atomic.Bool                   // reads
}

// MaybeError is called before each operation of the file system.
func (w *faultWorld) MaybeError(op errorfs.Op) error {
	switch op.Kind { //nolint:exhaustive // all others work
	case errorfs.OpFileWrite:
		if held := w.held.Load(); held != nil {
			<-*held
		}
	case errorfs.OpFileRead, errorfs.OpFileReadAt:
		if w.fails.Load() {
			return errors.New("disk on fire")
		}
	}
	return nil
}

// String implements an interface of errorfs.
func (w *faultWorld) String() string { return "faults" }

// everyService returns all services that an endpoint can have.
func everyService(e *dynamo.Engine, q *store.Engine, m *poll.Engine, w *watched.Store, n *topics.Engine, a *scaling.Engine) Services {
	return Services{DynamoDB: e, SQS: q, Lambda: faultyFunctions{}, Mappings: m, CloudWatch: w, SNS: n, AutoScaling: a}
}

// open opens the endpoint on what is in its file system.
func (w *faultWorld) open(o dynamo.Options, keys sigv4.Keys) {
	w.t.Helper()
	var err error
	if w.db, err = storage.Open("", storage.Options{FS: w.fs, Durability: storage.Process}); err != nil {
		w.t.Fatal(err)
	}
	if w.engine, err = dynamo.New(w.db, o); err != nil {
		w.t.Fatal(err)
	}
	if w.queues, err = store.New(w.db, store.Options{}); err != nil {
		w.t.Fatal(err)
	}
	functions := []poll.Function{{Name: "f", Timeout: 3 * time.Second}, {Name: "slow", Timeout: time.Minute}}
	mappings, err := poll.New(w.db, w.queues, faultyFunctions{}, functions, poll.Options{Durations: mapping.Real})
	if err != nil {
		w.t.Fatal(err)
	}
	haltTables, haltQueues := RunEngine(w.engine), RunEngine(w.queues)
	w.halt = func() { haltTables(); haltQueues() }
	if w.metrics, err = watched.New(w.db, watched.Options{}); err != nil {
		w.t.Fatal(err)
	}
	nobody := func(ctx context.Context, _ string) error { return ctx.Err() }
	if w.topics, err = topics.New(w.db, topics.Options{MaxTopics: 1, MaxSubscriptions: 1, Reach: nobody}); err != nil {
		w.t.Fatal(err)
	}
	if w.scaling, err = scaling.New(w.db, faultyTables{}, w.metrics, instant.Of(time.Now()), scaling.Options{}); err != nil {
		w.t.Fatal(err)
	}
	w.server = New(everyService(w.engine, w.queues, mappings, w.metrics, w.topics, w.scaling), Options{Keys: keys})
	for _, d := range w.server.dialects {
		for _, v := range d.services {
			v.faults = slices.Clone(v.faults)
			for i := range v.faults {
				if f := &v.faults[i]; f.exception != "" {
					f.exception += "~" + strconv.Itoa(i)
				}
			}
		}
	}
}

func (w *faultWorld) close() {
	w.t.Helper()
	w.halt()
	if err := errors.Join(w.engine.Close(), w.db.Close()); err != nil {
		w.t.Error(err)
	}
}

// spoil empties every record of a space.
func (w *faultWorld) spoil(space byte) {
	w.t.Helper()
	b := w.db.NewBatch()
	err := w.db.Scan([]byte{space}, []byte{space + 1}, func(key, _ []byte) (bool, error) {
		b.Set(key, nil)
		return true, nil
	})
	if err := errors.Join(err, b.Commit()); err != nil {
		w.t.Error(err)
	}
}

// faultyFunctions is a lambda.Streamer whose functions are named after their
// behaviour.
type faultyFunctions struct{}

func (f faultyFunctions) InvokeStream(ctx context.Context, in lambda.InvokeInput) (lambda.Stream, error) {
	_, err := f.Invoke(ctx, in)
	return nil, err
}

func (faultyFunctions) Invoke(_ context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	return lambda.InvokeOutput{}, map[string]error{
		"broken":  errors.New("disk on fire"),
		"missing": &lambda.NotFoundError{ARN: "arn"},
		"busy":    &lambda.ThrottleError{Function: "busy", Reason: lambda.ConcurrentInvocationLimitExceeded},
		"syntax":  fmt.Errorf("%w: unexpected end", lambda.ErrInvalidContent),
		"loop":    fmt.Errorf("invoke: %w", lambda.ErrRecursive),
		"large":   fmt.Errorf("invoke: %w", lambda.ErrRequestTooLarge),
	}[in.FunctionName]
}

// A faultAnswer is an answer without its marks.
type faultAnswer struct {
	status int
	text   string // the body; between the exception and the query protocol's code, if headers have them
	row    int    // -1: the answer has no exception
}

var faultMark = regexp.MustCompile(`~(\d+)`)

// send sends a request with method, path and headers, which are separated by
// newlines. It signs a request without an Authorization, for an endpoint that
// accepts any credentials.
func (w *faultWorld) send(line, header, body string) faultAnswer {
	c := new(fasthttp.RequestCtx)
	method, path, _ := strings.Cut(line, " ")
	c.Request.Header.SetMethod(method)
	c.Request.SetRequestURI(path)
	c.Request.Header.Set("Content-Type", json10)
	c.Request.Header.Set("X-Amz-Date", time.Now().UTC().Format("20060102T150405Z"))
	c.Request.Header.Set("Authorization", credential("dynamodb"))
	for h := range strings.Lines(header) {
		name, value, _ := strings.Cut(strings.TrimSpace(h), ": ")
		c.Request.Header.Set(name, value)
	}
	c.Request.SetBodyString(body)
	w.server.handle(c)
	text := string(c.Response.Body())
	if exception := string(c.Response.Header.Peek("x-amzn-ErrorType")); exception != "" {
		text = strings.TrimSpace(exception + " " + text)
	}
	if code := string(c.Response.Header.Peek("x-amzn-query-error")); code != "" {
		text += " " + code
	}
	if id := string(c.Response.Header.Peek("x-amzn-RequestId")); id != "" {
		text = strings.ReplaceAll(text, id, "ID")
	}
	a := faultAnswer{c.Response.StatusCode(), faultMark.ReplaceAllString(text, ""), -1}
	if mark := faultMark.FindStringSubmatch(text); mark != nil {
		a.row, _ = strconv.Atoi(mark[1])
	}
	return a
}

// credential is a signature by an unknown key.
func credential(service string) string {
	return fmt.Sprintf("AWS4-HMAC-SHA256 Credential=a/%s/us-east-1/%s/aws4_request, SignedHeaders=host;x-amz-date, Signature=c",
		time.Now().UTC().Format("20060102"), service)
}

// ask calls an operation of DynamoDB, or of its streams if its name has a dot.
func (w *faultWorld) ask(operation, body string) faultAnswer {
	if !strings.Contains(operation, ".") {
		operation = "DynamoDB_20120810." + operation
	}
	return w.send("POST /", "X-Amz-Target: "+operation, body)
}

// done calls an operation that must succeed, and returns its answer.
func (w *faultWorld) done(operation, body string) string {
	w.t.Helper()
	a := w.ask(operation, body)
	if a.status != 200 {
		w.t.Fatalf("%s %.200s: %d %s", operation, body, a.status, a.text)
	}
	return a.text
}

func (w *faultWorld) invoke(function, header string) faultAnswer {
	return w.send("POST /2015-03-31/functions/"+function+"/invocations", header, "{}")
}

// during returns the answer to ask while a transaction that puts item a is held
// at its commit.
func (w *faultWorld) during(ask func() faultAnswer) faultAnswer {
	w.t.Helper()
	held := make(chan struct{})
	w.held.Store(&held)
	committed := make(chan faultAnswer, 1) // sent once
	go func() { committed <- w.ask("TransactWriteItems", transactionOf("a")) }()
	synctest.Wait()
	a := ask()
	close(held)
	if first := <-committed; first.status != 200 {
		w.t.Errorf("the transaction: %d %s", first.status, first.text)
	}
	return a
}

// transactionOf puts an item, with the token t.
func transactionOf(id string) string {
	return `{"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"tab","Item":{"id":{"S":"` + id + `"}}}}]}`
}
