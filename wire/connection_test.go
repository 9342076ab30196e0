package wire_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/internal/webpage"
	"lullaby/wire"
)

// Answers of the real service before it looks at an operation, with checksums
// of its bytes (architect/dynalite, test/connection.js).
func TestRecordedAnswers(t *testing.T) {
	addr := serveWith(t, nil, wire.Options{Hosts: []webpage.Host{"dynamodb.us-east-1.amazonaws.com"}})
	const (
		host    = "Host: dynamodb.us-east-1.amazonaws.com"
		target  = "X-Amz-Target: DynamoDB_20120810.ListTables"
		syntax  = "3948637019"
		unknown = "1368724161"
		missing = "2088342776"
		both    = "2139606068"
		absent  = "3552371480" // <UnknownOperationException/>
		healthy = "3128867991"
	)
	tests := []struct {
		name, method, path, body string
		header                   []string
		status                   int
		contentType, crc32       string
	}{
		{"health", "GET", "/", "", []string{host}, 200, "", healthy},
		{"PUT", "PUT", "/", "", nil, 404, "", absent},
		{"DELETE", "DELETE", "/", "", nil, 404, "", absent},
		{"OPTIONS", "OPTIONS", "/", "", nil, 404, "", absent},
		{"no type", "POST", "/", "hi", nil, 404, "", absent},
		{"another type", "POST", "/", "hi", []string{"Content-Type: whatever"}, 404, "", absent},
		{"JSON 1.1", "POST", "/", "hi", []string{"Content-Type: application/x-amz-json-1.1"}, 404, "", absent},
		{"almost JSON", "POST", "/", "hi", []string{"Content-Type: application/jsonasdf"}, 404, "", absent},
		{"syntax", "POST", "/", "hi", []string{"Content-Type:   application/json  ;   asfd"}, 400, "application/json", syntax},
		{"syntax in 1.0", "POST", "/", "hi", []string{"Content-Type: application/x-amz-json-1.0;blah"}, 400, "application/x-amz-json-1.0", syntax},
		{"nothing", "POST", "/", "", nil, 400, "application/json", unknown},
		{"no target", "POST", "/", "{}", []string{"Content-Type: application/x-amz-json-1.0"}, 400, "application/x-amz-json-1.0", unknown},
		{"another target", "POST", "/", "", []string{"X-Amz-Target: DynamoDB_20120810.ListTable"}, 400, "application/json", unknown},
		{"no signature", "POST", "/", "", []string{target}, 400, "application/json", missing},
		{"beginning of a signature", "POST", "/", "", []string{target, "Authorization: AWS4"}, 400, "application/json", missing},
		{"all but the algorithm", "POST", "/?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d", "", []string{target}, 400, "application/json", missing},
		{"two signatures", "POST", "/?X-Amz-Algorithm", "", []string{target, "Authorization: X"}, 400, "application/json", both},
		{"no parts", "POST", "/", "", []string{target, "Authorization: AWS4-"}, 400, "application/json", "1828866742"},
		{"no comma", "POST", "/", "", []string{target, "Authorization: AWS4- Signature=b Credential=a", "Date: a"}, 400, "application/json", "15336762"},
		{"comma", "POST", "/", "", []string{target, "Authorization: AWS4- Signature=b,Credential=a", "Date: a"}, 400, "application/json", "1159703774"},
		{"comma and space", "POST", "/", "", []string{target, "Authorization: AWS4- Signature=b, Credential=a", "Date: a"}, 400, "application/json", "164353342"},
		{"no parts in the query", "POST", "/?X-Amz-Algorithm", "", []string{target}, 400, "application/json", "2900502663"},
		{"a part of the query", "POST", "/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d", "", []string{target}, 400, "application/json", "3712057481"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := send(t, addr, tt.method, tt.path, tt.body, tt.header...)
			got := []any{a.status, a.header["Content-Type"], a.header["x-amz-crc32"], len(a.header["x-amzn-RequestId"])}
			if diff := cmp.Diff([]any{tt.status, tt.contentType, tt.crc32, 52}, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", a.body, diff)
			}
		})
	}
}

// Header names and values in AWS's spelling, without ids and the date.
func TestHeaders(t *testing.T) {
	addr := serveWith(t, functions(echo), wire.Options{Origins: []webpage.Origin{"http://a"}, Hosts: []webpage.Host{"dynamodb.us-east-1.amazonaws.com"}})
	const host = "Host: dynamodb.us-east-1.amazonaws.com"
	const origin = "Origin: http://a"
	ask := []string{origin, "Access-Control-Request-Headers: a, b, c", "Access-Control-Request-Method: d"}
	const exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,x-amz-log-result,x-amz-function-error"
	const invoke = "/2015-03-31/functions/f/invocations"
	tests := []struct {
		name, method, path string
		header             []string
		status             int
		want               map[string]string
	}{
		{"health", "GET", "/", []string{host}, 200, map[string]string{"Server": "Server", "x-amz-crc32": "3128867991", "Content-Length": "42"}},
		{"health of a site", "GET", "/", []string{host, origin}, 200, map[string]string{"Server": "Server", "x-amz-crc32": "3128867991", "Content-Length": "42", "Access-Control-Allow-Origin": "*"}},
		{"error", "POST", "/", []string{origin}, 400, map[string]string{"Server": "Server", "Content-Type": "application/json", "x-amz-crc32": "1368724161", "Content-Length": "63", "Access-Control-Allow-Origin": "*"}},
		{"preflight", "OPTIONS", "/", []string{origin}, 200, map[string]string{"Content-Length": "0", "Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "172800"}},
		{"preflight that asks", "OPTIONS", "/", ask, 200, map[string]string{
			"Content-Length": "0", "Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "172800",
			"Access-Control-Allow-Headers": "a, b, c", "Access-Control-Allow-Methods": "d",
		}},
		{"preflight of lambda", "OPTIONS", invoke, ask, 200, map[string]string{
			"Content-Length": "0", "Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "172800",
			"Access-Control-Allow-Headers": "a, b, c", "Access-Control-Allow-Methods": "d", "Access-Control-Expose-Headers": exposed,
		}},
		{"lambda of a site", "POST", invoke, []string{origin}, 200, map[string]string{
			"Content-Type": "application/json", "Content-Length": "0", "X-Amz-Executed-Version": "$LATEST",
			"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": exposed,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := send(t, addr, tt.method, tt.path, "", tt.header...)
			for _, name := range []string{"Date", "x-amzn-RequestId", "Connection"} {
				if a.header[name] == "" {
					t.Errorf("no %s", name)
				}
				delete(a.header, name)
			}
			if diff := cmp.Diff(tt.want, a.header); diff != "" || a.status != tt.status {
				t.Errorf("%d, want %d, header (-want +got):\n%s", a.status, tt.status, diff)
			}
		})
	}
}

// A connection stays open after every answer, except to a request that cannot
// be read.
func TestKeepAlive(t *testing.T) {
	conn := dial(t, serve(t, nil))
	answers := bufio.NewReader(conn)
	for _, tt := range []struct {
		request string
		status  int
	}{
		{"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 200},
		{"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi", 404},
		{fmt.Sprintf("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", 16<<20+1, strings.Repeat(" ", 16<<20+1)), 413},
		{"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 400},
	} {
		if _, err := io.WriteString(conn, tt.request); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != tt.status || resp.Close {
			t.Errorf("%.20q: %d, close %v, %v, want %d and an open connection", tt.request, resp.StatusCode, resp.Close, err, tt.status)
		}
	}
}

// The head of a request has at most 32 KB, its request line included.
func TestBoundOfHeads(t *testing.T) {
	addr := serve(t, nil)
	for _, place := range []string{"GET /?%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: %s\r\n\r\n"} {
		for size, status := range map[int]int{32 << 10: 200, 32<<10 + 1: 431} {
			head := fmt.Sprintf(place, strings.Repeat("x", size-len(place)+len("%s")))
			conn := dial(t, addr)
			if _, err := io.WriteString(conn, head); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != status {
				t.Errorf("%.20q of %d bytes: %d, want %d", head, len(head), resp.StatusCode, status)
			}
		}
	}
}
