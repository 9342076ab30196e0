package send_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/pager"
	"lullaby/pager/send"
)

var night = instant.Of(time.Date(2026, 11, 30, 3, 12, 7, 0, time.UTC))

const (
	secret  = "0123456789abcdef0123456789abcdef"
	topHook = "/hooks/T0AAAAAAAAA/B0BBBBBBBBB/cccccccccccccccccccccccc"
)

// target reads a target of the command line.
func target(t *testing.T, text string) send.Target {
	t.Helper()
	var to send.Target
	if err := to.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return to
}

// at returns the receiver of a target with its key.
func at(t *testing.T, text, key string) *send.Receiver {
	t.Helper()
	r, err := send.New(target(t, text), key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// every are the four kinds of receivers at a base, with their keys.
func every(t *testing.T, base string) map[string]*send.Receiver {
	t.Helper()
	return map[string]*send.Receiver{
		send.Splunk:       at(t, "splunk="+base, secret+"/night"),
		send.PagerDuty:    at(t, "pagerduty="+base, secret),
		send.Alertmanager: at(t, "alertmanager="+base, secret),
		send.Webhook:      at(t, base+topHook, secret),
	}
}

// good is what each kind answers when it has taken a page.
var good = map[string]struct {
	status int
	body   string
}{
	send.Splunk:       {200, `{"result":"success","entity_id":"items/high"}`},
	send.PagerDuty:    {202, `{"status":"success","message":"Event processed","dedup_key":"items/high"}`},
	send.Alertmanager: {200, ``},
	send.Webhook:      {204, ``},
}

func trigger() *pager.Page {
	p, _ := pager.Trial("items", "us-east-1", night)
	p.Test = false
	return &p
}

// What a receiver answers decides what becomes of a page, and no answer shows a key or
// the path of a URL.
func TestAnswers(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a page went to another host") }))
	defer elsewhere.Close()
	echo := func(w http.ResponseWriter, r *http.Request, status int) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "no such key: "+r.URL.String()+" "+r.Header.Get("Authorization")+"\x1b[31m "+string(body))
	}
	for _, tt := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request)
		want   pager.Outcome
		after  time.Duration
		text   string // that is in the answer; empty: any
	}{
		{"wrong key", func(w http.ResponseWriter, r *http.Request) { echo(w, r, 403) }, pager.Refused, 0, "403 no such key"},
		{"invalid event", func(w http.ResponseWriter, r *http.Request) { echo(w, r, 400) }, pager.Refused, 0, "400"},
		{"too many", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "120")
			echo(w, r, 429)
		}, pager.Failed, 2 * time.Minute, "429"},
		{"too many, for years", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "99999999")
			echo(w, r, 429)
		}, pager.Failed, time.Hour, "429"},
		{"request time-out", func(w http.ResponseWriter, r *http.Request) { echo(w, r, 408) }, pager.Failed, 0, "408"},
		{"broken", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "7")
			echo(w, r, 503)
		}, pager.Unknown, 7 * time.Second, "503"},
		{"to another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/login?from="+secret, http.StatusTemporaryRedirect)
		}, pager.Failed, 0, "redirects to " + elsewhere.URL + ", which is not followed"},
		{"to a page", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login", http.StatusFound)
		}, pager.Failed, 0, "redirects to another page, by GET, which is not followed"},
		{"round and round", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusPermanentRedirect)
		}, pager.Failed, 0, "redirects to itself again and again"},
		{"slow", func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // the server sees then that the client has gone
			<-r.Context().Done()
		}, pager.Unknown, 0, "no answer within 100ms"},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, pager.Unknown, 0, ""},
		{"breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, `{"result":`)
		}, pager.Unknown, 0, "the answer breaks off"},
	} {
		server := httptest.NewServer(http.HandlerFunc(tt.answer))
		server.Config.ErrorLog = nil
		for kind, r := range every(t, server.URL) {
			r.Hurry(100 * time.Millisecond)
			got := r.Send(t.Context(), trigger())
			if got.Outcome != tt.want || got.After != tt.after || !strings.Contains(got.Text, tt.text) {
				t.Errorf("%s, %s: %+v, want %v after %v with %q", tt.name, kind, got, tt.want, tt.after, tt.text)
			}
			discreet(t, tt.name+", "+kind, got.Text, r.Name(), r.ID())
		}
		server.Close()
	}
}

// discreet fails for a text that shows a secret, or does not fit a line.
func discreet(t *testing.T, name string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(text, secret) || strings.Contains(text, "cccccc") || strings.Contains(text, "T0AAA") || strings.ContainsAny(text, "\n\x1b") || len(text) > 250 {
			t.Errorf("%s: shows too much: %q", name, text)
		}
	}
}

// A receiver that is not there has not got the page. Nobody sees the URL.
func TestNobodyThere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	base := server.URL
	server.Close()
	for kind, r := range every(t, base) {
		got := r.Send(t.Context(), trigger())
		if got.Outcome != pager.Failed || !strings.Contains(got.Text, "connection refused") {
			t.Errorf("%s: %+v", kind, got)
		}
		discreet(t, kind, got.Text)
	}
	got := at(t, "https://nobody.invalid"+topHook, "").Send(t.Context(), trigger())
	if got.Outcome != pager.Failed {
		t.Errorf("an unknown name: %+v", got)
	}
	discreet(t, "unknown name", got.Text)
}

// A status alone says nothing: each kind has an answer of its own, and one that is not
// it is a failure. A URL says by its status.
func TestLiars(t *testing.T) {
	for name, body := range map[string]string{
		"failure": `{"result":"failure","message":"invalid key ` + secret + `"}`, "invalid": `{"status":"invalid event","message":"no key"}`,
		"a page of a hotel": "<html>Room number?</html>", "nothing": "", "null": "null", "a list": `[{"result":"success","status":"success"}]`,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
		for kind, r := range every(t, server.URL) {
			want := pager.Failed
			if kind == send.Webhook || kind == send.Alertmanager && body == "" {
				want = pager.Delivered
			}
			got := r.Send(t.Context(), trigger())
			if got.Outcome != want {
				t.Errorf("200 and %s, of %s: %+v, want %v", name, kind, got, want)
			}
			discreet(t, kind, got.Text)
		}
		server.Close()
	}
}

// Pages are taken by what says so, also after a redirect within the host, and with them
// goes what a receiver needs.
func TestDelivered(t *testing.T) {
	for kind, answer := range good {
		var ids []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("again") == "" {
				http.Redirect(w, r, r.URL.Path+"?again=1", http.StatusTemporaryRedirect)
				return
			}
			body, _ := io.ReadAll(r.Body)
			if !strings.Contains(r.URL.String()+string(body)+r.Header.Get("Authorization"), secret) {
				t.Errorf("%s: the key is not in %s %s", kind, r.URL, body)
			}
			if r.Header.Get("Content-Type") != "application/json" || len(body) == 0 {
				t.Errorf("%s: %v %s", kind, r.Header, body)
			}
			ids = append(ids, r.Header.Get("Idempotency-Key"))
			w.WriteHeader(answer.status)
			_, _ = io.WriteString(w, answer.body)
		}))
		r := every(t, server.URL)[kind]
		p := trigger()
		p.Alarm, p.Key = "<b>\"über\"</b>\r\n", "items/<b>\"über\"</b>\r\n"
		for range 2 {
			if got := r.Send(t.Context(), p); got.Outcome != pager.Delivered {
				t.Errorf("%s: %+v", kind, got)
			}
		}
		if len(ids) != 2 || ids[0] == "" || ids[0] != ids[1] {
			t.Errorf("%s: ids %q, want the same twice", kind, ids)
		}
		server.Close()
	}
}
