package wire_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"lullaby/wire"
)

// A client that waits for 100 Continue gets it from the target, and no sooner.
func TestForwardedContinue(t *testing.T) {
	for name, tt := range map[string]struct {
		serve     http.HandlerFunc
		continued bool
		status    int
	}{
		"the target wants the body":   {describe, true, 200},
		"the target refuses the body": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, false, 403},
		"the target wants no body now": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "close")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}, false, 307},
	} {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, tt.serve))}))
			answers := bufio.NewReader(conn)
			fmt.Fprintf(conn, "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", scoped("s3"))
			resp, err := http.ReadResponse(answers, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := resp.StatusCode == http.StatusContinue; got != tt.continued {
				t.Fatalf("%d, want 100 Continue %v", resp.StatusCode, tt.continued)
			}
			if tt.continued {
				resp.Body.Close()
				_, _ = io.WriteString(conn, "hello")
				if resp, err = http.ReadResponse(answers, nil); err != nil {
					t.Fatal(err)
				}
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != tt.status || tt.continued && !strings.Contains(string(body), `body="hello"`) {
				t.Errorf("%d %s, %v, want %d", resp.StatusCode, body, err, tt.status)
			}
			if resp.Close == tt.continued {
				t.Errorf("close %v", resp.Close)
			}
		})
	}
}

// Both bodies stream: the target sees the beginning of a body whose end has not been sent,
// and the client the beginning of an answer.
func TestForwardedStreams(t *testing.T) {
	addr := serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		if err := control.EnableFullDuplex(); err != nil {
			t.Error(err)
		}
		lines := bufio.NewReader(r.Body)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			_, _ = io.WriteString(w, "got "+line)
			_ = control.Flush()
		}
	}))})
	conn := dial(t, addr)
	fmt.Fprintf(conn, "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na\n\r\n", scoped("s3"))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReader(resp.Body)
	for _, next := range []string{"b", "c", ""} {
		line, err := lines.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "got ") {
			t.Fatalf("%q, %v", line, err)
		}
		if next != "" {
			fmt.Fprintf(conn, "2\r\n%s\n\r\n", next)
		}
	}
	fmt.Fprint(conn, "0\r\n\r\n")
	if rest, err := io.ReadAll(lines); err != nil || len(rest) != 0 {
		t.Errorf("%q, %v", rest, err)
	}
}

// Trailers arrive in both directions.
func TestForwardedTrailers(t *testing.T) {
	addr := serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-End")
		_, _ = io.Copy(w, r.Body)
		w.Header().Set("X-End", r.Trailer.Get("X-Amz-Checksum"))
	}))})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+addr+"/b/k", io.MultiReader(strings.NewReader("abc")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", scoped("s3"))
	r.Trailer = http.Header{"X-Amz-Checksum": {"sum"}}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "abc" || resp.Trailer.Get("X-End") != "sum" {
		t.Errorf("%q, trailers %v, %v", body, resp.Trailer, err)
	}
}

// A client that leaves ends its request at the target: while it waits, while it sends,
// and while it reads.
func TestForwardedClientLeaves(t *testing.T) {
	left := make(chan struct{}, 1) // sent once for each request that reaches the target
	begun := make(chan struct{}, 1)
	addr := serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, func(w http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		if r.Method == http.MethodGet {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					break
				}
			}
			left <- struct{}{}
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			<-r.Context().Done()
		}
		left <- struct{}{}
	}))})
	for name, request := range map[string]string{
		"while it waits": "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + scoped("s3") + "\r\nContent-Length: 2\r\n\r\nhi",
		"while it sends": "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + scoped("s3") + "\r\nContent-Length: 99999999\r\n\r\nhi",
		"while it reads": "GET /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + scoped("s3") + "\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, addr)
			if _, err := io.WriteString(conn, request); err != nil {
				t.Fatal(err)
			}
			<-begun
			conn.Close()
			select {
			case <-left:
			case <-time.After(10 * time.Second):
				t.Error("the target still works")
			}
		})
	}
}

// An answer that breaks off at the target breaks off for the client.
func TestForwardedAnswerBreaksOff(t *testing.T) {
	for name, length := range map[string]string{"length": "100", "chunks": ""} {
		t.Run(name, func(t *testing.T) {
			addr := serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, func(w http.ResponseWriter, _ *http.Request) {
				if length != "" {
					w.Header().Set("Content-Length", length)
				}
				_, _ = io.WriteString(w, "begin")
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}))})
			conn := dial(t, addr)
			fmt.Fprintf(conn, "GET /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\n\r\n", scoped("s3"))
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if body, err := io.ReadAll(resp.Body); err == nil || string(body) != "begin" {
				t.Errorf("%q, %v, want an error", body, err)
			}
		})
	}
}

// No client can mark a request as one for another service.
func TestForwardedMarkIsOurs(t *testing.T) {
	addr := serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, describe))})
	for _, mark := range []string{":service: s3", ": service: s3", ":service : s3"} {
		if a := send(t, addr, "POST", "/", "", "X-Amz-Target: DynamoDB_20120810.ListTables", mark); a.status != http.StatusBadRequest || strings.Contains(a.body, "host=") {
			t.Errorf("%q: %d %s", mark, a.status, a.body)
		}
	}
	chunks := "1\r\n{\r\n1\r\n}\r\n0\r\n:service: s3\r\n\r\n"
	if a := send(t, addr, "POST", "/", chunks, "X-Amz-Target: DynamoDB_20120810.ListTables", "Transfer-Encoding: chunked", "Trailer: :service"); strings.Contains(a.body, "host=") {
		t.Errorf("in a trailer: %d %s", a.status, a.body)
	}
}

// BenchmarkForwarded is what a small object costs through the endpoint, and without it.
func BenchmarkForwarded(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "there") }))
	defer s.Close()
	var to wire.Forward
	if err := to.UnmarshalText([]byte(s.URL)); err != nil {
		b.Fatal(err)
	}
	ln, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	endpoint := wire.New(wire.Services{}, wire.Options{Forwards: []wire.Forward{to}})
	served := make(chan error, 1) // what Serve returned, once
	go func() { served <- endpoint.Serve(ln) }()
	defer func() { _, _ = endpoint.Shutdown(context.Background()), <-served }()
	for name, url := range map[string]string{"direct": s.URL, "forwarded": "http://" + ln.Addr().String()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				resp, err := http.Get(url + "/b/k")
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		})
	}
}

// zeros are n bytes.
func zeros(n int64) io.Reader { return io.LimitReader(iotest.DataErrReader(zero{}), n) }

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Bodies arrive whole that are far larger than an endpoint takes of its own services, and
// take no more memory than small ones.
func TestForwardedLargeBodies(t *testing.T) {
	const size = 32 << 20
	sum := sha256.New()
	_, _ = io.Copy(sum, zeros(size))
	want := hex.EncodeToString(sum.Sum(nil))
	addr := serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, func(w http.ResponseWriter, r *http.Request) {
		hash := sha256.New()
		_, err := io.Copy(hash, r.Body)
		w.Header().Set("X-Sum", fmt.Sprintf("%x %v", hash.Sum(nil), err))
		_, _ = io.Copy(w, zeros(size))
	}))})
	for _, length := range []int64{size, -1} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+addr+"/b/k", zeros(size))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = length
		r.Header.Set("Authorization", scoped("s3"))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		got := sha256.New()
		_, err = io.Copy(got, resp.Body)
		resp.Body.Close()
		runtime.ReadMemStats(&after)
		if err != nil || resp.Header.Get("X-Sum") != want+" <nil>" || hex.EncodeToString(got.Sum(nil)) != want {
			t.Errorf("%v: the target got %s, the client %x, want %s", err, resp.Header.Get("X-Sum"), got.Sum(nil), want)
		}
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > size/4 {
			t.Errorf("%d bytes were allocated for two bodies of %d", allocated, size)
		}
	}
}

// Shutdown ends what is under way, and connections that wait behind it.
func TestForwardedShutdown(t *testing.T) {
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	begun := make(chan struct{}, 1)
	to := target(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			begun <- struct{}{}
			<-r.Context().Done()
		}
	})
	s := wire.New(wire.Services{}, wire.Options{Forwards: forwards(t, to)})
	served := make(chan error, 1) // what Serve returned, once
	go func() { served <- s.Serve(ln) }()
	idle, busy := dial(t, ln.Addr().String()), dial(t, ln.Addr().String())
	fmt.Fprintf(idle, "GET /b/k HTTP/1.1\r\nHost: localhost\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(idle), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	fmt.Fprintf(busy, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	for name, conn := range map[string]net.Conn{"idle": idle, "busy": busy} {
		var buf bytes.Buffer
		if _, err := io.Copy(&buf, conn); err != nil || buf.Len() > 0 {
			t.Errorf("%s: %q, %v", name, buf.String(), err)
		}
	}
}
