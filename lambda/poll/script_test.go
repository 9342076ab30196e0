package poll_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/internal/scripttest"
	"lullaby/lambda/mapping"
	"lullaby/lambda/poll"
	"lullaby/queue/store"
)

// A script is a conversation with an engine in virtual time. A line that begins with
// an operation's name is a request, and is answered as the engine answers. Other lines:
//
//	after 30s              lets time pass
//	function NAME WORDS    says what a function does from now on: takes=1s,
//	                       fails=error or =throttle, answer=JSON, and
//	                       forwards=QUEUE, to which its SDK sends a message
//	invocations            lists those that began since the last time
//	metrics                adds up what was measured since the last time
//	declare NAME REQUEST   adds a mapping of a template, with NAME as its UUID
//	restart                stops the engine, and starts it on what is stored
//	options WORDS          restarts with durations: slow
//
// The functions f and g have a timeout of 5 s. UUIDs are numbered in the order in
// which they appear.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{t: t, world: newWorld(t), names: map[string]string{}}
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
	names map[string]string // "uuid 1", by UUID
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
	case "function":
		name, words, _ := strings.Cut(rest, " ")
		s.world.functions.set(s.t, name, words)
	case "invocations":
		answer = s.world.functions.list()
	case "metrics":
		answer = s.world.told.Sums()
	case "declare":
		uuid, request, _ := strings.Cut(rest, " ")
		answer = s.declare(uuid, request)
	case "restart":
		s.world.restart(s.world.durations)
	case "options":
		s.world.restart(map[string]mapping.Durations{"slow": mapping.Slow, "": {}}[rest])
	default:
		answer = s.call(verb, rest)
	}
	synctest.Wait()
	return answer
}

func (s *script) declare(uuid, body string) string {
	in := new(mapping.CreateEventSourceMappingInput)
	if err := awsjson.Unmarshal([]byte(body), in); err != nil {
		s.t.Fatal(err)
	}
	function := (*in.FunctionName)[strings.LastIndex(*in.FunctionName, ":")+1:]
	if err := s.world.engine.Declare(instant.Of(time.Now()), uuid, function, in); err != nil {
		return err.Error()
	}
	return ""
}

var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// call performs an operation of mappings or queues and returns its answer.
func (s *script) call(name, body string) string {
	call := operations[name]
	if call == nil {
		s.t.Fatalf("%s: no such operation", name)
	}
	for uuid, number := range s.names {
		body = strings.ReplaceAll(body, `"`+number+`"`, `"`+uuid+`"`)
	}
	answer, err := call(s.t.Context(), s.world, body)
	if err != nil {
		var refused *mapping.RefusalError
		if answer = err.Error(); errors.As(err, &refused) {
			answer = refused.Kind.Error() + ": " + answer
		}
	}
	return uuids.ReplaceAllStringFunc(answer, func(uuid string) string {
		if s.names[uuid] == "" {
			s.names[uuid] = fmt.Sprintf("uuid %d", len(s.names)+1)
		}
		return s.names[uuid]
	})
}

var operations = map[string]func(ctx context.Context, w *world, body string) (string, error){
	"CreateEventSourceMapping": ofMappings((*poll.Engine).CreateEventSourceMapping),
	"GetEventSourceMapping":    ofMappings((*poll.Engine).GetEventSourceMapping),
	"ListEventSourceMappings":  ofMappings((*poll.Engine).ListEventSourceMappings),
	"UpdateEventSourceMapping": ofMappings((*poll.Engine).UpdateEventSourceMapping),
	"DeleteEventSourceMapping": ofMappings((*poll.Engine).DeleteEventSourceMapping),

	"CreateQueue":        ofQueues((*store.Engine).CreateQueue),
	"DeleteQueue":        ofQueues((*store.Engine).DeleteQueue),
	"GetQueueAttributes": ofQueues((*store.Engine).GetQueueAttributes),
	"SetQueueAttributes": ofQueues((*store.Engine).SetQueueAttributes),
	"SendMessage":        ofQueues((*store.Engine).SendMessage),
	"SendMessageBatch":   ofQueues((*store.Engine).SendMessageBatch),
}

func ofMappings[In, Out any](do func(*poll.Engine, context.Context, instant.Instant, *In) (*Out, error)) func(context.Context, *world, string) (string, error) {
	return func(ctx context.Context, w *world, body string) (string, error) {
		return operation(func(in *In) (*Out, error) { return do(w.engine, ctx, instant.Of(time.Now()), in) }, body)
	}
}

// ofQueues leaves out the answer of what only prepares the scene.
func ofQueues[In, Out any](do func(*store.Engine, context.Context, instant.Instant, *In) (*Out, error)) func(context.Context, *world, string) (string, error) {
	return func(ctx context.Context, w *world, body string) (string, error) {
		answer, err := operation(func(in *In) (*Out, error) { return do(w.queues, ctx, instant.Of(time.Now()), in) }, body)
		if _, told := any(new(Out)).(*store.GetQueueAttributesOutput); !told {
			answer = ""
		}
		return answer, err
	}
}

func operation[In, Out any](do func(in *In) (*Out, error), body string) (string, error) {
	in := new(In)
	if err := awsjson.Unmarshal([]byte(body), in); err != nil {
		return "", err
	}
	if update, ok := any(in).(*mapping.UpdateEventSourceMappingInput); ok { // REST has it in the path
		var path struct{ UUID string }
		if err := awsjson.Unmarshal([]byte(body), &path); err != nil {
			return "", err
		}
		update.UUID = path.UUID
	}
	out, err := do(in)
	if err != nil {
		return "", err
	}
	text, err := awsjson.Marshal(out)
	return string(text), err
}
