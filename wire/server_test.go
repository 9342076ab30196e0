package wire_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo"
	"lullaby/internal/webpage"
	"lullaby/lambda"
	"lullaby/storage"
	"lullaby/wire"
)

// serve starts an endpoint with its own DynamoDB and functions, and returns its
// address.
func serve(t *testing.T, functions lambda.Invoker) string {
	t.Helper()
	return serveWith(t, functions, wire.Options{})
}

func serveWith(t *testing.T, functions lambda.Invoker, o wire.Options) string {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := dynamo.New(db, dynamo.Options{Instant: true})
	if err != nil {
		t.Fatal(err)
	}
	halt := wire.RunEngine(engine)
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	services := wire.Services{DynamoDB: engine}
	if functions != nil {
		services.Lambda = streamed{functions}
	}
	s := wire.New(services, o)
	ended := make(chan error, 1) // what Serve returned, once
	go func() { ended <- s.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		err := errors.Join(s.Shutdown(ctx), <-ended)
		halt()
		if err := errors.Join(err, engine.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// An answer is a response, with header names as they were sent.
type answer struct {
	status int
	header map[string]string
	body   string
}

const signature = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b"

// send writes a request by hand, so that the test sees the bytes on the wire.
func send(t *testing.T, addr, method, path, body string, header ...string) answer {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if !slices.ContainsFunc(header, func(h string) bool { return strings.HasPrefix(h, "Host: ") }) {
		header = append(header, "Host: localhost")
	}
	fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nConnection: close\r\n", method, path)
	if !slices.Contains(header, "Transfer-Encoding: chunked") {
		fmt.Fprintf(conn, "Content-Length: %d\r\n", len(body))
	}
	for _, h := range header {
		fmt.Fprintf(conn, "%s\r\n", h)
	}
	fmt.Fprintf(conn, "\r\n%s", body)
	raw, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("%v after %q", err, raw)
	}
	head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(string(raw))), nil)
	if err != nil {
		t.Fatalf("%v in %q", err, raw)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: resp.StatusCode, header: map[string]string{}, body: string(text)}
	for _, line := range strings.Split(head, "\r\n")[1:] {
		name, value, _ := strings.Cut(line, ": ")
		a.header[name] = value
	}
	return a
}

func dynamoDB(t *testing.T, addr, operation, body string, header ...string) answer {
	t.Helper()
	return send(t, addr, "POST", "/", body, append(header, "X-Amz-Target: DynamoDB_20120810."+operation,
		"Content-Type: application/x-amz-json-1.0", "Authorization: "+signature, "X-Amz-Date: 20260101T000000Z")...)
}

const table = `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],` +
	`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],` +
	`"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}`

func TestDynamoDBAnswers(t *testing.T) {
	addr := serve(t, nil)
	if a := dynamoDB(t, addr, "CreateTable", table); a.status != 200 {
		t.Fatalf("CreateTable: %d %s", a.status, a.body)
	}
	if a := dynamoDB(t, addr, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"ü"}}}`); a.status != 200 || a.body != "{}" {
		t.Fatalf("PutItem: %d %s", a.status, a.body)
	}
	a := dynamoDB(t, addr, "GetItem", `{"TableName":"tab","Key":{"id":{"S":"ü"}},"Unknown":1}`)
	if want := `{"Item":{"id":{"S":"ü"}}}`; a.status != 200 || a.body != want {
		t.Errorf("GetItem: %d %s, want 200 %s", a.status, a.body, want)
	}
	if got := a.header["Content-Type"]; got != "application/x-amz-json-1.0" {
		t.Errorf("Content-Type %q", got)
	}
	if got, want := a.header["x-amz-crc32"], strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(a.body))), 10); got != want {
		t.Errorf("x-amz-crc32 %q, want %q", got, want)
	}
	if got := a.header["x-amzn-RequestId"]; !regexp.MustCompile(`^[0-9A-Z]{52}$`).MatchString(got) {
		t.Errorf("x-amzn-RequestId %q", got)
	}
}

func TestDynamoDBRefusals(t *testing.T) {
	addr := serve(t, nil)
	dynamoDB(t, addr, "CreateTable", table)
	// The burst of one unit a second is 300; this takes more, once.
	spend := `{"TableName":"tab","Item":{"id":{"S":"a"},"b":{"S":"` + strings.Repeat("x", 350<<10) + `"}}}`
	if a := dynamoDB(t, addr, "PutItem", spend); a.status != 200 || a.body != "{}" {
		t.Fatalf("PutItem: %d %s, want 200 {}", a.status, a.body)
	}
	tests := []struct{ name, operation, in, want string }{
		{"syntax", "PutItem", `{"TableName":`, `{"__type":"com.amazon.coral.service#SerializationException"}`},
		{"no body", "PutItem", ``, `{"__type":"com.amazon.coral.service#SerializationException"}`},
		{"null", "ListTables", ` null `, `{"__type":"com.amazon.coral.service#SerializationException"}`},
		{"a list", "ListTables", `[]`, `{"__type":"com.amazon.coral.service#SerializationException","Message":"Unrecognized collection type class com.amazonaws.dynamodb.v20120810.ListTables"}`},
		{"shape", "PutItem", `{"TableName":1.5}`, `{"__type":"com.amazon.coral.service#SerializationException","Message":"DECIMAL_VALUE cannot be converted to String"}`},
		{"shape of a member", "CreateTable", `{"KeySchema":["x"]}`, `{"__type":"com.amazon.coral.service#SerializationException","Message":"Unexpected value type in payload"}`},
		{"integer", "ListTables", `{"Limit":"x"}`, `{"__type":"com.amazon.coral.service#SerializationException","Message":"STRING_VALUE cannot be converted to Integer"}`},
		{"validation", "DescribeTable", `{}`, `{"__type":"com.amazon.coral.validate#ValidationException","message":"The parameter 'TableName' is required but was not present in the request"}`},
		{"not found", "DescribeTable", `{"TableName":"nope"}`, `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found: Table: nope not found"}`},
		{"in use", "CreateTable", table, `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceInUseException","message":"Table already exists: tab"}`},
		{"unknown operation", "Nap", `{}`, `{"__type":"com.amazon.coral.service#UnknownOperationException"}`},
		{"write capacity", "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}}}`, `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",` +
			`"message":"The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",` +
			`"ThrottlingReasons":[{"reason":"TableWriteProvisionedThroughputExceeded","resource":"arn:aws:dynamodb:us-east-1:123456789012:table/tab"}]}`},
	}
	for _, tt := range tests {
		a := dynamoDB(t, addr, tt.operation, tt.in)
		if diff := cmp.Diff(tt.want, a.body); diff != "" || a.status != 400 {
			t.Errorf("%s: status %d (-want +got):\n%s", tt.name, a.status, diff)
		}
	}
}

func TestProtocol(t *testing.T) {
	addr := serveWith(t, nil, wire.Options{Origins: []webpage.Origin{"http://a"}})
	const target = "X-Amz-Target: DynamoDB_20120810.ListTables"
	const json = "Content-Type: application/json; charset=utf-8"
	const date = "X-Amz-Date: 20260101T000000Z"
	tests := []struct {
		name, method, path, body string
		header                   []string
		status                   int
		want                     string
	}{
		{"health", "GET", "/", "", nil, 200, "healthy: localhost "},
		{"health at a port", "GET", "/?x", "", []string{"Host: 127.0.0.1:8000"}, 200, "healthy: 127.0.0.1:8000 "},
		{"health elsewhere", "GET", "/healthy", "", nil, 404, "<UnknownOperationException/>\n"},
		{"another method", "PUT", "/", "", nil, 404, "<UnknownOperationException/>\n"},
		{"another type", "POST", "/", "{}", []string{target, "Content-Type: text/plain"}, 404, "<UnknownOperationException/>\n"},
		{"names in any case", "POST", "/", "{}", []string{"x-amz-target: DynamoDB_20120810.ListTables", "content-type: application/json", "AUTHORIZATION: " + signature, date}, 200, `{"TableNames":[]}`},
		{"no signature", "POST", "/", "{}", []string{target, json}, 400, `{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}`},
		{"syntax before the signature", "POST", "/", "{", []string{target, json}, 400, `{"__type":"com.amazon.coral.service#SerializationException"}`},
		{"part of a signature", "POST", "/", "{}", []string{target, json, date, "Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=b"}, 400, `{"__type":"com.amazon.coral.service#IncompleteSignatureException","message":"Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 Credential=a, Signature=b"}`},
		{"presigned", "POST", "/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-SignedHeaders=d&X-Amz-Date=e", "{}", []string{target, json}, 200, `{"TableNames":[]}`},
		{"both signatures", "POST", "/?X-Amz-Algorithm=a", "{}", []string{target, json, "Authorization: " + signature}, 400, `{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."}`},
		{"preflight", "OPTIONS", "/", "", []string{"Origin: http://a", "Access-Control-Request-Method: POST"}, 200, ""},
		{"a body too large", "POST", "/", strings.Repeat(" ", 16<<20+1), []string{target, json}, 413, ""},
		{"a body much too large", "POST", "/", strings.Repeat(" ", 21<<20), []string{target, json}, 413, ""},
		{"a body as large as may be", "POST", "/", strings.Repeat(" ", 16<<20-2) + "{}", []string{target, json, date, "Authorization: " + signature}, 200, `{"TableNames":[]}`},
		{"a header too large", "POST", "/", "{}", []string{target, json, "X-Long: " + strings.Repeat("x", 33<<10)}, 431, ""},
		{"a request line too large", "POST", "/?" + strings.Repeat("x", 33<<10), "{}", []string{target, json}, 431, ""},
		{"a header much too large", "POST", "/", "{}", []string{target, json, "X-Long: " + strings.Repeat("x", 8<<20)}, 431, ""},
		{"a session token", "POST", "/", "{}", []string{target, json, date, "Authorization: " + signature, "X-Amz-Security-Token: " + strings.Repeat("x", 12<<10)}, 200, `{"TableNames":[]}`},
		{"a chunk of nonsense", "POST", "/", "{}", []string{target, "Transfer-Encoding: chunked"}, 400, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := send(t, addr, tt.method, tt.path, tt.body, tt.header...)
			if a.status != tt.status || a.body != tt.want {
				t.Errorf("%d %q, want %d %q", a.status, a.body, tt.status, tt.want)
			}
			if got := a.header["Transfer-Encoding"]; (got == "chunked") != (tt.status == 413) {
				t.Errorf("Transfer-Encoding %q at %d", got, a.status)
			}
		})
	}
}

// streamed is a lambda.Streamer of functions that do not stream, unless they do.
type streamed struct{ lambda.Invoker }

func (s streamed) InvokeStream(ctx context.Context, in lambda.InvokeInput) (lambda.Stream, error) {
	if f, ok := s.Invoker.(lambda.Streamer); ok {
		return f.InvokeStream(ctx, in)
	}
	return nil, errors.New("a function that does not stream")
}

// functions is a lambda.Invoker made of a function.
type functions func(lambda.InvokeInput) (lambda.InvokeOutput, error)

func (f functions) Invoke(_ context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	return f(in)
}

// echo is a function that returns its qualifier and its payload.
func echo(in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	return lambda.InvokeOutput{StatusCode: 200, RequestID: "id", ExecutedVersion: "$LATEST", Payload: []byte(in.Qualifier + string(in.Payload))}, nil
}

func TestInvoke(t *testing.T) {
	addr := serve(t, functions(func(in lambda.InvokeInput) (lambda.InvokeOutput, error) {
		switch {
		case in.FunctionName == "missing":
			return lambda.InvokeOutput{}, &lambda.NotFoundError{ARN: "arn:aws:lambda:us-east-1:123456789012:function:missing:$LATEST"}
		case in.FunctionName == "busy":
			return lambda.InvokeOutput{}, &lambda.ThrottleError{Function: "busy", Reason: lambda.ReservedConcurrentInvocationLimitExceeded}
		case in.FunctionName == "broken":
			return lambda.InvokeOutput{}, errors.New("disk on fire")
		case string(in.Payload) == "{":
			return lambda.InvokeOutput{}, fmt.Errorf("%w: unexpected end", lambda.ErrInvalidContent)
		case len(in.Payload) > 20:
			return lambda.InvokeOutput{}, fmt.Errorf("invoke: %w", lambda.ErrRequestTooLarge)
		case in.InvocationType == lambda.Event:
			return lambda.InvokeOutput{StatusCode: 202, RequestID: "id"}, nil
		}
		out := lambda.InvokeOutput{StatusCode: 200, RequestID: "id", ExecutedVersion: "$LATEST", Payload: []byte(in.Qualifier + string(in.Payload))}
		if in.LogTail {
			out.LogResult = []byte("log")
			out.FunctionError = "Unhandled"
		}
		return out, nil
	}))
	const at = "/2015-03-31/functions/"
	tests := []struct {
		path, body string
		header     []string
		status     int
		want       string
		wantHeader map[string]string
	}{
		{at + "f/invocations", `{"a":1}`, nil, 200, `{"a":1}`, map[string]string{"x-amzn-RequestId": "id", "X-Amz-Executed-Version": "$LATEST", "Content-Type": "application/json"}},
		{at + "f/invocations?Qualifier=q", `1`, []string{"X-Amz-Log-Type: Tail"}, 200, `q1`, map[string]string{"X-Amz-Log-Result": "bG9n", "X-Amz-Function-Error": "Unhandled"}},
		{at + "arn:aws:lambda:us-east-1:123456789012:function:f/invocations", `1`, nil, 200, `1`, nil},
		{at + "f/invocations", `1`, []string{"X-Amz-Invocation-Type: Event"}, 202, ``, map[string]string{"x-amzn-RequestId": "id"}},
		{at + "missing/invocations", ``, nil, 404, `{"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing:$LATEST"}`, map[string]string{"x-amzn-ErrorType": "ResourceNotFoundException"}},
		{at + "busy/invocations", ``, nil, 429, `{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}`, map[string]string{"x-amzn-ErrorType": "TooManyRequestsException"}},
		{at + "f/invocations", `{`, nil, 400, `{"Type":"User","Message":"Could not parse request body into json: unexpected end"}`, map[string]string{"x-amzn-ErrorType": "InvalidRequestContentException"}},
		{at + "f/invocations", strings.Repeat("1", 21), nil, 413, `{"Type":"User","Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}`, map[string]string{"x-amzn-ErrorType": "RequestTooLargeException"}},
		{at + "broken/invocations", ``, nil, 500, `{"Type":"Service","Message":"Internal server error"}`, map[string]string{"x-amzn-ErrorType": "ServiceException"}},
		{at + "f", ``, nil, 404, ``, nil},
	}
	for _, tt := range tests {
		a := send(t, addr, "POST", tt.path, tt.body, tt.header...)
		if a.status != tt.status || a.body != tt.want {
			t.Errorf("%s: %d %s, want %d %s", tt.path, a.status, a.body, tt.status, tt.want)
		}
		for name, want := range tt.wantHeader {
			if got := a.header[name]; got != want {
				t.Errorf("%s: %s: %q, want %q", tt.path, name, got, want)
			}
		}
	}
}
