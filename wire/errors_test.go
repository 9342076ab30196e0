package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/valyala/fasthttp/fasthttputil"

	scaling "lullaby/autoscale/store"
	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/lambda/poll"
	"lullaby/queue/store"
	topics "lullaby/topic/store"
	watched "lullaby/watch/store"
)

// TestEveryFault reaches every row of the table of errors by a request. The answers
// are in testdata/faults.txt.
func TestEveryFault(t *testing.T) {
	text, err := os.ReadFile("testdata/faults.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, answer, _ := strings.Cut(strings.TrimSpace(line), ": ")
		want[name] = answer
	}
	rows, faultCases := faultRows(t), map[string]faultCase{}
	for _, cases := range []map[string]faultCase{tableCases, functionCases, mappingCases, queueCases, metricCases, topicCases, targetCases} {
		maps.Copy(faultCases, cases)
	}
	reached := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(faultCases)) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service, _, _ := strings.Cut(name, "/")
				a := faultCases[name].run(t)
				if got := strings.TrimSpace(fmt.Sprintf("%d %s", a.status, a.text)); got != want[name] {
					t.Errorf("got  %s\nwant %s", got, want[name])
				}
				if a.row < 0 { // a row without exception: each has another status
					a.row = slices.IndexFunc(rows[service], func(r row) bool { return r.exception == "" && r.status == a.status })
				}
				reached[fmt.Sprint(service, a.row)] = true
			})
		})
	}
	for service, rows := range rows {
		for i, r := range rows {
			if !reached[fmt.Sprint(service, i)] {
				t.Errorf("no request reaches row %d of %s: %d %s%s", i, service, r.status, r.namespace, r.exception)
			}
		}
	}
}

// faultRows returns the rows of every service that an endpoint can have, by the
// service's name.
func faultRows(t *testing.T) map[string][]row {
	t.Helper()
	all := everyService(new(dynamo.Engine), new(store.Engine), new(poll.Engine), new(watched.Store), new(topics.Engine), new(scaling.Engine))
	for field, v := range reflect.ValueOf(all).Fields() {
		if v.IsZero() {
			t.Errorf("everyService lacks %s", field.Name)
		}
	}
	rows := map[string][]row{}
	for _, d := range New(all, Options{}).dialects {
		for _, v := range d.services {
			rows[v.name] = v.faults
		}
	}
	return rows
}

// run plays a case in a world of its own.
func (ask faultCase) run(t *testing.T) faultAnswer {
	w := &faultWorld{t: t}
	w.fs = errorfs.Wrap(vfs.NewMem(), w)
	w.open(dynamo.Options{Instant: true}, nil)
	defer func() { w.close() }()
	return ask(w)
}

// TestUnreadFaults reaches every row of requests that cannot be read.
func TestUnreadFaults(t *testing.T) {
	ln := fasthttputil.NewInmemoryListener()
	s := New(Services{}, Options{})
	ended := make(chan error, 1) // what Serve returned, once
	go func() { ended <- s.Serve(ln) }()
	defer func() {
		if err := errors.Join(s.Shutdown(t.Context()), <-ended); err != nil {
			t.Error(err)
		}
	}()
	reached := map[int]bool{}
	for _, request := range []string{
		fmt.Sprintf("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n", maxRead+1),
		"POST / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + strings.Repeat("x", maxHeader) + "\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
	} {
		conn, err := ln.Dial()
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = io.WriteString(conn, request) }()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		reached[resp.StatusCode] = true
		resp.Body.Close()
		conn.Close()
	}
	for i, r := range unreadFaults {
		if !reached[r.status] {
			t.Errorf("no request reaches row %d: %d", i, r.status)
		}
	}
}

// TestEveryKind checks that every kind of refusal has a row.
func TestEveryKind(t *testing.T) {
	facts := map[refusal.Kind]error{
		refusal.Throttled: &dynamo.ThrottleError{},
		refusal.Condition: &dynamo.ConditionError{},
		refusal.Canceled:  &dynamo.CanceledError{},
	}
	for _, kind := range refusal.All() {
		err, ok := facts[kind]
		if !ok {
			err = refusal.New(kind, "no")
		}
		if f := faultOf(dynamoDBFaults, err); f.internal {
			t.Errorf("%v: %d %s", kind, f.status, f.exception)
		}
	}
}

// A transaction is canceled for AWS's reasons alone. Any other error is
// internal, so that no client takes it for its own fault.
func TestCancellation(t *testing.T) {
	for _, tt := range []struct {
		reason error
		code   string // empty: internal
	}{
		{&dynamo.ConditionError{}, "ConditionalCheckFailed"},
		{fmt.Errorf("put: %w", refusal.Conflict), "TransactionConflict"},
		{refusal.Invalid("no"), "ValidationError"},
		{errors.New("disk on fire"), ""},
		{io.ErrUnexpectedEOF, ""},
		{refusal.NotFound, ""},
	} {
		f := faultOf(dynamoDBFaults, &dynamo.CanceledError{Reasons: []error{nil, tt.reason}})
		if f.internal != (tt.code == "") || !f.internal && !strings.HasSuffix(f.message, "[None, "+tt.code+"]") {
			t.Errorf("%v: %d %s %q, internal %v, want %q", tt.reason, f.status, f.exception, f.message, f.internal, tt.code)
		}
	}
}
