package wire_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"lullaby/lambda"
	"lullaby/wire"
)

// slow is a lambda.Invoker that takes as long as it likes, unless its context
// ends.
type slow func(ctx context.Context, payload string)

func (f slow) Invoke(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	f(ctx, string(in.Payload))
	if ctx.Err() != nil {
		return lambda.InvokeOutput{}, context.Cause(ctx)
	}
	return lambda.InvokeOutput{StatusCode: 200, RequestID: "id", Payload: in.Payload}, nil
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// invoke writes one request for each payload, all at once.
func invoke(t *testing.T, conn net.Conn, payloads ...string) {
	t.Helper()
	var b strings.Builder
	for _, p := range payloads {
		fmt.Fprintf(&b, "POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", len(p), p)
	}
	if _, err := io.WriteString(conn, b.String()); err != nil {
		t.Fatal(err)
	}
}

// The context of a waiting function ends when its caller hangs up. That is not
// logged.
func TestClientLeaves(t *testing.T) {
	began, why := make(chan struct{}, 1), make(chan error, 1)
	var log strings.Builder
	t.Cleanup(func() { // runs before that of serveWith, which ends the server
		if log.Len() > 0 {
			t.Errorf("logged: %s", log.String())
		}
	})
	addr := serveWith(t, slow(func(ctx context.Context, _ string) {
		began <- struct{}{}
		<-ctx.Done()
		why <- context.Cause(ctx)
	}), wire.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	conn := dial(t, addr)
	invoke(t, conn, "1")
	<-began
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-why:
		if err == nil || err.Error() != "the client has left" {
			t.Errorf("the context ended for %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the context did not end in a minute")
	}
}

// Watching does not read what a client sends early, and leaves the connection
// usable.
func TestWatchedPipeline(t *testing.T) {
	next := make(chan struct{}) // closed when "early" has been sent
	addr := serve(t, slow(func(ctx context.Context, payload string) {
		if payload != "\"first\"" {
			return
		}
		<-next
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond): // its work; the watch has begun meanwhile
		}
	}))
	conn := dial(t, addr)
	invoke(t, conn, "\"first\"", "\"together\"")
	invoke(t, conn, "\"early\"")
	close(next)
	answers := bufio.NewReader(conn)
	for i, want := range []string{"first", "together", "early", "first", "later"} {
		if i == 3 {
			invoke(t, conn, "\"first\"")
		}
		if i == 4 {
			invoke(t, conn, "\"later\"")
		}
		resp, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || string(body) != "\""+want+"\"" {
			t.Fatalf("%d %s, %v, want 200 %q", resp.StatusCode, body, err, want)
		}
	}
}
