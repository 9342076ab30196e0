package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/instant"
	"lullaby/storage"
	"lullaby/topic/refusal"
	"lullaby/topic/request"
	"lullaby/topic/store"
	"lullaby/watch"
)

const (
	topicARN = "arn:aws:sns:us-east-1:123456789012:t"
	queueARN = "arn:aws:sqs:us-east-1:123456789012:q"
)

// A world is an engine on a file system.
type world struct {
	*store.Engine

	t  *testing.T
	db *storage.DB
}

func open(t *testing.T, fs vfs.FS, o store.Options) *world {
	t.Helper()
	db, err := storage.Open("", storage.Options{FS: fs, Durability: storage.Disk})
	if err != nil {
		t.Fatal(err)
	}
	e, err := store.New(db, o)
	if err != nil {
		t.Fatal(err)
	}
	return &world{e, t, db}
}

func (w *world) close() {
	w.t.Helper()
	if err := w.db.Close(); err != nil {
		w.t.Fatal(err)
	}
}

func now() instant.Instant { return instant.Of(time.Now()) }

func (w *world) create(name string) {
	w.t.Helper()
	if _, err := w.CreateTopic(w.t.Context(), now(), &request.CreateTopicInput{Name: name}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) subscribe(p request.Protocol, endpoint string) string {
	w.t.Helper()
	out, err := w.Subscribe(w.t.Context(), now(), &request.SubscribeInput{TopicArn: topicARN, Protocol: p, Endpoint: endpoint, ReturnSubscriptionArn: true})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.SubscriptionArn
}

func (w *world) publish(text string) {
	w.t.Helper()
	if _, err := w.Publish(w.t.Context(), now(), &request.PublishInput{TopicArn: topicARN, Message: text}); err != nil {
		w.t.Fatal(err)
	}
}

// take takes all attempts that may begin and lets each end: it fails if fails says so.
func (w *world) take(fails func(text string) bool) (texts []string) {
	w.t.Helper()
	for a, ok := w.Take(now()); ok; a, ok = w.Take(now()) {
		there, err := a.Read()
		if err != nil {
			w.t.Fatal(err)
		}
		if !there {
			continue
		}
		texts = append(texts, a.Letter.Text)
		if fails != nil && fails(a.Letter.Text) {
			_, err = a.Failed(now(), false)
		} else {
			err = a.Delivered(now())
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return texts
}

// What Publish has accepted is delivered after a crash, as often as it has failed before;
// what was delivered is not delivered again.
func TestCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fs := vfs.NewCrashableMem()
		w := open(t, fs, store.Options{})
		w.create("t")
		w.subscribe(request.SQS, queueARN)
		w.publish("delivered")
		w.publish("fails")
		if got := w.take(func(text string) bool { return text == "fails" }); !slices.Contains(got, "delivered") {
			t.Fatalf("delivered %q", got)
		}
		for range 5 { // the first three retries are at once
			w.take(func(string) bool { return true })
		}
		w.publish("accepted")
		crashed := fs.CrashClone(vfs.CrashCloneCfg{})
		defer w.close()
		w = open(t, crashed, store.Options{})
		defer w.close()
		if got := w.take(nil); !slices.Equal(got, []string{"accepted"}) {
			t.Errorf("after a crash %q was delivered, want what was accepted", got)
		}
		time.Sleep(time.Second)
		if got := w.take(nil); !slices.Equal(got, []string{"fails"}) {
			t.Errorf("after its delay %q was delivered, want what had failed", got)
		}
	})
}

// A restart has topics, attributes, tags, subscriptions and their tokens.
func TestRestart(t *testing.T) {
	fs := vfs.NewMem()
	w := open(t, fs, store.Options{})
	in := &request.CreateTopicInput{Name: "t", Attributes: map[string]string{"SignatureVersion": "2"}, Tags: []request.Tag{{Key: "a", Value: "b"}}}
	if _, err := w.CreateTopic(t.Context(), now(), in); err != nil {
		t.Fatal(err)
	}
	w.create("gone")
	if _, err := w.DeleteTopic(t.Context(), now(), &request.DeleteTopicInput{TopicArn: strings.TrimSuffix(topicARN, "t") + "gone"}); err != nil {
		t.Fatal(err)
	}
	arn := w.subscribe(request.HTTP, "http://example.com/")
	a, ok := w.Take(now())
	if !ok {
		t.Fatal("nobody is asked for a confirmation")
	}
	if there, err := a.Read(); !there || err != nil {
		t.Fatal(there, err)
	}
	token := a.Letter.Token
	signer, err := w.Signer()
	if err != nil {
		t.Fatal(err)
	}
	w.close()

	w = open(t, fs, store.Options{})
	defer w.close()
	if got := w.Names(); !slices.Equal(got, []string{"t"}) {
		t.Errorf("topics %q", got)
	}
	if _, err := w.ConfirmSubscription(t.Context(), now(), &request.ConfirmSubscriptionInput{TopicArn: topicARN, Token: token}); err != nil {
		t.Error(err)
	}
	out, err := w.GetSubscriptionAttributes(t.Context(), now(), &request.GetSubscriptionAttributesInput{SubscriptionArn: arn})
	if err != nil || out.Attributes["PendingConfirmation"] != "false" {
		t.Errorf("the subscription is %v, %v", out, err)
	}
	attributes, err := w.GetTopicAttributes(t.Context(), now(), &request.GetTopicAttributesInput{TopicArn: topicARN})
	if err != nil || attributes.Attributes["SignatureVersion"] != "2" || attributes.Attributes["SubscriptionsConfirmed"] != "1" {
		t.Errorf("attributes %v, %v", attributes, err)
	}
	tags, err := w.ListTagsForResource(t.Context(), now(), &request.ListTagsForResourceInput{ResourceArn: topicARN})
	if err != nil || len(tags.Tags) != 1 {
		t.Errorf("tags %v, %v", tags, err)
	}
	again, err := w.Signer()
	if err != nil || again.Path() != signer.Path() {
		t.Errorf("the certificate is another one: %v", err)
	}
}

// A certificate is made again for a name that it lacks, with the same key.
func TestCertificateOfAnotherHost(t *testing.T) {
	fs := vfs.NewMem()
	w := open(t, fs, store.Options{})
	first, err := w.Signer()
	if err != nil {
		t.Fatal(err)
	}
	w.close()
	w = open(t, fs, store.Options{Hosts: []string{"lullaby.test", "10.1.2.3"}})
	defer w.close()
	second, err := w.Signer()
	if err != nil {
		t.Fatal(err)
	}
	if first.Path() == second.Path() {
		t.Error("the certificate is the same")
	}
	for _, host := range []string{"lullaby.test", "10.1.2.3", "127.0.0.1", "localhost", "sns.us-east-1.amazonaws.com"} {
		if err := second.TLS().Leaf.VerifyHostname(host); err != nil {
			t.Error(err)
		}
	}
	signature, err := first.Sign("2", "text")
	if again, otherErr := second.Sign("2", "text"); err != nil || otherErr != nil || signature != again {
		t.Errorf("the key is another one: %v, %v", err, otherErr)
	}
}

// Messages that wait for a receiver are on disk, and few of them in memory: all are
// delivered once, in the order in which they were published.
func TestBacklog(t *testing.T) {
	w := open(t, vfs.NewMem(), store.Options{Most: 4})
	defer w.close()
	w.create("t")
	w.subscribe(request.SQS, queueARN)
	want := make([]string, 0, 1_000)
	for i := range 1_000 {
		text := fmt.Sprint("message ", i)
		want = append(want, text)
		w.publish(text)
	}
	if got := w.take(nil); !slices.Equal(got, want) {
		t.Errorf("delivered %d messages, the first %q", len(got), got[:min(5, len(got))])
	}
}

// What is delivered, and what nobody gets any more, is deleted from the disk.
func TestNothingRemains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, vfs.NewMem(), store.Options{})
		defer w.close()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { w.Run(ctx); close(ended) }()
		defer func() { cancel(); <-ended }()
		remains := func() (kinds string) {
			time.Sleep(3 * time.Second)
			err := w.db.Scan([]byte{storage.Topics}, []byte{storage.Topics + 1}, func(key, _ []byte) (bool, error) {
				kinds += string(key[1])
				return true, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return kinds
		}
		w.create("t")
		first := w.subscribe(request.SQS, queueARN)
		w.subscribe(request.SQS, queueARN+"2")
		w.publish("to both")
		if got := remains(); got != "ddmrrsst" {
			t.Fatalf("the disk has %q", got)
		}
		w.take(nil)
		if got := remains(); got != "sst" {
			t.Errorf("after the delivery the disk has %q", got)
		}
		w.publish("to both")
		if _, err := w.Unsubscribe(t.Context(), now(), &request.UnsubscribeInput{SubscriptionArn: first, Signed: true}); err != nil {
			t.Fatal(err)
		}
		if got := remains(); got != "dmrst" {
			t.Errorf("after one has left the disk has %q", got)
		}
		if _, err := w.DeleteTopic(t.Context(), now(), &request.DeleteTopicInput{TopicArn: topicARN}); err != nil {
			t.Fatal(err)
		}
		if got := remains(); got != "" {
			t.Errorf("without topics the disk has %q", got)
		}
	})
}

// Lists have pages of 100.
func TestPages(t *testing.T) {
	w := open(t, vfs.NewMem(), store.Options{})
	defer w.close()
	w.create("t")
	for i := range 250 {
		w.create(fmt.Sprintf("topic-%03d", i))
		w.subscribe(request.SMS, fmt.Sprintf("+1555%03d", i))
	}
	var sizes []int
	for token := ""; ; {
		out, err := w.ListTopics(t.Context(), now(), &request.ListTopicsInput{NextToken: token})
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(out.Topics))
		if token = out.NextToken; token == "" {
			break
		}
	}
	for token := ""; ; {
		out, err := w.ListSubscriptionsByTopic(t.Context(), now(), &request.ListSubscriptionsByTopicInput{TopicArn: topicARN, NextToken: token})
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(out.Subscriptions))
		if token = out.NextToken; token == "" {
			break
		}
	}
	if want := []int{100, 100, 51, 100, 100, 50}; !slices.Equal(sizes, want) {
		t.Errorf("pages of %v, want %v", sizes, want)
	}
	for _, token := range []string{"?", "YQ"} {
		if _, err := w.ListSubscriptions(t.Context(), now(), &request.ListSubscriptionsInput{NextToken: token}); !errors.Is(err, refusal.InvalidParameter) {
			t.Errorf("token %q: %v", token, err)
		}
	}
}

// Metrics count messages and notifications by topic.
func TestMetrics(t *testing.T) {
	var sink watch.Store
	w := open(t, vfs.NewMem(), store.Options{Metrics: &sink})
	defer w.close()
	w.create("t")
	w.subscribe(request.SQS, queueARN)
	w.subscribe(request.SMS, "+15550100")
	at := instant.Of(time.Now())
	w.publish("four")
	w.take(func(string) bool { return false })
	for name, want := range map[string]float64{"NumberOfMessagesPublished": 1, "PublishSize": 4, "NumberOfNotificationsDelivered": 2, "NumberOfNotificationsFailed": 0} {
		unit := watch.Count
		if name == "PublishSize" {
			unit = watch.Bytes
		}
		series := sink.Series(watch.Metric{Namespace: "AWS/SNS", Name: name, Unit: unit}, watch.Dimension{Name: "TopicName", Value: "t"})
		if got, _ := sink.Stat(series, watch.Sum, at.Add(-time.Minute), at.Add(2*time.Minute)); got != want {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
}

// A URL behind which nobody is is not subscribed.
func TestUnreachable(t *testing.T) {
	w := open(t, vfs.NewMem(), store.Options{Reach: func(context.Context, string) error { return errors.New("refused") }})
	defer w.close()
	w.create("t")
	in := &request.SubscribeInput{TopicArn: topicARN, Protocol: request.HTTP, Endpoint: "http://example.com/"}
	if _, err := w.Subscribe(t.Context(), now(), in); err == nil || err.Error() != "Invalid parameter: Unreachable Endpoint" {
		t.Errorf("Subscribe = %v", err)
	}
	if err := w.DeclareSubscription(now(), in, "id"); err != nil {
		t.Errorf("a template's receiver may come later: %v", err)
	}
}
