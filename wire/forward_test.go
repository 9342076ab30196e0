package wire_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lullaby/wire"
)

// scoped is a signature for a service.
func scoped(service string) string {
	return "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=b"
}

// target starts a server to which calls are forwarded.
func target(t *testing.T, serve http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(serve)
	t.Cleanup(s.Close)
	return s.URL
}

// forwards parses values of --forward.
func forwards(t *testing.T, values ...string) []wire.Forward {
	t.Helper()
	list := make([]wire.Forward, len(values))
	for i, v := range values {
		if err := list[i].UnmarshalText([]byte(v)); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// described writes a request as a target sees it.
func described(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	return fmt.Sprintf("%s %s host=%s length=%d encoding=%v body=%q %v", r.Method, r.RequestURI, r.Host, r.ContentLength, r.TransferEncoding, body, err)
}

func describe(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, described(r)) }

// A call arrives as it was sent: method, path, query, host and body.
func TestForwardedAsSent(t *testing.T) {
	addr := serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, describe))})
	const s3 = "Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=b"
	large := strings.Repeat("0123456789", 10_000)
	tests := []struct {
		name, method, path, body string
		header                   []string
		want                     string
	}{
		{"GET", "GET", "/b/k", "", []string{s3}, `GET /b/k host=localhost length=0 encoding=[] body="" <nil>`},
		{"PUT", "PUT", "/b/k", "hi", []string{s3}, `PUT /b/k host=localhost length=2 encoding=[] body="hi" <nil>`},
		{"nothing in a PUT", "PUT", "/b/k", "", []string{s3}, `PUT /b/k host=localhost length=0 encoding=[] body="" <nil>`},
		{"a body of GET", "GET", "/_search", "{}", []string{"Authorization: " + scoped("es")}, `GET /_search host=localhost length=2 encoding=[] body="{}" <nil>`},
		{"a large PUT", "PUT", "/b/k", large, []string{s3}, `PUT /b/k host=localhost length=100000 encoding=[] body="` + large + `" <nil>`},
		{"chunks", "PUT", "/b/k", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", []string{s3, "Transfer-Encoding: chunked"}, `PUT /b/k host=localhost length=-1 encoding=[chunked] body="abcde" <nil>`},
		{"chunks of AWS's", "PUT", "/b/k", "3;chunk-signature=a\r\nabc\r\n0;chunk-signature=b\r\n\r\n", []string{s3, "Content-Encoding: aws-chunked"}, `PUT /b/k host=localhost length=49 encoding=[] body="3;chunk-signature=a\r\nabc\r\n0;chunk-signature=b\r\n\r\n" <nil>`},
		{"escapes", "GET", "/b/a%2Fb%20c%C3%BC+~!'(*)?list-type=2&prefix=a%2Fb&x", "", []string{s3}, `GET /b/a%2Fb%20c%C3%BC+~!'(*)?list-type=2&prefix=a%2Fb&x host=localhost length=0 encoding=[] body="" <nil>`},
		{"slashes and dots", "GET", "/b//a/../c/./d//", "", []string{s3}, `GET /b//a/../c/./d// host=localhost length=0 encoding=[] body="" <nil>`},
		{"two slashes first", "GET", "//k?a=b", "", []string{s3}, `GET //k?a=b host=localhost length=0 encoding=[] body="" <nil>`},
		{"an empty query", "GET", "/b?", "", []string{s3}, `GET /b? host=localhost length=0 encoding=[] body="" <nil>`},
		{"a host", "GET", "/k", "", []string{s3, "Host: photos.localhost:4566"}, `GET /k host=photos.localhost:4566 length=0 encoding=[] body="" <nil>`},
		{"JSON", "POST", "/", "{}", []string{"Authorization: " + scoped("secretsmanager"), "X-Amz-Target: secretsmanager.GetSecretValue", "Content-Type: application/x-amz-json-1.1"}, `POST / host=localhost length=2 encoding=[] body="{}" <nil>`},
		{"a form", "POST", "/", "Action=GetCallerIdentity", []string{"Authorization: " + scoped("sts"), "Content-Type: application/x-www-form-urlencoded"}, `POST / host=localhost length=24 encoding=[] body="Action=GetCallerIdentity" <nil>`},
		{"an unsigned form", "POST", "/", "Action=AssumeRoleWithWebIdentity&Version=2011-06-15", []string{"Content-Type: application/x-www-form-urlencoded; charset=utf-8"}, `POST / host=localhost length=51 encoding=[] body="Action=AssumeRoleWithWebIdentity&Version=2011-06-15" <nil>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a := send(t, addr, tt.method, tt.path, tt.body, tt.header...); a.status != 200 || a.body != tt.want {
				t.Errorf("%d %.300s\nwant %.300s", a.status, a.body, tt.want)
			}
		})
	}
}

// Headers arrive in both directions, but for those that are for one connection.
func TestForwardedHeaders(t *testing.T) {
	var got http.Header
	addr := serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		h := w.Header()
		h.Set("x-amz-request-id", "id")
		h.Add("Set-Cookie", "a=b")
		h.Add("Set-Cookie", "c=d")
		h.Set("Keep-Alive", "timeout=5")
		h.Set("ETag", `"e"`)
		h.Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))})
	a := send(t, addr, "GET", "/b/k", "", "Authorization: "+scoped("s3"), "X-Amz-Meta-A: 1", "X-Amz-Meta-A: 2", "Keep-Alive: 5", "TE: trailers", "Cookie: a=b; c=d", "Range: bytes=0-1", "Connection: x-own", "X-Own: 1")
	want := http.Header{
		"Authorization": {scoped("s3")}, "X-Amz-Meta-A": {"1", "2"}, "Cookie": {"a=b; c=d"}, "Range": {"bytes=0-1"}, "Via": {"1.1 lullaby"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the target got\n%v, want\n%v", got, want)
	}
	if a.status != 307 || a.header["Location"] != "/elsewhere" || a.header["Etag"] != `"e"` || a.header["x-amz-request-id"] != "id" || a.header["Keep-Alive"] != "" {
		t.Errorf("the client got %d %v", a.status, a.header)
	}
}

// The names of AWS's headers arrive in AWS's spelling, of which clients make the names of
// metadata.
func TestForwardedSpelling(t *testing.T) {
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	arrived := make(chan string, 1) // the head; sent once
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		head, lines := "", bufio.NewReader(conn)
		for line := ""; err == nil && line != "\r\n"; head += line {
			line, err = lines.ReadString('\n')
		}
		arrived <- head
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nx-amz-meta-camelcase: 1\r\nETag: e\r\nContent-Length: 0\r\n\r\n")
	}()
	addr := serveWith(t, nil, wire.Options{Forwards: forwards(t, "http://"+ln.Addr().String())})
	a := send(t, addr, "GET", "/b/k", "", "Authorization: "+scoped("s3"), "x-amz-meta-my-name: 1", "If-None-Match: e")
	if head := <-arrived; !strings.Contains(head, "\r\nx-amz-meta-my-name: 1\r\n") || !strings.Contains(head, "\r\nIf-None-Match: e\r\n") {
		t.Errorf("the target got\n%s", head)
	}
	if a.header["x-amz-meta-camelcase"] != "1" {
		t.Errorf("the client got %v", a.header)
	}
}

// The base path of a target comes before the path of a request.
func TestForwardedBelowAPath(t *testing.T) {
	addr := serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, describe)+"/base%20x/")})
	a := send(t, addr, "GET", "/b/a%20b?c", "", "Authorization: "+scoped("s3"))
	if want := "GET /base%20x/b/a%20b?c "; !strings.HasPrefix(a.body, want) {
		t.Errorf("%d %s, want %s", a.status, a.body, want)
	}
}

// Each service has its target; what has none of its own goes to the target of all; and
// what is here is not forwarded.
func TestForwardedByService(t *testing.T) {
	named := func(name string) string {
		return target(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, name) })
	}
	addr := serveWith(t, functions(echo), wire.Options{Forwards: forwards(t, named("others"), "s3="+named("s3"), "stepfunctions="+named("states"))})
	const form = "Content-Type: application/x-www-form-urlencoded"
	tests := []struct {
		name, method, path, body string
		header                   []string
		want                     string // empty: it was not forwarded
	}{
		{"scope", "GET", "/", "", []string{"Authorization: " + scoped("s3")}, "s3"},
		{"scope of another service", "POST", "/", "", []string{"Authorization: " + scoped("events")}, "others"},
		{"scope without spaces", "GET", "/", "", []string{"Authorization: AWS4-HMAC-SHA256 SignedHeaders=host,Credential=a/1/r/s3/aws4_request,Signature=b"}, "s3"},
		{"scope of several regions", "GET", "/", "", []string{"Authorization: AWS4-ECDSA-P256-SHA256 Credential=a/20260101/s3/aws4_request, SignedHeaders=host, Signature=b"}, "s3"},
		{"scope in the query", "GET", "/b/k?X-Amz-Credential=a%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=b", "", nil, "s3"},
		{"signature version 2", "GET", "/b/k", "", []string{"Authorization: AWS AKID:b"}, "s3"},
		{"signature version 2 in the query", "GET", "/?AWSAccessKeyId=a&Signature=b&Expires=1", "", nil, "s3"},
		{"scope before target", "POST", "/", "{}", []string{"Authorization: " + scoped("states"), "X-Amz-Target: DynamoDB_20120810.ListTables"}, "states"},
		{"target", "POST", "/", "{}", []string{"X-Amz-Target: AWSStepFunctions.ListStateMachines"}, "states"},
		{"target of Cognito's, which signs nothing", "POST", "/", "{}", []string{"X-Amz-Target: AWSCognitoIdentityProviderService.SignUp"}, "others"},
		{"virtual host", "GET", "/k", "", []string{"Host: photos.localhost"}, "s3"},
		{"virtual host's bucket", "GET", "/", "", []string{"Host: photos.s3.us-east-1.localhost:4566"}, "s3"},
		{"path", "GET", "/b/k", "", nil, "s3"},
		{"form for a bucket", "POST", "/b", "x", []string{"Content-Type: multipart/form-data; boundary=x"}, "s3"},
		{"version in the query", "GET", "/?Action=GetCallerIdentity&Version=2011-06-15", "", nil, "others"},
		{"version in the body", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", []string{form}, "others"},

		{"DynamoDB", "POST", "/", "{}", []string{"Authorization: " + scoped("dynamodb"), "X-Amz-Target: DynamoDB_20120810.Nothing"}, ""},
		{"DynamoDB, unsigned", "POST", "/", "{}", []string{"X-Amz-Target: DynamoDB_20120810.ListTables"}, ""},
		{"DynamoDB with S3's path", "PUT", "/b/k", "", []string{"Authorization: " + scoped("dynamodb")}, ""},
		{"an unknown target", "POST", "/", "{}", []string{"X-Amz-Target: Nobody.Knows"}, ""},
		{"Lambda", "POST", "/2015-03-31/functions/f/invocations", "{}", nil, ""},
		{"Lambda, unknown", "GET", "/2015-03-31/functions/f/unknown", "", nil, ""},
		{"health", "GET", "/", "", nil, ""},
		{"DynamoDB's own host", "POST", "/", "{}", []string{"Host: dynamodb.us-east-1.localhost"}, ""},
		{"a scope that is none", "POST", "/", "{}", []string{"Authorization: " + scoped("a b")}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := send(t, addr, tt.method, tt.path, tt.body, tt.header...)
			if got := a.body; got != tt.want && (tt.want != "" || got == "others" || got == "s3" || got == "states") {
				t.Errorf("%d %q, want %q", a.status, got, tt.want)
			}
		})
	}
}

// A connection goes on with requests of all services, in any order.
func TestForwardedKeepAlive(t *testing.T) {
	conn := dial(t, serveWith(t, nil, wire.Options{Forwards: forwards(t, target(t, describe))}))
	answers := bufio.NewReader(conn)
	const own = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Type: application/json\r\nX-Amz-Date: a\r\nAuthorization: " + signature + "\r\nContent-Length: 2\r\n\r\n{}"
	put := func(n int) string {
		return fmt.Sprintf("PUT /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n%s", scoped("s3"), n, strings.Repeat("x", n))
	}
	chunked := "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + scoped("s3") + "\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
	get := "GET /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + scoped("s3") + "\r\n\r\n"
	for _, requests := range [][]string{{own}, {put(2)}, {put(100_000)}, {own, own}, {chunked}, {get}, {get, own, put(3), own, chunked, get}, {own}} {
		if _, err := io.WriteString(conn, strings.Join(requests, "")); err != nil {
			t.Fatal(err)
		}
		for _, request := range requests {
			resp, err := http.ReadResponse(answers, nil)
			if err != nil {
				t.Fatalf("%.40q: %v", request, err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			want := `{"TableNames":[]}`
			if request != own {
				want = strings.Join(strings.Fields(request)[:2], " ") + " "
			}
			if err != nil || resp.StatusCode != http.StatusOK || resp.Close || !strings.HasPrefix(string(body), want) {
				t.Fatalf("%.40q: %d %.100s, close %v, %v", request, resp.StatusCode, body, resp.Close, err)
			}
		}
	}
}
