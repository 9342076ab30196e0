package rest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/rest"
	"lullaby/lambda"
)

// echoing is a function whose answer's body is the names of the headers that
// begin with x or X, and of Accept.
var echoing = invoker{func(_ context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	var event struct {
		MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	}
	if err := json.Unmarshal(in.Payload, &event); err != nil {
		return lambda.InvokeOutput{}, err
	}
	own := make(map[string][]string)
	for name, values := range event.MultiValueHeaders {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-t") || strings.HasPrefix(lower, "x_") || lower == "accept" {
			own[name] = values
		}
	}
	text, err := json.Marshal(own)
	if err != nil {
		return lambda.InvokeOutput{}, err
	}
	payload, err := json.Marshal(map[string]any{"statusCode": http.StatusOK, "body": string(text)})
	return lambda.InvokeOutput{StatusCode: http.StatusOK, Payload: payload}, err
}}

// Header names reach the function as the client spelt them, on a connection with
// several requests whose bodies look like heads.
func TestHeaderNames(t *testing.T) {
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := edge.NewServer(serving(t, newAPI("ANY /item"), echoing, rest.Options{}), gateway.MaxTimeout)
	ended := make(chan error)
	go func() { ended <- server.Serve(edge.NewListener(ln)) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	requests := []struct{ sent, want string }{
		{"GET /item HTTP/1.1\r\nHost: a\r\nx-tenant: 1\r\naccept: b\r\n\r\n", `{"accept":["b"],"x-tenant":["1"]}`},
		{"GET /item HTTP/1.1\r\nHost: a\r\nX-Tenant: 2\r\n\r\n", `{"X-Tenant":["2"]}`},
		{"POST /item HTTP/1.1\r\nHost: a\r\nx-TENANT: 3\r\nX-Tenant: 4\r\ncontent-length: 29\r\n\r\nGET /item HTTP/1.1\r\nX-TEST: 1\n", `{"x-TENANT":["3","4"]}`},
		{"POST /item HTTP/1.1\r\nHost: a\r\nx_own-Thing: 5\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\nabc\r\n\r\n1c\r\nGET / HTTP/1.1\r\nx-tenant: \r\n\r\n0\r\nx-trailer: 1\r\n\r\n", `{"x_own-Thing":["5"]}`},
		{"GET /item HTTP/1.1\r\nHost: a\r\nX-TENANT: 6\r\n\r\n", `{"X-TENANT":["6"]}`},
	}
	var all strings.Builder
	for _, r := range requests {
		all.WriteString(r.sent)
	}
	for _, way := range []struct {
		name string
		size int // bytes in one write; 0: a request in one write, after the answer to the last
	}{{"one after the other", 0}, {"ahead of their answers", 1 << 20}, {"byte by byte", 1}} {
		t.Run(way.name, func(t *testing.T) {
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", ln.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if way.size > 0 {
				go func() {
					for text := all.String(); text != ""; {
						n := min(way.size, len(text))
						if _, err := io.WriteString(conn, text[:n]); err != nil {
							return
						}
						text = text[n:]
					}
				}()
			}
			answers := bufio.NewReader(conn)
			for i, r := range requests {
				if way.size == 0 {
					if _, err := io.WriteString(conn, r.sent); err != nil {
						t.Fatal(err)
					}
				}
				got, err := body(answers)
				if diff := cmp.Diff(r.want, got); diff != "" || err != nil {
					t.Fatalf("request %d: %v (-want +got):\n%s", i, err, diff)
				}
			}
		})
	}
}

// body reads the body of an answer, which must have status 200.
func body(r *bufio.Reader) (string, error) {
	answer, err := http.ReadResponse(r, nil)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", answer.StatusCode)
	}
	return string(text), errors.Join(err, answer.Body.Close())
}
