package deliver_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/instant"
	"lullaby/internal/scripttest"
	"lullaby/lambda"
	queuerefusal "lullaby/queue/refusal"
	queues "lullaby/queue/request"
	queue "lullaby/queue/store"
	"lullaby/storage"
	"lullaby/topic/deliver"
	"lullaby/topic/request"
	"lullaby/topic/store"
)

// A script is a list of commands in virtual time:
//
//	answers http://a/ 500 500 200   how a receiver answers, the last one for ever: a status, or slow
//	                                (its answer takes 20 s), down (no connection), lies (an answer without end)
//	subscribe http http://a/ {"RawMessageDelivery":"true"}
//	confirm
//	publish hello
//	set DeliveryPolicy {...}        of the last subscription
//	wait 1m
//
// A command is answered by what a receiver got in it, and when.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			scripttest.Answers(t, file, func(line string) []string {
				w.play(line)
				synctest.Wait()
				return w.seen()
			})
		})
	})
}

// A world is a topic, t, and receivers.
type world struct {
	t      *testing.T
	topics *store.Engine
	begin  time.Time
	last   string // ARN of the last subscription

	mu      sync.Mutex // guards what follows
	answers map[string][]string
	got     []string
	token   string
}

const topicARN = "arn:aws:sns:us-east-1:123456789012:t"

func newWorld(t *testing.T) *world {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, begin: time.Now(), answers: map[string][]string{}}
	if w.topics, err = store.New(db, store.Options{Base: "http://localhost:4566"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.topics.CreateTopic(t.Context(), w.now(), &request.CreateTopicInput{Name: "t"}); err != nil {
		t.Fatal(err)
	}
	d := deliver.New(w.topics, deliver.Options{
		Queues: w, Functions: w, Transport: w, CertificateBase: "https://localhost:4566",
		Say: func(text string) { w.note("shown " + strings.ReplaceAll(text, "\n", " ")) },
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	running.Go(func() { w.topics.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) now() instant.Instant { return instant.Of(time.Now()) }

func (w *world) note(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text = chance.ReplaceAllString(text, "...")
	w.got = append(w.got, fmt.Sprintf("%v %s", time.Since(w.begin).Round(time.Millisecond), text))
}

func (w *world) seen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	got := w.got
	w.got = nil
	slices.SortStableFunc(got, func(a, b string) int { // receivers of the same instant
		at, _, _ := strings.Cut(a, " ")
		other, _, _ := strings.Cut(b, " ")
		return cmp.Or(cmp.Compare(parse(at), parse(other)), strings.Compare(a, b))
	})
	return got
}

func parse(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err) // a Duration has written it
	}
	return d
}

// chance is what is different in each run.
var chance = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{256}`)

// answer returns how a receiver answers now.
func (w *world) answer(receiver string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.answers[receiver]
	if len(all) == 0 {
		return "ok"
	}
	if len(all) > 1 {
		w.answers[receiver] = all[1:]
	}
	return all[0]
}

func (w *world) play(line string) {
	command, rest, _ := strings.Cut(line, " ")
	var err error
	switch command {
	case "answers":
		words := strings.Fields(rest)
		w.mu.Lock()
		w.answers[words[0]] = words[1:]
		w.mu.Unlock()
	case "subscribe":
		err = w.subscribe(rest)
	case "confirm":
		w.mu.Lock()
		token := w.token
		w.mu.Unlock()
		_, err = w.topics.ConfirmSubscription(w.t.Context(), w.now(), &request.ConfirmSubscriptionInput{TopicArn: topicARN, Token: token})
	case "publish":
		_, err = w.topics.Publish(w.t.Context(), w.now(), &request.PublishInput{
			TopicArn: topicARN, Message: rest,
			MessageAttributes: map[string]request.MessageAttributeValue{"n": {DataType: "Number", StringValue: "1"}},
		})
	case "set":
		name, value, _ := strings.Cut(rest, " ")
		_, err = w.topics.SetSubscriptionAttributes(w.t.Context(), w.now(), &request.SetSubscriptionAttributesInput{
			SubscriptionArn: w.last, AttributeName: name, AttributeValue: value,
		})
	case "unsubscribe":
		_, err = w.topics.Unsubscribe(w.t.Context(), w.now(), &request.UnsubscribeInput{SubscriptionArn: w.last, Signed: rest == "signed"})
	case "wait":
		d, parseErr := time.ParseDuration(rest)
		err = parseErr
		time.Sleep(d)
	default:
		w.t.Fatalf("no command %q", command)
	}
	if err != nil {
		w.t.Fatalf("%s: %v", line, err)
	}
}

func (w *world) subscribe(rest string) error {
	words := strings.SplitN(rest, " ", 3)
	in := &request.SubscribeInput{TopicArn: topicARN, Protocol: request.Protocol(words[0]), Endpoint: words[1], ReturnSubscriptionArn: true}
	if len(words) > 2 {
		in.Attributes = map[string]string{}
		for pair := range strings.SplitSeq(words[2], " and ") {
			name, value, _ := strings.Cut(pair, "=")
			in.Attributes[name] = value
		}
	}
	out, err := w.topics.Subscribe(w.t.Context(), w.now(), in)
	if err == nil {
		w.last = out.SubscriptionArn
	}
	return err
}

// RoundTrip implements http.RoundTripper.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	text := string(body)
	if _, rest, ok := strings.Cut(text, `"Token" : "`); ok {
		w.mu.Lock()
		w.token, _, _ = strings.Cut(rest, `"`)
		w.mu.Unlock()
	}
	answer := w.answer(r.URL.String())
	header := http.Header{}
	for name, values := range r.Header { // they are spelt as AWS spells them
		header[http.CanonicalHeaderKey(name)] = values
	}
	kind := header.Get("x-amz-sns-message-type")
	if header.Get("x-amz-sns-rawdelivery") != "" {
		kind += " raw"
	}
	w.note(fmt.Sprintf("%s %s %q, %s: %s", r.URL, kind, message(text), r.Header.Get("Content-Type"), answer))
	switch answer {
	case "down":
		return nil, errors.New("connection refused")
	case "slow":
		select {
		case <-time.After(20 * time.Second):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
		answer = "200"
	}
	if answer == "ok" {
		answer = "200"
	}
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}
	if answer == "lies" {
		resp.Body = endless{r.Context()}
		return resp, nil
	}
	if resp.StatusCode, err = strconv.Atoi(answer); err != nil {
		return nil, err
	}
	resp.Header.Set("Location", "http://elsewhere/")
	return resp, nil
}

// An endless body has a byte each second.
type endless struct{ ctx context.Context }

func (e endless) Read(p []byte) (int, error) {
	select {
	case <-time.After(time.Second):
		p[0] = 'x'
		return 1, nil
	case <-e.ctx.Done():
		return 0, e.ctx.Err()
	}
}

func (e endless) Close() error { return nil }

// message returns the message in the JSON of a letter; another text is one itself.
func message(text string) string {
	if _, rest, ok := strings.Cut(text, `"Message" : "`); ok {
		text, _, _ = strings.Cut(rest, `",`)
		text, _, _ = strings.Cut(text, `\n`)
	}
	return text
}

// SendMessage implements deliver.Queues. A queue answers ok, gone or busy.
func (w *world) SendMessage(_ context.Context, _ instant.Instant, in *queues.SendMessageInput) (*queue.SendMessageOutput, error) {
	name := filepath.Base(in.QueueUrl)
	answer := w.answer(name)
	w.note(fmt.Sprintf("queue %s %q, %d attributes: %s", name, message(in.MessageBody), len(in.MessageAttributes), answer))
	switch answer {
	case "gone":
		return nil, queuerefusal.New(queuerefusal.QueueDoesNotExist, "The specified queue does not exist.")
	case "busy":
		return nil, queuerefusal.New(queuerefusal.RequestThrottled, "busy")
	}
	return &queue.SendMessageOutput{}, nil
}

// Invoke implements lambda.Invoker. A function answers ok, gone or busy.
func (w *world) Invoke(_ context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	answer := w.answer("function")
	_, text, _ := strings.Cut(string(in.Payload), `"Message":"`)
	text, _, _ = strings.Cut(text, `"`)
	w.note(fmt.Sprintf("function %s %q: %s", in.InvocationType, text, answer))
	switch answer {
	case "gone":
		return lambda.InvokeOutput{}, &lambda.NotFoundError{ARN: in.FunctionName}
	case "busy":
		return lambda.InvokeOutput{}, &lambda.ThrottleError{Function: "f"}
	}
	return lambda.InvokeOutput{}, nil
}
