package conformance

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lullaby/rehearse"
	"lullaby/rehearse/report"
	"lullaby/template"
)

// The arrivals of a rehearsal, sent to a running stack when they are due, meet
// what was rehearsed: through HTTP, Lambda's runtime, a process of the function,
// AWS's SDK and the disk, refusals differ by at most 5 %.
func TestRehearsal(t *testing.T) {
	takesLong(t)
	t.Parallel()
	r, rehearsed := rehearsal(t, "template.yaml", map[string]string{"MaxAttempts": "1"}, "constant:100/s", 45*time.Second, false)
	want := &rehearsed.Routes[0]
	got := send(t, start(t, "--parameter", "MaxAttempts=1", itemsDir).HTTP+"/item", r.Arrivals())
	refused, offered := got.status[http.StatusServiceUnavailable], int64(0)
	for status, n := range got.status {
		offered += n
		if status != http.StatusCreated && status != http.StatusServiceUnavailable {
			t.Errorf("%d answers of status %d", n, status)
		}
	}
	t.Logf("of %d requests %d refused, first after %v; rehearsed: of %d %d, first after %v",
		offered, refused, got.first.Round(time.Millisecond), want.Offered, want.Refused, want.Refusals[0].First)
	if offered != want.Offered {
		t.Errorf("%d answers to %d requests", offered, want.Offered)
	}
	if d := refused - want.Refused; d*20 > want.Refused || -d*20 > want.Refused {
		t.Errorf("%d refused, %d in the rehearsal", refused, want.Refused)
	}
	if d := got.first - time.Duration(want.Refusals[0].First); d.Abs() > 3*time.Second {
		t.Errorf("first refused after %v, after %v in the rehearsal", got.first, want.Refusals[0].First)
	}
}

// rehearsal plays traffic to a template of items.
func rehearsal(t *testing.T, file string, parameters map[string]string, traffic string, d time.Duration, drained bool) (*rehearse.Rehearsal, *report.Report) {
	t.Helper()
	tmpl, err := template.Load(filepath.Join(itemsDir, file), template.Options{Parameters: parameters})
	if err != nil {
		t.Fatal(err)
	}
	o := rehearse.Options{
		For: d, Seed: 1, Drained: drained,
		ItemBytes: rehearse.ItemBytes, ServiceTime: rehearse.ServiceTime, ColdStart: rehearse.ColdStart,
	}
	if err := o.Traffic.UnmarshalText([]byte(traffic)); err != nil {
		t.Fatal(err)
	}
	r, err := rehearse.New(tmpl, o)
	if err != nil {
		t.Fatal(err)
	}
	rehearsed, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r, rehearsed
}

// An echo is what came back.
type echo struct {
	status  map[int]int64     // how many answers
	answers map[string]string // their bodies, by _id
	first   time.Duration     // when the first refused request was sent, since the start
}

// send posts an item at each arrival, whether or not the ones before are
// answered. The first has the _id 1.
func send(t *testing.T, url string, arrivals *rehearse.Arrivals) echo {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 80*time.Second)
	defer cancel()
	client := http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1_000}, Timeout: 20 * time.Second}
	defer client.CloseIdleConnections()
	var (
		wg  sync.WaitGroup
		mu  sync.Mutex
		got = echo{status: map[int]int64{}, answers: map[string]string{}}
	)
	begin := time.Now()
	number := 0
	for at, more := arrivals.Next(); more; at, more = arrivals.Next() {
		time.Sleep(time.Until(begin.Add(at)))
		number++
		id := strconv.Itoa(number)
		wg.Go(func() {
			status, answer, err := post(ctx, &client, url, `{"_id":"`+id+`"}`)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			got.answers[id] = answer
			if got.status[status]++; status == http.StatusServiceUnavailable && (got.first == 0 || at < got.first) {
				got.first = at
			}
		})
	}
	wg.Wait()
	return got
}

func post(ctx context.Context, c *http.Client, url, body string) (status int, answer string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}
