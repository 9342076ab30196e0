package rest_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/rest"
	"lullaby/lambda"
)

// pipes is a listener whose connections are in memory, so that their timeouts
// pass in a synctest bubble.
type pipes struct {
	accept chan net.Conn // unbuffered; dial sends, nobody closes
	closed chan struct{} // closed by Close
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.accept <- server
	return client
}

// startServer serves functions behind POST /item until the test ends.
func startServer(t *testing.T, functions lambda.Invoker) *pipes {
	t.Helper()
	server := edge.NewServer(serving(t, newAPI("ANY /item"), functions, rest.Options{}), gateway.MaxTimeout)
	p := &pipes{accept: make(chan net.Conn), closed: make(chan struct{})}
	ended := make(chan error)
	go func() { ended <- server.Serve(p) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		time.Sleep(time.Second) // net/http lingers on a connection that it refused, half a second of the bubble's
	})
	return p
}

// A client that is slow at any stage is disconnected after a time. It gets no
// answer to a request that it has not sent.
func TestSlowClients(t *testing.T) {
	tests := []struct {
		name, sent string
		within     time.Duration
		status     string // of the only answer; empty: none
	}{
		{"nothing sent", "", 10 * time.Second, ""},
		{"half a head", "POST /item HTTP/1.1\r\nHost: a\r\n", 10 * time.Second, ""},
		{"half a body", "POST /item HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{", time.Minute, "400"},
		{"nothing more", "POST /item HTTP/1.1\r\nHost: a\r\n\r\n", time.Minute, "200"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				functions := uncalled(t)
				if tt.name == "nothing more" {
					functions = returning(`{"statusCode":200}`)
				}
				conn := startServer(t, functions).dial()
				begun := time.Now()
				if _, err := io.WriteString(conn, tt.sent); err != nil {
					t.Fatal(err)
				}
				answer, err := io.ReadAll(conn)
				if err != nil {
					t.Fatal(err)
				}
				_, status, _ := strings.Cut(string(answer), "HTTP/1.1 ")
				if !strings.HasPrefix(status, tt.status) || (status == "") != (tt.status == "") || strings.Contains(status, "HTTP/1.1") {
					t.Errorf("answer = %q, want %q alone", answer, tt.status)
				}
				if took := time.Since(begun); took > tt.within+time.Second {
					t.Errorf("the connection lasted %v, want %v at most", took, tt.within)
				}
			})
		})
	}
}

// Requests that no handler gets, or only half of, reach no function.
func TestBrokenRequests(t *testing.T) {
	tests := []struct{ name, sent, want string }{
		{"a header bomb", "POST /item HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 1<<20), "431"},
		{"many headers", "POST /item HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("X: 1\r\n", 1<<17), "431"},
		{"a chunk that is none", "POST /item HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := startServer(t, uncalled(t)).dial()
				go func() { _, _ = io.WriteString(conn, tt.sent) }() // the server need not read it all
				answer, err := bufio.NewReader(conn).ReadString('\n')
				if err != nil || !strings.HasPrefix(answer, "HTTP/1.1 "+tt.want) {
					t.Errorf("answer = %q, %v, want %s", answer, err, tt.want)
				}
				_ = conn.Close()
			})
		})
	}
}

// A request that its client aborts reaches no function.
func TestCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := startServer(t, uncalled(t)).dial()
		if _, err := io.WriteString(conn, "POST /item HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{\"id\":"); err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
	})
}

// On a connection an answer has one length and, where HTTP forbids it, no body.
func TestAnswersOnTheWire(t *testing.T) {
	tests := []struct{ name, method, result, want string }{
		{"a body", "POST", `{"statusCode":201,"body":"hello"}`, "HTTP/1.1 201 Created|Content-Length: 5|hello"},
		{"HEAD", "HEAD", `{"statusCode":200,"body":"hello"}`, "HTTP/1.1 200 OK|Content-Length: 5|"},
		{"no content", "DELETE", `{"statusCode":204,"body":"hello"}`, "HTTP/1.1 204 No Content||"},
		{"an unknown status", "PUT", `{"statusCode":299}`, "HTTP/1.1 299 status code 299|Content-Length: 0|"},
		{"a length of the function's", "GET", `{"headers":{"Content-Length":"99"},"body":"hello"}`, "HTTP/1.1 200 OK|Content-Length: 5|hello"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := startServer(t, returning(tt.result)).dial()
				if _, err := io.WriteString(conn, tt.method+" /item HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"); err != nil {
					t.Fatal(err)
				}
				answer, err := io.ReadAll(conn)
				if err != nil {
					t.Fatal(err)
				}
				head, body, _ := strings.Cut(string(answer), "\r\n\r\n")
				lines := strings.Split(head, "\r\n")
				lengths := slices.DeleteFunc(slices.Clone(lines[1:]), func(line string) bool {
					return !strings.HasPrefix(line, "Content-Length:")
				})
				if got := lines[0] + "|" + strings.Join(lengths, "|") + "|" + body; got != tt.want {
					t.Errorf("answer = %q, want %q", got, tt.want)
				}
			})
		})
	}
}
