package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// A phone is where a test's pages go. Its URL is that of the server.
type phone struct {
	*httptest.Server

	mu     sync.Mutex
	status int
	body   string
	got    []string // requests: a line of method, path and Authorization, and the body
}

// newPhone returns a phone that answers with a status and a body.
func newPhone(status int, body string) *phone {
	p := &phone{status: status, body: body}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.got = append(p.got, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization")+"\n"+string(text)+"\n")
		if p.status >= 300 {
			w.Header().Set("Location", "http://example.invalid/")
			w.Header().Set("Retry-After", "1800") // longer than any test
		}
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, p.body)
	}))
	return p
}

// answer changes what the phone answers.
func (p *phone) answer(status int, body string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.body = status, body
}

// requests returns what the phone has got.
func (p *phone) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.got...)
}

// until returns what the phone has got when that is n requests.
func (p *phone) until(n int) ([]string, error) {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		got := p.requests()
		if len(got) >= n || time.Now().After(deadline) {
			if len(got) != n {
				return nil, fmt.Errorf("%d requests, want %d:\n%s", len(got), n, strings.Join(got, "\n"))
			}
			return got, nil
		}
	}
}

// phonesKey is the key of a script's phones, by their names.
type phonesKey struct{}

// receiverInScript starts a phone, or changes its answer.
func receiverInScript(ts *testscript.TestScript, neg bool, args []string) {
	phones, _ := ts.Value(phonesKey{}).(map[string]*phone)
	if neg || len(args) < 2 {
		ts.Fatalf("usage: receiver NAME STATUS [BODY]")
	}
	status, err := strconv.Atoi(args[1])
	ts.Check(err)
	body := strings.Join(args[2:], " ")
	if p := phones[args[0]]; p != nil {
		p.answer(status, body)
		return
	}
	p := newPhone(status, body)
	ts.Defer(p.Close)
	phones[args[0]] = p
	ts.Setenv(args[0], p.URL)
}

// received waits until a phone has got a number of requests, and has them as stdout.
func received(ts *testscript.TestScript, neg bool, args []string) {
	phones, _ := ts.Value(phonesKey{}).(map[string]*phone)
	if neg || len(args) != 2 || phones[args[0]] == nil {
		ts.Fatalf("usage: received NAME N, of a receiver")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	got, err := phones[args[0]].until(n)
	ts.Check(err)
	fmt.Fprint(ts.Stdout(), strings.Join(got, ""))
}

// A receiver of scripts tells by what it got what a script may expect.
func TestPhone(t *testing.T) {
	p := newPhone(http.StatusTeapot, "hot")
	defer p.Close()
	if status, _, body, err := try(t.Context(), "POST", p.URL+"/x", "page"); err != nil || status != http.StatusTeapot || body != "hot" {
		t.Errorf("%d %q, %v", status, body, err)
	}
	if got, err := p.until(1); err != nil || got[0] != "POST /x \npage\n" {
		t.Errorf("%q, %v", got, err)
	}
}
