package store_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/internal/scripttest"
	"lullaby/queue/request"
	"lullaby/queue/store"
	"lullaby/storage"
)

// A script is a conversation with an engine in virtual time. A line that begins with
// an operation's name is a request, and is answered as the engine answers. Other lines:
//
//	after 30s         lets time pass
//	restart           stops the engine, and starts it on what is stored
//	options WORDS     restarts with options: instant, unlimited, pessimistic
//	begin N REQUEST   sends a request that may wait
//	end N             waits for its answer, and says after what time it came
//
// MessageIDs and handles are numbered in the order in which they appear. Requests may
// be in shorthand.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{t: t, world: newWorld(t, storage.Process, store.Options{}), begun: map[string]*begun{}}
			scripttest.Answers(t, file, func(line string) []string {
				if answer := s.do(line); answer != "" {
					return []string{answer}
				}
				return nil
			})
		})
	})
}

// A script is a conversation that is under way.
type script struct {
	t     *testing.T
	world *world
	begun map[string]*begun
	names names
}

// begun is a request that may wait. answer and took are set when done is closed.
type begun struct {
	done   chan struct{}
	answer string
	took   time.Duration
}

func (s *script) do(line string) (answer string) {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "after":
		d, err := time.ParseDuration(rest)
		if err != nil {
			s.t.Fatal(err)
		}
		time.Sleep(d)
		synctest.Wait()
	case "restart":
		s.world.restart(s.world.options)
	case "options":
		s.world.restart(store.Options{
			Instant: strings.Contains(rest, "instant"), Unlimited: strings.Contains(rest, "unlimited"),
			Pessimistic: strings.Contains(rest, "pessimistic"),
		})
	case "begin":
		name, request, _ := strings.Cut(rest, " ")
		b := &begun{done: make(chan struct{})}
		s.begun[name] = b
		s.world.clients.Go(func() {
			began := time.Now()
			b.answer, b.took = s.call(request), time.Since(began)
			close(b.done)
		})
		synctest.Wait()
	case "end":
		b := s.begun[rest]
		<-b.done
		synctest.Wait()
		return fmt.Sprintf("after %v: %s", b.took, s.names.in(b.answer))
	default:
		answer = s.names.in(s.call(line))
		synctest.Wait()
	}
	return answer
}

// call performs an operation and returns its answer.
func (s *script) call(request string) string {
	operation, body, _ := strings.Cut(request, " ")
	call := operations[operation]
	if call == nil {
		s.t.Errorf("%s: no such operation", operation)
		return ""
	}
	return call(s.t, s.world.engine, s.names.out(scripttest.Expand(body)))
}

// names are the numbers of what chance makes.
type names struct {
	mu     sync.Mutex
	number map[string]int    // the last one, by kind
	byText map[string]string // "handle 1", by what it stands for
}

var chancy = regexp.MustCompile(`"(MessageId|ReceiptHandle|TaskHandle)":"([^"]+)"`)

// in replaces what chance made by numbers.
func (n *names) in(text string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.byText == nil {
		n.number, n.byText = map[string]int{}, map[string]string{}
	}
	for _, found := range chancy.FindAllStringSubmatch(text, -1) {
		kind := map[string]string{"MessageId": "message", "ReceiptHandle": "handle", "TaskHandle": "task"}[found[1]]
		if _, known := n.byText[found[2]]; !known {
			n.number[kind]++
			n.byText[found[2]] = fmt.Sprintf("%s %d", kind, n.number[kind])
		}
	}
	for made, name := range n.byText {
		text = strings.ReplaceAll(text, made, name)
	}
	return text
}

// out is the reverse of in.
func (n *names) out(text string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	for made, name := range n.byText {
		text = strings.ReplaceAll(text, `"`+name+`"`, `"`+made+`"`)
	}
	return text
}

var operations = map[string]func(t *testing.T, e *store.Engine, body string) string{
	"AddPermission":                operation((*store.Engine).AddPermission),
	"CancelMessageMoveTask":        operation((*store.Engine).CancelMessageMoveTask),
	"ChangeMessageVisibility":      operation((*store.Engine).ChangeMessageVisibility),
	"ChangeMessageVisibilityBatch": operation((*store.Engine).ChangeMessageVisibilityBatch),
	"Declare":                      operation(declare),
	"CreateQueue":                  operation((*store.Engine).CreateQueue),
	"DeleteMessage":                operation((*store.Engine).DeleteMessage),
	"DeleteMessageBatch":           operation((*store.Engine).DeleteMessageBatch),
	"DeleteQueue":                  operation((*store.Engine).DeleteQueue),
	"GetQueueAttributes":           operation((*store.Engine).GetQueueAttributes),
	"GetQueueUrl":                  operation((*store.Engine).GetQueueUrl),
	"ListDeadLetterSourceQueues":   operation((*store.Engine).ListDeadLetterSourceQueues),
	"ListMessageMoveTasks":         operation((*store.Engine).ListMessageMoveTasks),
	"ListQueueTags":                operation((*store.Engine).ListQueueTags),
	"ListQueues":                   operation((*store.Engine).ListQueues),
	"PurgeQueue":                   operation((*store.Engine).PurgeQueue),
	"ReceiveMessage":               operation((*store.Engine).ReceiveMessage),
	"RemovePermission":             operation((*store.Engine).RemovePermission),
	"SendMessage":                  operation((*store.Engine).SendMessage),
	"SendMessageBatch":             operation((*store.Engine).SendMessageBatch),
	"SetQueueAttributes":           operation((*store.Engine).SetQueueAttributes),
	"StartMessageMoveTask":         operation((*store.Engine).StartMessageMoveTask),
	"TagQueue":                     operation((*store.Engine).TagQueue),
	"UntagQueue":                   operation((*store.Engine).UntagQueue),
}

// declare has no operation of AWS's.
func declare(e *store.Engine, _ context.Context, now instant.Instant, in *[]*request.CreateQueueInput) (*struct{}, error) { //nolint:revive // in the form of operations
	return &struct{}{}, e.Declare(now, *in)
}

func operation[In, Out any](call func(*store.Engine, context.Context, instant.Instant, *In) (*Out, error)) func(*testing.T, *store.Engine, string) string {
	return func(t *testing.T, e *store.Engine, body string) string {
		t.Helper()
		in := new(In)
		if err := awsjson.Unmarshal([]byte(body), in); err != nil {
			t.Errorf("%s: %v", body, err)
			return ""
		}
		out, err := call(e, t.Context(), instant.Of(time.Now()), in)
		if err != nil {
			return strings.ReplaceAll(err.Error(), "\n", " / ")
		}
		text, err := awsjson.Marshal(out)
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
}

// A world is an engine that can be restarted on what it stored. It ends with the
// test.
type world struct {
	t          *testing.T
	fs         *vfs.MemFS
	db         *storage.DB
	engine     *store.Engine
	options    store.Options
	durability storage.Durability
	stop       func() error
	clients    sync.WaitGroup
}

func newWorld(t *testing.T, d storage.Durability, o store.Options) *world {
	t.Helper()
	w := &world{t: t, fs: vfs.NewCrashableMem(), durability: d}
	w.start(o)
	t.Cleanup(func() {
		w.clients.Wait()
		if err := w.stop(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) start(o store.Options) {
	w.t.Helper()
	w.startOn(w.fs, o)
}

func (w *world) startOn(fs vfs.FS, o store.Options) {
	w.t.Helper()
	db, err := storage.Open("data", storage.Options{Durability: w.durability, FS: fs})
	if err != nil {
		w.t.Fatal(err)
	}
	e, err := store.New(db, o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.db, w.engine, w.options = db, e, o
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { e.Run(ctx) })
	w.stop = sync.OnceValue(func() error {
		cancel()
		running.Wait()
		return db.Close()
	})
}

func (w *world) restart(o store.Options) {
	w.t.Helper()
	if err := w.stop(); err != nil {
		w.t.Fatal(err)
	}
	w.start(o)
}

// crash goes on with what is on the disk, without stopping what is there.
func (w *world) crash() {
	w.t.Helper()
	left := w.fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 0})
	if err := w.stop(); err != nil {
		w.t.Fatal(err)
	}
	w.fs = left
	w.start(w.options)
}
