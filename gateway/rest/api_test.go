package rest_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/rest"
	"lullaby/instant"
	"lullaby/lambda"
	"lullaby/template"
	"lullaby/watch/watchtest"
)

// invoker is a Lambda with one function.
type invoker struct {
	invoke func(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error)
}

func (i invoker) Invoke(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	return i.invoke(ctx, in)
}

// returning returns a function with the result payload.
func returning(payload string) invoker {
	return invoker{func(context.Context, lambda.InvokeInput) (lambda.InvokeOutput, error) {
		return lambda.InvokeOutput{StatusCode: http.StatusOK, Payload: []byte(payload)}, nil
	}}
}

// failing returns a Lambda that refuses to invoke.
func failing(err error) invoker {
	return invoker{func(context.Context, lambda.InvokeInput) (lambda.InvokeOutput, error) {
		return lambda.InvokeOutput{}, err
	}}
}

// uncalled returns a function that must not be invoked.
func uncalled(t *testing.T) invoker {
	return invoker{func(context.Context, lambda.InvokeInput) (lambda.InvokeOutput, error) {
		t.Error("the function was invoked")
		return lambda.InvokeOutput{}, errors.New("uncalled")
	}}
}

// newAPI returns an API with routes given as "METHOD /path", all to the
// function items.
func newAPI(routes ...string) *template.API {
	api := &template.API{ID: "a1b2c3d4e5", Name: "items", Stage: "dev"}
	for i, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		api.Routes = append(api.Routes, &template.Route{
			Source: template.At(template.Pos{File: "template.yaml", Line: 10 * (i + 1)}), Method: method, Path: path, Function: "items",
		})
	}
	return api
}

func serving(t testing.TB, api *template.API, functions lambda.Invoker, opts rest.Options) *rest.API {
	t.Helper()
	g, err := rest.New(api, functions, opts)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// A reply is the answer to a client.
type reply struct {
	status int
	header http.Header
	body   string
}

// serve sends one request to a handler.
func serve(h http.Handler, r *http.Request) reply {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return reply{status: w.Code, header: w.Header(), body: w.Body.String()}
}

// get returns the values of a header, whose name must have this spelling.
func (r reply) get(name string) string { return strings.Join(r.header[name], "|") }

// A refusalCase is a request and the answer that the gateway makes itself.
type refusalCase struct {
	name      string
	functions lambda.Invoker
	request   *http.Request
	status    int
	errorType string // empty: text without any of API Gateway's headers
	body      string
}

func (tt *refusalCase) run(t *testing.T) {
	got := serve(serving(t, newAPI("POST /item"), tt.functions, rest.Options{}), tt.request)
	if got.status != tt.status || got.body != tt.body {
		t.Errorf("answer = %d %s, want %d %s", got.status, got.body, tt.status, tt.body)
	}
	if tt.errorType == "" {
		checkHeaders(t, got.header, map[string]string{"Content-Type": "text; charset=utf-8"})
		return
	}
	checkHeaders(t, got.header, map[string]string{
		"Content-Type": "application/json", "x-amzn-ErrorType": tt.errorType,
		"x-amzn-RequestId": uuid, "x-amz-apigw-id": extendedID,
	})
}

func TestRefusals(t *testing.T) {
	const internal = `{"message": "Internal server error"}`
	for _, tt := range []refusalCase{
		{
			"no such path", uncalled(t), httptest.NewRequest(http.MethodPost, "/items", nil),
			403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`,
		},
		{
			"no such method", uncalled(t), httptest.NewRequest(http.MethodGet, "/item", nil),
			403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`,
		},
		{
			"the function failed",
			invoker{func(context.Context, lambda.InvokeInput) (lambda.InvokeOutput, error) {
				return lambda.InvokeOutput{FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"no"}`)}, nil
			}},
			httptest.NewRequest(http.MethodPost, "/item", nil), 502, "InternalServerErrorException", internal,
		},
		{
			"Lambda throttled", failing(&lambda.ThrottleError{Function: "items"}),
			httptest.NewRequest(http.MethodPost, "/item", nil), 500, "InternalServerErrorException", internal,
		},
		{
			"no such function", failing(&lambda.NotFoundError{ARN: "arn"}),
			httptest.NewRequest(http.MethodPost, "/item", nil), 500, "InternalServerErrorException", internal,
		},
		{
			"a body that ends early", uncalled(t), httptest.NewRequest(http.MethodPost, "/item", io.MultiReader(strings.NewReader("{"), broken{})),
			400, "", "Bad Request",
		},
	} {
		t.Run(tt.name, tt.run)
	}
}

func TestRefusalsOfSize(t *testing.T) {
	for _, tt := range []refusalCase{
		{
			"Lambda finds the event too large", failing(lambda.ErrRequestTooLarge),
			httptest.NewRequest(http.MethodPost, "/item", nil), 413, "BadRequestException", `{"message": "Request Too Long"}`,
		},
		{
			"the event is larger than Lambda takes", uncalled(t),
			httptest.NewRequest(http.MethodPost, "/item", strings.NewReader(strings.Repeat("x", lambda.MaxRequestBytes))),
			413, "BadRequestException", `{"message": "Request Too Long"}`,
		},
		{
			"the body is longer than the gateway takes", uncalled(t),
			httptest.NewRequest(http.MethodPost, "/item", strings.NewReader(strings.Repeat("x", gateway.MaxBodyBytes+1))),
			413, "", "HTTP content length exceeded 10485760 bytes.",
		},
		{
			"the body is just as long", uncalled(t),
			httptest.NewRequest(http.MethodPost, "/item", strings.NewReader(strings.Repeat("x", gateway.MaxBodyBytes))),
			413, "BadRequestException", `{"message": "Request Too Long"}`,
		},
		{
			"a body of unknown length is longer", uncalled(t),
			httptest.NewRequest(http.MethodPost, "/item", io.LimitReader(endless{}, gateway.MaxBodyBytes+1)),
			413, "", "HTTP content length exceeded 10485760 bytes.",
		},
		{
			"long headers", uncalled(t), withHeader("X-Long", strings.Repeat("x", gateway.MaxHeaderBytes)),
			431, "", "HTTP header is larger than 10240 bytes.",
		},
		{
			"long URL", uncalled(t), httptest.NewRequest(http.MethodPost, "/item?q="+strings.Repeat("x", gateway.MaxURLBytes), nil),
			414, "", "An HTTP line is larger than 10240 bytes.",
		},
	} {
		t.Run(tt.name, tt.run)
	}
}

// A body that is too long is logged with a response type, though its answer has
// none.
func TestBodyTooLongIsRecorded(t *testing.T) {
	var log bytes.Buffer
	g := serving(t, newAPI("POST /item"), uncalled(t), rest.Options{Log: logTo(&log, slog.LevelDebug)})
	serve(g, httptest.NewRequest(http.MethodPost, "/item", io.LimitReader(endless{}, gateway.MaxBodyBytes+1)))
	if want := "status=413 refusal=REQUEST_TOO_LARGE"; !strings.Contains(log.String(), want) {
		t.Errorf("logged %s, want %s", log.String(), want)
	}
}

// A throttled gateway answers 429 and does not invoke functions.
func TestThrottled(t *testing.T) {
	var log bytes.Buffer
	g := serving(t, newAPI("POST /item"), returning(`{"statusCode":200}`), rest.Options{
		Throttle: edge.NewThrottle(gateway.Limits{RequestsPerSecond: 1, Burst: 1}),
		Log:      logTo(&log, slog.LevelDebug),
	})
	synctest.Test(t, func(t *testing.T) {
		for i, want := range []int{200, 429, 403, 200} {
			path := "/item"
			switch i {
			case 2:
				path = "/nowhere" // takes no token
			case 3:
				time.Sleep(time.Second)
			}
			got := serve(g, httptest.NewRequest(http.MethodPost, path, nil))
			if got.status != want {
				t.Errorf("request %d = %d, want %d", i, got.status, want)
			}
			if want == 429 && got.body != `{"message":"Too Many Requests"}` {
				t.Errorf("request %d = %s", i, got.body)
			}
		}
	})
	const line = "level=DEBUG msg=request method=POST path=/"
	want := line + "item status=200\n" + line + "item status=429 refusal=THROTTLED\n" +
		line + "nowhere status=403 refusal=MISSING_AUTHENTICATION_TOKEN\n" + line + "item status=200\n"
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("logged (-want +got):\n%s", diff)
	}
}

// A function that exceeds its integration's timeout gives a 504 at that
// instant, and runs on.
func TestTimeout(t *testing.T) {
	tests := []struct {
		name    string
		timeout time.Duration
		want    time.Duration
	}{
		{"the default", 0, 29 * time.Second},
		{"the route's own", 50 * time.Millisecond, 50 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ended := make(chan string) // from each function at its end
				slow := invoker{func(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
					go func() {
						time.Sleep(time.Minute)
						ended <- string(in.Payload)
					}()
					<-ctx.Done()
					return lambda.InvokeOutput{}, context.Cause(ctx)
				}}
				api := newAPI("POST /item")
				api.Routes[0].Timeout = tt.timeout
				var told watchtest.Tape
				g := serving(t, api, slow, rest.Options{Metrics: &told})
				begun := time.Now()
				got := serve(g, httptest.NewRequest(http.MethodPost, "/item", strings.NewReader("slow")))
				if got.status != 504 || got.body != `{"message": "Endpoint request timed out"}` {
					t.Errorf("answer = %d %s", got.status, got.body)
				}
				if took := time.Since(begun); took != tt.want {
					t.Errorf("answered after %v, want %v", took, tt.want)
				}
				if got, want := told.Sums(), fmt.Sprintf("IntegrationLatency items: %d in 1\n", tt.want.Milliseconds()); !strings.Contains(got, want) {
					t.Errorf("measured %s, want %s", got, want)
				}
				// The next request must not overwrite the event of the running
				// function.
				serve(g, httptest.NewRequest(http.MethodPost, "/item", strings.NewReader("next")))
				for _, body := range []string{"slow", "next"} {
					if event := <-ended; !strings.Contains(event, `"body":"`+body+`"`) {
						t.Errorf("the event of the abandoned function with body %q became %s", body, event)
					}
				}
			})
		})
	}
}

// A client that leaves does not end the invocation, and its request is counted.
func TestClientLeaves(t *testing.T) {
	left, leave := context.WithCancel(t.Context())
	var told watchtest.Tape
	g := serving(t, newAPI("POST /item"), invoker{func(ctx context.Context, _ lambda.InvokeInput) (lambda.InvokeOutput, error) {
		leave()
		return lambda.InvokeOutput{Payload: []byte(`{"statusCode":201}`)}, ctx.Err()
	}}, rest.Options{Metrics: &told})
	serve(g, httptest.NewRequest(http.MethodPost, "/item", nil).WithContext(left))
	if got := told.Sums(); !strings.Contains(got, "Count items: 1 in 1\n") || !strings.Contains(got, "5XXError items: 0 in 1\n") {
		t.Errorf("measured %s, want one request without an error", got)
	}
}

// A request is recorded with its API's name, and with its stage too, at the
// instant of its arrival.
func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told watchtest.Tape
		g := serving(t, newAPI("ANY /item/{id}"), invoker{func(context.Context, lambda.InvokeInput) (lambda.InvokeOutput, error) {
			time.Sleep(3 * time.Second)
			return lambda.InvokeOutput{Payload: []byte(`{"statusCode":404}`)}, nil
		}}, rest.Options{Metrics: &told})
		at := instant.Of(time.Now())
		serve(g, httptest.NewRequest(http.MethodDelete, "/item/a%2Fb", nil))
		got := map[string]float64{}
		for _, s := range told.Take() {
			if s.At != at || s.Dimension("ApiName") != "items" {
				t.Errorf("%+v is not of items, at %v", s, at)
			}
			got[s.Metric.Name+" "+s.Dimension("Stage")] = s.Value
		}
		want := map[string]float64{
			"Count ": 1, "4XXError ": 1, "5XXError ": 0, "Latency ": 3000, "IntegrationLatency ": 3000,
			"Count dev": 1, "4XXError dev": 1, "5XXError dev": 0, "Latency dev": 3000, "IntegrationLatency dev": 3000,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("measured (-want +got):\n%s", diff)
		}
	})
}

// endless is a body without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// broken is a connection that fails.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func withHeader(name, value string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/item", nil)
	r.Header.Set(name, value)
	return r
}

// parseRequest reads a request in HTTP/1.1, written with plain newlines.
func parseRequest(t testing.TB, text string) *http.Request {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	wire := strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire)))
	if err != nil {
		t.Fatal(err)
	}
	r.RemoteAddr = "192.0.2.1:51234"
	return r
}
