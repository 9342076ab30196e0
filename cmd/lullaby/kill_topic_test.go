package main

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"lullaby/internal/uprun"
)

// A subscriber is one by HTTP that confirms, and notes which messages it got.
type subscriber struct {
	mu  sync.Mutex
	got map[string]int // by MessageId
}

// ServeHTTP implements http.Handler.
func (r *subscriber) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	text, err := io.ReadAll(req.Body)
	var letter struct{ Type, MessageId, SubscribeURL string }
	if err != nil || json.Unmarshal(text, &letter) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if letter.Type == "SubscriptionConfirmation" {
		confirm, err := http.NewRequestWithContext(req.Context(), http.MethodGet, letter.SubscribeURL, nil)
		if err == nil {
			var resp *http.Response
			if resp, err = http.DefaultClient.Do(confirm); err == nil {
				resp.Body.Close()
			}
		}
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return
	}
	r.mu.Lock()
	r.got[letter.MessageId]++
	r.mu.Unlock()
}

// lacks returns the messages that the subscriber has not got.
func (r *subscriber) lacks(all []string) (missing []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range all {
		if r.got[id] == 0 {
			missing = append(missing, id)
		}
	}
	return missing
}

// snsForm calls an operation of SNS, and decodes its answer into out, which may be nil.
func snsForm(ctx context.Context, base string, form url.Values, out any) error {
	status, _, text, err := try(ctx, http.MethodPost, base, form.Encode(), "Content-Type:application/x-www-form-urlencoded")
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", form.Get("Action"), status, text)
	}
	if err == nil && out != nil {
		err = xml.Unmarshal([]byte(text), out)
	}
	return err
}

// After kill -9 at any instant under load, each message that was accepted is delivered to
// its receiver.
func TestKilledUpKeepsItsNotifications(t *testing.T) {
	t.Parallel()
	const topic = "arn:aws:sns:us-east-1:123456789012:t"
	r := &subscriber{got: map[string]int{}}
	server := httptest.NewServer(r)
	defer server.Close()
	data, seed := t.TempDir(), rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	messages := 0
	for round := range kills() {
		durability := []string{"disk", "process"}[round%2]
		p := up(t, "--bare", "--data", data, "--durability", durability)
		if round == 0 {
			for _, form := range []url.Values{
				{"Action": {"CreateTopic"}, "Version": {"2010-03-31"}, "Name": {"t"}},
				{"Action": {"Subscribe"}, "TopicArn": {topic}, "Protocol": {"http"}, "Endpoint": {server.URL}},
			} {
				if err := snsForm(t.Context(), p.AWS, form, nil); err != nil {
					t.Fatal(err)
				}
			}
			waitFor(t, func() bool {
				var out struct {
					Subscriptions []string `xml:"ListSubscriptionsResult>Subscriptions>member>SubscriptionArn"`
				}
				err := snsForm(t.Context(), p.AWS, url.Values{"Action": {"ListSubscriptions"}, "Version": {"2010-03-31"}}, &out)
				return err == nil && len(out.Subscriptions) == 1 && out.Subscriptions[0] != "PendingConfirmation"
			})
		}
		accepted := publishUntilKilled(t, rng, p, topic)
		messages += len(accepted)
		p = up(t, "--bare", "--data", data, "--durability", durability)
		for end := time.Now().Add(time.Minute); len(r.lacks(accepted)) > 0 && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
		if missing := r.lacks(accepted); len(missing) > 0 {
			t.Fatalf("seed %d, kill %d: %d of %d accepted messages were not delivered", seed, round+1, len(missing), len(accepted))
		}
		if err := p.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d messages", kills(), messages)
}

// publishUntilKilled publishes from several clients, kills up among it, and returns the
// IDs of the messages that were accepted.
func publishUntilKilled(t *testing.T, rng *rand.Rand, p *uprun.Process, topic string) (accepted []string) {
	t.Helper()
	var mu sync.Mutex
	workUntilKilled(t, p, 5, 20+rng.Int64N(200), func(int, int) error {
		var out struct {
			ID string `xml:"PublishResult>MessageId"`
		}
		form := url.Values{"Action": {"Publish"}, "Version": {"2010-03-31"}, "TopicArn": {topic}, "Message": {"a message"}}
		if err := snsForm(t.Context(), p.AWS, form, &out); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		accepted = append(accepted, out.ID)
		return nil
	})
	return accepted
}
