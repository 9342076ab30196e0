package wire_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"lullaby/internal/webpage"
	"lullaby/lambda"
	"lullaby/wire"
)

// What a browser sends for a page that nobody let in is refused, to every service
// and with the flag that would let it in. Nothing else is.
func TestWebPages(t *testing.T) {
	const page, own = "http://localhost:5173", "http://localhost:4566"
	const invoke = "/2015-03-31/functions/f/invocations"
	const cors, host = "--cors ORIGIN", "--host NAME"
	var invoked atomic.Int64
	addr := serveWith(t, functions(func(in lambda.InvokeInput) (lambda.InvokeOutput, error) {
		invoked.Add(1)
		return echo(in)
	}), wire.Options{Origins: []webpage.Origin{page}, Hosts: []webpage.Host{"host.docker.internal"}})
	listTables := http.Header{
		"X-Amz-Target": {"DynamoDB_20120810.ListTables"}, "Content-Type": {"application/x-amz-json-1.0"},
		"Authorization": {signature}, "X-Amz-Date": {"20260101T000000Z"},
	}
	tests := []struct{ name, method, host, origin, site, flag string }{
		{"a program", "POST", "localhost:4566", "", "", ""},
		{"a program to an address", "POST", "127.0.0.1:4566", "", "", ""},
		{"a program to another loopback address", "POST", "127.8.8.8", "", "", ""},
		{"a program to IPv6", "POST", "[::1]:4566", "", "", ""},
		{"a program to all addresses", "POST", "0.0.0.0:4566", "", "", ""},
		{"a program to a name in capitals", "POST", "LOCALHOST.:4566", "", "", ""},
		{"a program to a name below localhost", "POST", "aws.localhost:4566", "", "", ""},
		{"a program in a container", "POST", "host.docker.internal:4566", "", "", ""},
		{"a person", "POST", "localhost:4566", "", "none", ""},
		{"a page that is let in", "POST", "localhost:4566", page, "cross-site", ""},
		{"its preflight", "OPTIONS", "localhost:4566", page, "", ""},
		{"a page in a container", "POST", "host.docker.internal:4566", page, "", ""},

		{"a page", "POST", "localhost:4566", "http://evil.test", "cross-site", cors},
		{"its preflight", "OPTIONS", "localhost:4566", "http://evil.test", "", cors},
		{"a page of another port", "POST", "localhost:4566", "http://localhost:5174", "same-site", cors},
		{"a page of another scheme", "POST", "localhost:4566", "https://localhost:5173", "cross-site", cors},
		{"a page with the endpoint's own origin", "POST", "localhost:4566", own, "same-origin", cors},
		{"a sandboxed frame", "POST", "localhost:4566", "null", "cross-site", cors},
		{"an image", "GET", "localhost:4566", "", "cross-site", cors},
		{"an image of the same site", "GET", "localhost:4566", "", "same-site", cors},
		{"a page at the endpoint's address", "GET", "localhost:4566", "", "same-origin", "forwarded"},
		{"a name bound to loopback", "POST", "evil.test:4566", "http://evil.test:4566", "", host},
		{"its GET, without an Origin", "GET", "evil.test:4566", "", "", host},
		{"its page, if an Origin is let in", "POST", "evil.test", page, "", host},
		{"a name that begins like ours", "POST", "localhost.evil.test", "", "", host},
		{"a name that begins like an address", "POST", "127.0.0.1.evil.test:4566", "", "", host},
		{"an address that is not ours", "POST", "192.0.2.1:4566", "", "", host},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			invoked.Store(0)
			for _, path := range []string{"/", invoke} {
				r, err := http.NewRequestWithContext(t.Context(), tt.method, "http://"+addr+path, strings.NewReader("{}"))
				if err != nil {
					t.Fatal(err)
				}
				r.Header = listTables.Clone()
				r.Host = tt.host
				for name, value := range map[string]string{"Origin": tt.origin, "Sec-Fetch-Site": tt.site} {
					if value != "" {
						r.Header.Set(name, value)
					}
				}
				status, header, body := do(t, r)
				switch {
				case tt.flag == "" && status != http.StatusOK:
					t.Errorf("%s: %d %s", path, status, body)
				case tt.flag != "" && (status != http.StatusForbidden || !strings.Contains(body, tt.flag) || invoked.Load() != 0 ||
					header.Get("Content-Type") != "text/plain; charset=utf-8" || header.Get("Access-Control-Allow-Origin") != ""):
					t.Errorf("%s: %d %s%v, %d invocations, want 403 and %s", path, status, body, header, invoked.Load(), tt.flag)
				}
			}
		})
	}
}

// do sends r and returns the answer.
func do(t *testing.T, r *http.Request) (status int, header http.Header, body string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

// The refusal of a page is told like those of services.
func TestRefusedPagesAreTold(t *testing.T) {
	var told []wire.Refusal
	addr := serveWith(t, nil, wire.Options{Refused: func(r wire.Refusal) { told = append(told, r) }})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "http://evil.test")
	do(t, r)
	if len(told) != 1 || told[0].Status != http.StatusForbidden || told[0].Operation != "POST /" || !strings.Contains(told[0].Message, "--cors") {
		t.Errorf("told: %+v", told)
	}
}
