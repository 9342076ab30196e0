package wire

import (
	"bufio"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lullaby/internal/sigv4"
	"lullaby/internal/webpage"
)

// signedBy is a request of AWS's own signer, with a key of the endpoint.
func signedBy(t *testing.T, method, url, service, body, hash string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(body))
	if hash == "" {
		hash = hex.EncodeToString(sum[:])
	}
	if service == "s3" {
		r.Header.Set("X-Amz-Content-Sha256", hash)
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" })
	if err := signer.SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}, r, hash, service, "eu-central-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	return r
}

// An endpoint with keys forwards what one of them has signed, in any region, and nothing
// else: no other path, no other body, no header that is not signed.
func TestForwardedWithKeys(t *testing.T) {
	var arrived []string
	to := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil { // a body that breaks off is none
			arrived = append(arrived, r.Method+" "+r.RequestURI+" "+string(body[:min(len(body), 9)]))
		}
	}))
	defer to.Close()
	addr := "http://" + foreignWorld(t, Options{Keys: sigv4.Keys{"AKID": {SecretAccessKey: "secret"}}, Forwards: forwardsTo(t, to.URL)})
	large := strings.Repeat("largebody", 100_000)
	tests := []struct {
		name   string
		r      *http.Request
		change func(r *http.Request)
		status int
		want   string // what arrived; empty: nothing
	}{
		{"an object", signedBy(t, "PUT", addr+"/b/a%20k", "s3", "body", ""), nil, 200, "PUT /b/a%20k body"},
		{"a large object", signedBy(t, "PUT", addr+"/b/k", "s3", large, ""), nil, 200, "PUT /b/k largebody"},
		{"an object without a hash", signedBy(t, "PUT", addr+"/b/k", "s3", large, "UNSIGNED-PAYLOAD"), nil, 200, "PUT /b/k largebody"},
		{"another service", signedBy(t, "POST", addr+"/", "kinesis", "{}", ""), nil, 200, "POST / {}"},
		{"another service, large", signedBy(t, "POST", addr+"/", "kinesis", large, ""), nil, 200, "POST / largebody"},
		{"another path", signedBy(t, "GET", addr+"/b/k", "s3", "", ""), func(r *http.Request) { r.URL.Path = "/b/l" }, 403, ""},
		{"another method", signedBy(t, "GET", addr+"/b/k", "s3", "", ""), func(r *http.Request) { r.Method = "DELETE" }, 403, ""},
		{"another body", signedBy(t, "PUT", addr+"/b/k", "s3", "body", ""), func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("eviL")) }, 403, ""},
		{"another large body", signedBy(t, "PUT", addr+"/b/k", "s3", large, ""), func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(strings.ToUpper(large)))
		}, 403, ""},
		{"another body of another service", signedBy(t, "POST", addr+"/", "kinesis", "{}", ""), func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("[]")) }, 403, ""},
		{"a header that is not signed", signedBy(t, "PUT", addr+"/b/k", "s3", "body", ""), func(r *http.Request) { r.Header.Set("X-Amz-Acl", "public-read-write") }, 403, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			arrived = nil
			if tt.change != nil {
				tt.change(tt.r)
			}
			resp, err := http.DefaultClient.Do(tt.r)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if got := strings.Join(arrived, "; "); err != nil || resp.StatusCode != tt.status || got != tt.want {
				t.Errorf("%d %s, %v, arrived %q, want %d, %q", resp.StatusCode, body, err, got, tt.status, tt.want)
			}
		})
	}
}

// The rules for web pages hold for calls that are forwarded. A page that is let in may
// also include what is there, and a page that comes from there may load the rest of itself.
func TestForwardedWebPages(t *testing.T) {
	const page = "http://localhost:5173"
	to := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/b/cors" {
			w.Header().Set("Access-Control-Allow-Origin", page)
		}
		_, _ = io.WriteString(w, "there")
	}))
	defer to.Close()
	addr := foreignWorld(t, Options{Forwards: forwardsTo(t, to.URL), Origins: []webpage.Origin{page}})
	tests := []struct {
		name, line string
		header     []string
		want       string // of the body, or the header that is allowed
	}{
		{"a program", "GET /b/k", nil, "there"},
		{"a person", "GET /b/k", []string{"Sec-Fetch-Site: none", "User-Agent: Mozilla/5.0"}, "there"},
		{"a page that is let in", "GET /b/k", []string{"Origin: " + page, "Sec-Fetch-Site: same-site"}, "*"},
		{"a page whose target allows it", "GET /b/cors", []string{"Origin: " + page, "Sec-Fetch-Site: same-site"}, page},
		{"its preflight", "OPTIONS /b/k", []string{"Origin: " + page, "Access-Control-Request-Method: PUT"}, "PUT"},
		{"its image", "GET /b/k", []string{"Referer: " + page + "/app", "Sec-Fetch-Site: same-site"}, "there"},
		{"a page from there", "GET /b/k", []string{"Sec-Fetch-Site: same-origin"}, "there"},
		{"its bucket", "GET /k", []string{"Host: b.localhost:4566", "Sec-Fetch-Site: same-origin"}, "there"},
		{"a refused call's page", "POST /b/k", []string{"Origin: " + page, "Authorization: " + credential("sqs")}, "*"},

		{"another page", "GET /b/k", []string{"Origin: http://evil.test", "Sec-Fetch-Site: cross-site"}, "--cors"},
		{"its preflight", "OPTIONS /b/k", []string{"Origin: http://evil.test", "Access-Control-Request-Method: PUT"}, "--cors"},
		{"its image", "GET /b/k", []string{"Referer: http://evil.test/", "Sec-Fetch-Site: cross-site"}, "--cors"},
		{"its image without a Referer", "GET /b/k", []string{"Sec-Fetch-Site: cross-site"}, "--cors"},
		{"its form", "POST /b/k", []string{"Referer: " + page, "Sec-Fetch-Site: cross-site"}, "--cors"},
		{"a name bound to loopback", "GET /b/k", []string{"Host: evil.test"}, "--host"},
		{"a page from there asks DynamoDB", "GET /", []string{"Sec-Fetch-Site: same-origin"}, "forwarded"},
		{"a page from there asks SQS", "GET /?Action=ListQueues", []string{"Sec-Fetch-Site: same-origin"}, "forwarded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := append([]string{tt.line + " HTTP/1.1", "Content-Length: 0"}, tt.header...)
			if !strings.Contains(strings.Join(tt.header, ""), "Host: ") {
				lines = append(lines, "Host: localhost")
			}
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "%s\r\nConnection: close\r\n\r\n", strings.Join(lines, "\r\n"))
			raw, err := io.ReadAll(conn)
			if err != nil {
				t.Fatal(err)
			}
			head, body, _ := strings.Cut(string(raw), "\r\n\r\n")
			if refused := strings.HasPrefix(tt.want, "--") || tt.want == "forwarded"; refused != strings.HasPrefix(head, "HTTP/1.1 403") ||
				!strings.Contains(body, tt.want) && !strings.Contains(head, ": "+tt.want) {
				t.Errorf("%s\n%s\nwant %s", head, body, tt.want)
			}
		})
	}
}

// Answers keep their framing, for clients of HTTP/1.0 and with TLS too.
func TestForwardedFraming(t *testing.T) {
	to := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/b/length":
			w.Header().Set("Content-Length", "5")
			_, _ = io.WriteString(w, "hello")
		case "/b/chunks":
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, "hello")
		case "/b/none":
			w.WriteHeader(http.StatusNoContent)
		case "/b/same":
			w.Header().Set("ETag", "e")
			w.WriteHeader(http.StatusNotModified)
		}
	}))
	defer to.Close()
	addr := foreignWorld(t, Options{Forwards: forwardsTo(t, to.URL)})
	for _, tt := range []struct {
		line   string
		status int
		length int64
		body   string
		closed bool
	}{
		{"GET /b/length HTTP/1.1", 200, 5, "hello", false},
		{"GET /b/chunks HTTP/1.1", 200, -1, "hello", false},
		{"GET /b/empty HTTP/1.1", 200, 0, "", false},
		{"GET /b/none HTTP/1.1", 204, 0, "", false},
		{"GET /b/same HTTP/1.1", 304, 0, "", false},
		{"HEAD /b/length HTTP/1.1", 200, 5, "", false},
		{"HEAD /b/chunks HTTP/1.1", 200, -1, "", false},
		{"GET /b/length HTTP/1.0", 200, 5, "hello", true},
		{"GET /b/chunks HTTP/1.0", 200, -1, "hello", true},
	} {
		for _, secure := range []bool{false, true} {
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			if secure {
				conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // TestBothSchemes verifies
			}
			defer conn.Close()
			answers, method := bufio.NewReader(conn), strings.Fields(tt.line)[0]
			rounds := 2
			if tt.closed {
				rounds = 1
			}
			for range rounds {
				fmt.Fprintf(conn, "%s\r\nHost: localhost\r\n\r\n", tt.line)
				resp, err := http.ReadResponse(answers, &http.Request{Method: method})
				if err != nil {
					t.Fatalf("%s: %v", tt.line, err)
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != tt.status || resp.ContentLength != tt.length || string(body) != tt.body || resp.Close != tt.closed {
					t.Errorf("%s, TLS %v: %d, %d bytes, %q, close %v, %v", tt.line, secure, resp.StatusCode, resp.ContentLength, body, resp.Close, err)
				}
			}
		}
	}
}

// A connection costs no more with each exchange that it has had.
func TestResumedOnce(t *testing.T) {
	client, conn := net.Pipe()
	defer client.Close()
	once := newResumed(t.Context(), conn, nil)
	if twice := newResumed(t.Context(), once, nil); twice.Conn != conn {
		t.Errorf("a resumed connection is around a %T", twice.Conn)
	}
}
