package wire

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lullaby/internal/sigv4"
	"lullaby/internal/webpage"
	"lullaby/storage"
	topics "lullaby/topic/store"
)

// foreignWorld has an endpoint with SNS alone, and so with TLS, at a real address.
func foreignWorld(t *testing.T, o Options) (addr string) {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	e, err := topics.New(db, topics.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := New(Services{SNS: e}, o)
	ended := make(chan error, 1) // what Serve returned, once
	go func() { ended <- s.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := errors.Join(s.Shutdown(ctx), <-ended, db.Close()); err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

func forwardsTo(t *testing.T, values ...string) []Forward {
	t.Helper()
	list := make([]Forward, len(values))
	for i, v := range values {
		if err := list[i].UnmarshalText([]byte(v)); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// say sends a request of lines without their ends, and returns the answer: its status, type,
// error headers and body, without ids.
func say(t *testing.T, addr string, lines ...string) string {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.Join(lines, "\r\n")); err != nil {
		t.Fatal(err)
	}
	return heard(t, bufio.NewReader(conn), lines[0])
}

func heard(t *testing.T, from *bufio.Reader, line string) string {
	t.Helper()
	method, _, _ := strings.Cut(line, " ")
	resp, err := http.ReadResponse(from, &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	for _, name := range []string{"x-amzn-ErrorType", "Smithy-Protocol"} {
		if value := resp.Header.Get(name); value != "" {
			text = strings.Join([]string{text, value}, " ")
		}
	}
	if id := resp.Header.Get("x-amzn-RequestId"); id != "" {
		body = []byte(strings.ReplaceAll(string(body), id, "ID"))
	}
	if printable := strings.ToValidUTF8(string(body), "."); printable != "" {
		text += " " + strings.TrimSpace(printable)
	}
	return text
}

func authorization(service string) string { return "Authorization: " + credential(service) }

// refusedTarget is an address at which nobody listens.
const refusedTarget = "http://127.0.0.1:1"

// TestForeignFaults reaches every row of services that the endpoint lacks, in every form.
// The answers are in testdata/foreign.txt.
func TestForeignFaults(t *testing.T) {
	text, err := os.ReadFile("testdata/foreign.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, answer, _ := strings.Cut(strings.TrimSpace(line), ": ")
		want[name] = answer
	}
	tests := foreignCases(t)
	reached := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var told []Refusal
			test := tests[name]
			test.o.Refused = func(r Refusal) { mu.Lock(); defer mu.Unlock(); told = append(told, r) }
			got := say(t, foreignWorld(t, test.o), test.lines...)
			got, _, _ = strings.Cut(got, ".\n\nThe Canonical")
			if want := want[name]; got != want && (!strings.HasSuffix(want, "...") || !strings.HasPrefix(got, strings.TrimSuffix(want, "..."))) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			mu.Lock()
			defer mu.Unlock()
			if len(told) != 1 {
				t.Fatalf("told: %+v", told)
			}
			reached[fmt.Sprint(told[0].Status, told[0].Code)] = true
		})
	}
	for _, r := range foreignFaults {
		if !reached[fmt.Sprint(r.status, r.exception)] {
			t.Errorf("no request reaches %d %s", r.status, r.exception)
		}
	}
}

// A foreignCase is a request to a service that the endpoint lacks.
type foreignCase struct {
	o     Options
	lines []string // without their ends
}

func foreignCases(t *testing.T) map[string]foreignCase {
	t.Helper()
	const host, empty, end = "Host: localhost", "Content-Length: 0", "\r\n"
	const form = "Content-Type: application/x-www-form-urlencoded"
	key := sigv4.Keys{"AKID": {SecretAccessKey: "secret"}}
	there := httptest.NewServer(nil)
	t.Cleanup(there.Close)
	none, broken, keys := Options{}, Options{Forwards: forwardsTo(t, refusedTarget)}, Options{Keys: key, Forwards: forwardsTo(t, refusedTarget)}
	return map[string]foreignCase{
		"none/json 1.1":     {none, []string{"POST / HTTP/1.1", host, "Content-Type: application/x-amz-json-1.1", "X-Amz-Target: secretsmanager.GetSecretValue", authorization("secretsmanager"), "Content-Length: 2", "", "{}"}},
		"none/json 1.0":     {none, []string{"POST / HTTP/1.1", host, "Content-Type: application/x-amz-json-1.0", "X-Amz-Target: AWSStepFunctions.StartExecution", authorization("states"), "Content-Length: 2", "", "{}"}},
		"none/query":        {none, []string{"POST / HTTP/1.1", host, form, authorization("sts"), "Content-Length: 24", "", "Action=GetCallerIdentity"}},
		"none/query in GET": {none, []string{"GET /?Action=GetCallerIdentity&Version=2011-06-15 HTTP/1.1", host, end}},
		"none/ec2":          {none, []string{"POST / HTTP/1.1", host, form, authorization("ec2"), "Content-Length: 21", "", "Action=DescribeHosts "}},
		"none/rest json":    {none, []string{"POST /v1/email HTTP/1.1", host, "Content-Type: application/json", authorization("ses"), "Content-Length: 2", "", "{}"}},
		"none/cbor":         {none, []string{"POST /service/Logs/operation/PutLogEvents HTTP/1.1", host, "Smithy-Protocol: rpc-v2-cbor", authorization("logs"), empty, end}},
		"none/rest xml":     {none, []string{"GET /2013-04-01/hostedzone HTTP/1.1", host, authorization("route53"), end}},
		"none/s3":           {none, []string{"GET /b/k HTTP/1.1", host, authorization("s3"), end}},
		"none/s3 HEAD":      {none, []string{"HEAD /b/k HTTP/1.1", host, authorization("s3"), end}},
		"none/s3 in 1.0":    {none, []string{"GET /b/k HTTP/1.0", authorization("s3"), end}},
		"none/virtual host": {none, []string{"GET /k HTTP/1.1", "Host: photos.localhost:4566", end}},
		"none/Cognito":      {none, []string{"POST / HTTP/1.1", host, "Content-Type: application/x-amz-json-1.1", "X-Amz-Target: AWSCognitoIdentityProviderService.SignUp", "Content-Length: 2", "", "{}"}},
		"none/large":        {none, []string{"PUT /b/k HTTP/1.1", host, authorization("s3"), "Content-Length: 99999999", "", "beginning"}},
		"none/100 Continue": {none, []string{"PUT /b/k HTTP/1.1", host, authorization("s3"), "Expect: 100-continue", "Content-Length: 5", end}},

		"broken/s3":       {broken, []string{"GET /b/k HTTP/1.1", host, authorization("s3"), end}},
		"broken/large":    {broken, []string{"PUT /b/k HTTP/1.1", host, authorization("s3"), "Content-Length: 99999999", "", "beginning"}},
		"broken/continue": {broken, []string{"PUT /b/k HTTP/1.1", host, authorization("s3"), "Expect: 100-continue", "Content-Length: 5", end}},
		"broken/json":     {broken, []string{"POST / HTTP/1.1", host, "X-Amz-Target: secretsmanager.GetSecretValue", authorization("secretsmanager"), "Content-Length: 2", "", "{}"}},
		"loop":            {broken, []string{"GET /b/k HTTP/1.1", host, authorization("s3"), "Via: 1.1 lullaby", end}},
		"head":            {broken, []string{"GET /b/%zz HTTP/1.1", host, authorization("s3"), end}},
		"chunks":          {Options{Forwards: forwardsTo(t, there.URL)}, []string{"PUT /b/k HTTP/1.1", host, authorization("s3"), "Transfer-Encoding: chunked", "", "nonsense", end}},

		"keys/unsigned":    {keys, []string{"GET /b/k HTTP/1.1", host, end}},
		"keys/Cognito":     {keys, []string{"POST / HTTP/1.1", host, "X-Amz-Target: AWSCognitoIdentityProviderService.SignUp", "Content-Length: 2", "", "{}"}},
		"keys/incomplete":  {keys, []string{"GET /b/k HTTP/1.1", host, "Authorization: AWS4-HMAC-SHA256 Credential=a/1/r/s3/aws4_request", end}},
		"keys/unknown key": {keys, []string{"GET /b/k HTTP/1.1", host, "X-Amz-Date: " + time.Now().UTC().Format("20060102T150405Z"), authorization("s3"), end}},
		"keys/late":        {keys, []string{"GET /b/k HTTP/1.1", host, "X-Amz-Date: 20200101T000000Z", authorization("s3"), end}},
		"keys/too large":   {keys, []string{"POST / HTTP/1.1", host, authorization("kinesis"), "X-Amz-Date: 20200101T000000Z", "X-Amz-Target: Kinesis_20131202.PutRecords", fmt.Sprintf("Content-Length: %d", maxBody+1), "", strings.Repeat(" ", maxBody+1)}},
	}
}

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

func TestForwardText(t *testing.T) {
	for text, want := range map[string]string{
		"http://127.0.0.1:4567": "http://127.0.0.1:4567", "https://a/base/": "https://a/base", "s3=http://a": "s3=http://a", "StepFunctions=http://a:1/x%20y": "states=http://a:1/x%20y",
		"": "", "s3": "", "s3=": "", "s3=a:1": "", "ftp://a": "", "http://": "", "=http://a": "", "s3=http://u:p@a": "", "http://a?b=c": "", "http://a/#b": "", "a b=http://c": "",
	} {
		var f Forward
		err := f.UnmarshalText([]byte(text))
		if (err != nil) != (want == "") || err == nil && f.String() != want {
			t.Errorf("%q: %v, %v, want %q", text, f, err, want)
		}
		if err != nil && strings.Contains(err.Error(), ":p@") {
			t.Errorf("%q: %v tells the password", text, err)
		}
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
	var c net.Conn = conn
	for range 3 {
		c = newResumed(t.Context(), c, nil)
	}
	if c.(*resumed).Conn != conn { //nolint:forcetypeassert // newResumed returns it
		t.Errorf("%T is around %T", c, c.(*resumed).Conn) //nolint:forcetypeassert // the same
	}
}
