package wire_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/wire"
)

// A connection on which nothing comes, or no whole request, is closed in time and
// without a byte that its client did not ask for.
func TestSilentConnection(t *testing.T) {
	const health = "GET / HTTP/1.1\r\nHost: localhost\r\n"
	tests := []struct {
		name, sent string
		statuses   []string
		after      time.Duration
	}{
		{"nothing", "", nil, time.Minute},
		{"a part of a head", "POST / HTTP/1.1\r\nHost: loc", nil, time.Minute},
		{"a part of a body", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{", nil, time.Minute},
		{"a request, then nothing", health + "\r\n", []string{"200"}, 5 * time.Minute},
		{"a request, then a part of a head", health + "\r\nPO", []string{"200"}, time.Minute},
		{"no HTTP", "hello\r\n\r\n", []string{"400"}, 0},
	}
	answersTo(t, health+"Connection: close\r\n\r\n") // fasthttp's clock starts outside of the bubbles
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				from := time.Now()
				answers := answersTo(t, tt.sent)
				var statuses []string
				for _, m := range regexp.MustCompile(`HTTP/1\.1 (\d+)`).FindAllStringSubmatch(answers, -1) {
					statuses = append(statuses, m[1])
				}
				if took := time.Since(from); took != tt.after || !slices.Equal(statuses, tt.statuses) || (answers == "") != (statuses == nil) {
					t.Errorf("after %v %q, want after %v %v", took, answers, tt.after, tt.statuses)
				}
			})
		})
	}
}

// answersTo sends text to a server without services and returns what it sends
// until it closes the connection.
func answersTo(t *testing.T, text string) string {
	t.Helper()
	s := wire.New(wire.Services{}, wire.Options{})
	client, server := net.Pipe()
	var both sync.WaitGroup
	both.Go(func() { _ = s.ServeConn(server) }) // its error says why the connection ended
	if text != "" {
		both.Go(func() { _, _ = io.WriteString(client, text) }) // of a pipe, unlike of a socket, no bytes could be read too
	}
	answers, err := io.ReadAll(client)
	if err != nil {
		t.Fatal(err)
	}
	client.Close()
	both.Wait()
	return string(answers)
}

// halfPipe is a pipe with an end to its writes, which tells nobody.
type halfPipe struct{ net.Conn }

func (halfPipe) CloseWrite() error { return nil }

// A client that has sent too much gets its answer, and what it still sends is read
// until it closes, for 5 s, or until Shutdown.
func TestUnreadRequest(t *testing.T) {
	answersTo(t, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") // fasthttp's clock starts outside of the bubbles
	tests := []struct {
		name  string
		then  func(t *testing.T, client net.Conn, s *wire.Server)
		after time.Duration
	}{
		{"closes", func(_ *testing.T, client net.Conn, _ *wire.Server) { client.Close() }, 0},
		{"stays", func(*testing.T, net.Conn, *wire.Server) {}, 5 * time.Second},
		{"shutdown", func(t *testing.T, _ net.Conn, s *wire.Server) {
			if err := s.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				from := time.Now()
				s := wire.New(wire.Services{}, wire.Options{})
				client, server := net.Pipe()
				defer client.Close()
				var both sync.WaitGroup
				both.Go(func() { _ = s.ServeConn(halfPipe{server}) }) // its error says why the connection ended
				sent := make(chan error, 1)
				both.Go(func() {
					_, err := io.WriteString(client, "GET / HTTP/1.1\r\nX-Long: "+strings.Repeat("x", 1<<20))
					sent <- err
				})
				resp, err := http.ReadResponse(bufio.NewReader(client), nil)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if err := <-sent; err != nil || resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge || !resp.Close {
					t.Errorf("%d, close %v, sent: %v, want 431 and all sent", resp.StatusCode, resp.Close, err)
				}
				tt.then(t, client, s)
				both.Wait()
				if took := time.Since(from); took != tt.after {
					t.Errorf("the connection ended after %v, want %v", took, tt.after)
				}
			})
		})
	}
}
