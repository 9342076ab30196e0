package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"lullaby/gateway/rest"
	"lullaby/internal/arn"
	"lullaby/internal/scripttest"
	"lullaby/lambda"
	"lullaby/template"
)

// random matches the parts of an event that differ between runs.
var random = []struct {
	form *regexp.Regexp
	text string
}{
	{regexp.MustCompile(`"requestId": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"`), `"requestId": "UUID"`},
	{regexp.MustCompile(`"extendedRequestId": "[A-Za-z0-9_-]{15}="`), `"extendedRequestId": "EXTENDED="`},
	// 386d4380 is the first second of 2000, when a synctest bubble begins.
	{regexp.MustCompile(`Root=1-386d4380-[0-9a-f]{24}"`), `Root=1-386d4380-RANDOM"`},
}

// Each testdata/event/NAME.http is a request and NAME.json its event.
func TestEvents(t *testing.T) {
	api := newAPI("POST /item", "GET /item", "GET /item/{id}", "ANY /files/{path+}")
	api.BinaryMediaTypes = []string{"image/*", "application/octet-stream"}
	scripttest.Each(t, "testdata/event/*.http", func(t *testing.T, file string) {
		request, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := pretty(t, eventOf(t, api, parseRequest(t, string(request))))
		scripttest.Golden(t, strings.TrimSuffix(file, "http")+"json", string(got))
	})
}

// An event can be decoded into AWS's own Go type, which users' functions use.
func TestEventAsGoType(t *testing.T) {
	api := newAPI("POST /item/{id}")
	api.StageVariables = map[string]string{"table": "items", "mode": "on"}
	r := httptest.NewRequest(http.MethodPost, "/item/7?a=1&a=2", strings.NewReader(`{"n":1}`))
	r.Header.Set("User-Agent", "test")
	var got events.APIGatewayProxyRequest
	if err := json.Unmarshal(eventOf(t, api, r), &got); err != nil {
		t.Fatal(err)
	}
	got.Headers, got.MultiValueHeaders = nil, nil
	got.RequestContext.RequestID, got.RequestContext.ExtendedRequestID = "", ""
	got.RequestContext.ResourceID = ""
	want := events.APIGatewayProxyRequest{
		Resource: "/item/{id}", Path: "/item/7", HTTPMethod: "POST",
		QueryStringParameters:           map[string]string{"a": "2"},
		MultiValueQueryStringParameters: map[string][]string{"a": {"1", "2"}},
		PathParameters:                  map[string]string{"id": "7"},
		StageVariables:                  map[string]string{"table": "items", "mode": "on"},
		RequestContext: events.APIGatewayProxyRequestContext{
			AccountID: "123456789012", Stage: "dev", DomainName: "example.com", DomainPrefix: "example", Protocol: "HTTP/1.1",
			Identity:     events.APIGatewayRequestIdentity{SourceIP: "192.0.2.1", UserAgent: "test"},
			ResourcePath: "/item/{id}", Path: "/dev/item/7", HTTPMethod: "POST",
			RequestTime: "01/Jan/2000:00:00:00 +0000", RequestTimeEpoch: 946684800000, APIID: "a1b2c3d4e5",
		},
		Body: `{"n":1}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// The ids of a resource and a deployment are the same in every run.
func TestIDsAreStable(t *testing.T) {
	event := string(eventOf(t, newAPI("POST /item"), httptest.NewRequest(http.MethodPost, "/item", nil)))
	for _, want := range []string{`"deploymentId":"`, `"resourceId":"`} {
		_, rest, _ := strings.Cut(event, want)
		id, _, _ := strings.Cut(rest, `"`)
		if !regexp.MustCompile(`^[0-9a-z]{6}$`).MatchString(id) {
			t.Errorf("%s%s, want six letters and digits", want, id)
		}
		again := string(eventOf(t, newAPI("GET /", "POST /item"), httptest.NewRequest(http.MethodPost, "/item", nil)))
		if !strings.Contains(again, want+id+`"`) {
			t.Errorf("%s%s became another in %s", want, id, again)
		}
	}
}

// eventOf returns the event of a request at the first second of 2000.
func eventOf(t *testing.T, api *template.API, r *http.Request) []byte {
	t.Helper()
	var event []byte
	synctest.Test(t, func(t *testing.T) {
		g := serving(t, api, invoker{func(_ context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
			event = bytes.Clone(in.Payload)
			return lambda.InvokeOutput{Payload: []byte(`{"statusCode":200}`)}, nil
		}}, rest.Options{})
		if got := serve(g, r); got.status != http.StatusOK {
			t.Fatalf("answer = %d %s", got.status, got.body)
		}
	})
	return event
}

// pretty indents an event and replaces its random parts.
func pretty(t *testing.T, event []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, event, "", "  "); err != nil {
		t.Fatalf("event %s: %v", event, err)
	}
	text := append(b.Bytes(), '\n')
	for _, r := range random {
		text = r.form.ReplaceAll(text, []byte(r.text))
	}
	return text
}

// The event of a request without a host has the API's own host, in the
// partition of its region.
func TestDomainWithoutHost(t *testing.T) {
	for region, want := range map[string]string{
		"": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", "cn-north-1": "a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn",
	} {
		var got events.APIGatewayProxyRequest
		function := invoker{func(_ context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
			return lambda.InvokeOutput{Payload: []byte(`{"statusCode":200}`)}, json.Unmarshal(in.Payload, &got)
		}}
		a := serving(t, newAPI("GET /"), function, rest.Options{Scope: arn.Scope{Region: region, Account: "210987654321"}})
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = ""
		serve(a, r)
		if c := got.RequestContext; c.DomainName != want || c.AccountID != "210987654321" {
			t.Errorf("in %q the event is of %s, account %s, want %s, 210987654321", region, c.DomainName, c.AccountID, want)
		}
	}
}
