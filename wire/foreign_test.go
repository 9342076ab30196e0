package wire

import (
	"bufio"
	"context"
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

	"lullaby/internal/sigv4"
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
