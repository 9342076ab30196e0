package wire

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"lullaby/instant"
	"lullaby/internal/webpage"
)

// A knock is the input of an operation on a door, which is at a path of its own.
type knock struct {
	DoorUrl string
	Times   *int32
	Names   []string `query:"Name"`
}

// doors is a service that no AWS has, in the query protocol.
func doors() *service {
	echo := func(_ context.Context, _ instant.Instant, in *knock) (*knock, error) { return in, nil }
	return &service{
		name: "doors", shape: "Doors",
		query: queryNames{version: "2026-01-01", xmlns: "x", resource: "DoorUrl"},
		operations: map[string]operation{
			"Knock": method(echo),
			"Shut": method(func(context.Context, instant.Instant, *knock) (*struct{}, error) {
				return nil, &unbuiltError{"Shut", "Doors"}
			}),
			"Open": method(func(context.Context, instant.Instant, *knock) (*struct{}, error) { return new(struct{}), nil }),
			"Count": method(func(context.Context, instant.Instant, *struct{ Prefix string }) (*struct{ Count int64 }, error) {
				return &struct{ Count int64 }{3}, nil
			}),
		},
		faults: []row{
			{400, "", "MalformedInput", malformed},
			{400, "", "Unknown", oldUnknown},
			{400, "", "Unbuilt", unbuilt},
		},
		unsigned: true, uuids: true, skew: time.Minute,
	}
}

func TestQueryProtocol(t *testing.T) {
	other := &service{name: "windows", shape: "Windows", query: queryNames{version: "2027-01-01", xmlns: "w"}, unsigned: true, operations: map[string]operation{
		"Wash": method(func(context.Context, instant.Instant, *struct{}) (*struct{}, error) { return new(struct{}), nil }),
	}, faults: doors().faults}
	s := New(Services{}, Options{})
	v := doors()
	s.speak(awsQuery{[]*service{v, other}}, v, other)
	const opened = `<OpenResponse xmlns="x"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></OpenResponse>`
	knocked := func(members string) string {
		return `<KnockResponse xmlns="x"><KnockResult>` + members + `</KnockResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></KnockResponse>`
	}
	refused := func(xmlns, code, message string) string {
		return `<ErrorResponse xmlns="` + xmlns + `"><Error><Type>Sender</Type><Code>` + code + `</Code><Message>` + message + `</Message><Detail/></Error><RequestId>ID</RequestId></ErrorResponse>`
	}
	washed := `<WashResponse xmlns="w"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></WashResponse>`
	const signed = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/"
	tests := []struct {
		name, line, header, body string
		status                   int
		want                     string
	}{
		{"form", "POST /", "", "Action=Open", 200, opened},
		{"query", "GET /?Action=Open&Version=2026-01-01", "", "", 200, opened},
		{"POST with a query", "POST /?Action=Knock", "", "Times=2", 200, knocked(`<DoorUrl></DoorUrl><Times>2</Times>`)},
		{"no content type", "POST /", "Content-Type: ", "Action=Open", 200, opened},
		{"charset", "POST /", "Content-Type: application/x-www-form-urlencoded; charset=utf-8", "Action=Open", 200, opened},
		{"path", "POST /1/red", "", "Action=Knock&Name.1=a&Name.2=b", 200, knocked(`<DoorUrl>/1/red</DoorUrl><Name>a</Name><Name>b</Name>`)},
		{"path and parameter", "POST /1/red", "", "Action=Knock&DoorUrl=http%3A%2F%2Fa%2F1%2Fblue", 200, knocked(`<DoorUrl>http://a/1/blue</DoorUrl>`)},
		{"another operation's path", "POST /1/red", "", "Action=Count", 400, refused("x", "InvalidAction", "The action Count is not valid for this endpoint.")},
		{"a list of none", "POST /", "", "Action=Count", 200, `<CountResponse xmlns="x"><CountResult><Count>3</Count></CountResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></CountResponse>`},
		{"unknown", "POST /1/red", "", "Action=Foo%3CBar", 400, refused("x", "InvalidAction", "The action Foo&lt;Bar is not valid for this endpoint.")},
		{"unbuilt", "POST /", "", "Action=Shut", 400, refused("x", "Unbuilt", "Shut is an operation of Doors that Lullaby does not have")},
		{"malformed", "POST /", "", "Action=Knock&Times.member.1=3", 400, refused("x", "MalformedInput", "Start of list found where not expected")},
		{"no action", "GET /1/red", "", "", 404, "<UnknownOperationException/>\n"},
		{"no action in a form", "POST /1/red", "", "Version=2026-01-01", 404, "<UnknownOperationException/>\n"},
		{"another method", "PUT /?Action=Open", "", "", 404, "<UnknownOperationException/>\n"},
		{"version", "GET /?Action=Open&Version=2027-01-01", "", "", 400, refused("w", "InvalidAction", "The action Open is not valid for this endpoint.")},
		{"unknown version", "GET /?Action=Wash&Version=2000-01-01", "", "", 200, washed},
		{"signature", "GET /?Action=Wash&Version=2026-01-01", "Authorization: " + signed + "windows/aws4_request", "", 200, washed},
		{"signature in the query", "GET /?Action=Wash&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20260101%2Fr%2Fdoors%2Faws4_request", "", "", 400, refused("x", "InvalidAction", "The action Wash is not valid for this endpoint.")},
		{"signed for another", "POST /?Action=Open", "Authorization: " + signed + "walls/aws4_request", "Name=a", 404, "<UnknownOperationException/>\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := new(fasthttp.RequestCtx)
			method, uri, _ := strings.Cut(tt.line, " ")
			c.Request.Header.SetMethod(method)
			c.Request.SetRequestURI(uri)
			c.Request.Header.SetContentType(formType)
			if name, value, ok := strings.Cut(tt.header, ": "); ok {
				c.Request.Header.Set(name, value)
			}
			c.Request.SetBodyString(tt.body)
			s.handle(c)
			id := string(c.Response.Header.Peek("x-amzn-RequestId"))
			got, _ := strings.CutPrefix(string(c.Response.Body()), `<?xml version="1.0"?>`)
			got = strings.ReplaceAll(got, "<RequestId>"+id, "<RequestId>ID")
			if c.Response.StatusCode() != tt.status || got != tt.want {
				t.Errorf("%d %s, want %d %s", c.Response.StatusCode(), got, tt.status, tt.want)
			}
			if tt.status == 200 && string(c.Response.Header.ContentType()) != "text/xml" {
				t.Errorf("content type %s", c.Response.Header.ContentType())
			}
		})
	}
}

// A web page can send a form without a preflight, and let an image be fetched.
func TestWebPagesSendForms(t *testing.T) {
	s, v := New(Services{}, Options{Origins: []webpage.Origin{"http://ours"}, Hosts: []webpage.Host{"devbox"}}), doors()
	s.speak(awsQuery{[]*service{v}}, v)
	const browser = "Mozilla/5.0 (X11; Linux x86_64)"
	tests := []struct {
		name, method, host, origin, site, agent string
		status                                  int
	}{
		{"a program", "GET", "localhost:4566", "", "", "curl/8", 200},
		{"a program without a name", "GET", "devbox", "", "", "", 200},
		{"a form of a program", "POST", "localhost:4566", "", "", "curl/8", 200},
		{"a person", "GET", "localhost:4566", "", "none", browser, 200},
		{"a script that is let in", "POST", "localhost:4566", "http://ours", "cross-site", browser, 200},
		{"a form", "POST", "localhost:4566", "http://evil.test", "cross-site", browser, 403},
		{"a form of a sandboxed frame", "POST", "localhost:4566", "null", "cross-site", browser, 403},
		{"an image", "GET", "localhost:4566", "", "cross-site", browser, 403},
		{"an image in an old browser", "GET", "localhost:4566", "", "", browser, 403},
		{"an image of another machine", "GET", "devbox:4566", "", "", browser, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := new(fasthttp.RequestCtx)
			c.Request.SetRequestURI("/1/red?Action=Open")
			c.Request.Header.SetMethod(tt.method)
			c.Request.Header.SetContentType(formType)
			for name, value := range map[string]string{"Host": tt.host, "Origin": tt.origin, "Sec-Fetch-Site": tt.site, "User-Agent": tt.agent} {
				if value != "" {
					c.Request.Header.Set(name, value)
				}
			}
			s.handle(c)
			opened := strings.Contains(string(c.Response.Body()), "<OpenResponse")
			if c.Response.StatusCode() != tt.status || opened != (tt.status == 200) {
				t.Errorf("%d %s, want %d", c.Response.StatusCode(), c.Response.Body(), tt.status)
			}
		})
	}
}
