package wire

import (
	"context"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// A ping is the input and the output of an operation that no AWS service has.
type ping struct {
	Name  string
	Times int `json:",omitzero"`
}

func (p *ping) bind(r *request, body []byte) error {
	if err := awsjson.Unmarshal(body, p); err != nil {
		return err
	}
	p.Name = r.label("Name")
	return nil
}

// pings is a service that no AWS has.
func pings() *service {
	return &service{
		name: "pings", shape: "Pings_2026",
		operations: map[string]operation{
			"Ping": method(func(_ context.Context, _ instant.Instant, in *ping) (*ping, error) { return in, nil }).at("POST /pings/{Name}/times"),
			"List": method(func(context.Context, instant.Instant, *struct{}) (*struct{ Names []string }, error) {
				return &struct{ Names []string }{[]string{"a"}}, nil
			}).at("GET /pings/"),
			"Echo": method(func(_ context.Context, _ instant.Instant, in *ping) (*ping, error) { return in, nil }), // not over REST
		},
		unbuilt:    []string{"Pong"},
		faults:     dynamoDBFaults,
		unsigned:   true,
		compressed: true,
		query:      queryNames{xmlns: "http://pings.example.com/"},
	}
}

// TestProtocolsKnowNoService adds a service to an endpoint and calls its
// operations in each protocol.
func TestProtocolsKnowNoService(t *testing.T) {
	s, v := New(Services{}, Options{}), pings()
	s.speak(newREST(v), v)
	s.speak(awsJSON{}, v)
	s.speak(awsQuery{[]*service{v}}, v)
	const syntax, unknown = "SerializationException", "UnknownOperationException"
	const xml = `<?xml version="1.0"?><`
	tests := []struct {
		method, path, target, body string
		status                     int
		exception, want            string
	}{
		{"POST", "/", "Pings_2026.Ping", `{"Name":"a","Times":2}`, 200, "", `{"Name":"a","Times":2}`},
		{"POST", "/", "Pings_2026.List", `{}`, 200, "", `{"Names":["a"]}`},
		{"POST", "/", "Pings_2026.Ping", `{`, 400, "", `{"__type":"` + ofService + syntax + `"}`},
		{"POST", "/", "Pings_2026.Nothing", `{}`, 400, "", `{"__type":"` + ofService + unknown + `"}`},
		{"POST", "/", "Pings_2025.Ping", `{}`, 400, "", `{"__type":"` + ofService + unknown + `"}`},
		{"POST", "/pings/a/times", "", `{"Times":2}`, 200, "", `{"Name":"a","Times":2}`},
		{"POST", "/pings/arn:aws:a/times", "", `{}`, 200, "", `{"Name":"arn:aws:a"}`},
		{"GET", "/pings/", "", ``, 200, "", `{"Names":["a"]}`},
		{"POST", "/pings/a/times", "", `{`, 400, syntax, ""},
		{"GET", "/pings/a/times", "", ``, 400, unknown, ""},
		{"POST", "/pings/times", "", `{}`, 400, unknown, ""},
		{"POST", "/pings/a/times/b", "", `{}`, 400, unknown, ""},
		{"POST", "/pings/a/b", "", `{}`, 400, unknown, ""},
		{"POST", "/", "Pings_2026.Echo", `{"Name":"b"}`, 200, "", `{"Name":"b"}`},
		{"GET", "/?Action=Ping&Name=a&Times=2", "", "", 200, "", xml + `PingResponse xmlns="http://pings.example.com/"><PingResult><Name>a</Name><Times>2</Times></PingResult>` +
			`<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></PingResponse>`},
		{"POST", "/", "", `Action=Nothing`, 400, "", xml + `ErrorResponse xmlns="http://pings.example.com/"><Error><Type>Sender</Type><Code>` + unknown + `</Code><Message></Message><Detail/></Error>` +
			`<RequestId>ID</RequestId></ErrorResponse>`},
		{"POST", "/", "DynamoDB_20120810.Nothing", `{}`, 400, "", `{"__type":"` + ofService + unknown + `"}`},
	}
	for _, tt := range tests {
		c := new(fasthttp.RequestCtx)
		c.Request.Header.SetMethod(tt.method)
		c.Request.SetRequestURI(tt.path)
		c.Request.Header.SetContentType(json10)
		if strings.HasPrefix(tt.body, "Action") {
			c.Request.Header.SetContentType(formType)
		}
		c.Request.Header.Set("X-Amz-Target", tt.target)
		c.Request.SetBodyString(tt.body)
		s.handle(c)
		got := strings.ReplaceAll(string(c.Response.Body()), string(c.Response.Header.Peek("x-amzn-RequestId")), "ID")
		exception := string(c.Response.Header.Peek("x-amzn-ErrorType"))
		if c.Response.StatusCode() != tt.status || exception != tt.exception || got != tt.want {
			t.Errorf("%s %s %s %s: %d %s %s, want %d %s %s",
				tt.method, tt.path, tt.target, tt.body, c.Response.StatusCode(), exception, got, tt.status, tt.exception, tt.want)
		}
	}
	zipped := new(fasthttp.RequestCtx)
	zipped.Request.Header.SetMethod("POST")
	zipped.Request.SetRequestURI("/pings/a/times")
	zipped.Request.Header.Set("Content-Encoding", "gzip")
	zipped.Request.SetBody(fasthttp.AppendGzipBytes(nil, []byte(`{"Times":2}`)))
	s.handle(zipped)
	if got, want := string(zipped.Response.Body()), `{"Name":"a","Times":2}`; got != want {
		t.Errorf("a compressed body over REST: %d %s, want %s", zipped.Response.StatusCode(), got, want)
	}
}
