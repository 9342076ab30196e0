package httpapi_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/httpapi"
	"lullaby/lambda"
	"lullaby/template"
)

// answer is a ResponseWriter that discards everything.
type answer struct{ header http.Header }

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(p []byte) (int, error) { return len(p), nil }
func (a *answer) WriteHeader(int)             {}

// made is a function that returns what it would to a browser.
type made struct{}

func (made) Invoke(context.Context, lambda.InvokeInput) (lambda.InvokeOutput, error) {
	return lambda.InvokeOutput{Payload: []byte(`{"statusCode":201,"headers":{"Content-Type":"application/json",` +
		`"Access-Control-Allow-Origin":"*"},"body":"{\"_id\":\"7\",\"created\":true}"}`)}, nil
}

// BenchmarkRequest is a browser's request through the gateway alone, by the
// format of the event and the size of its body, as gateway/rest's.
func BenchmarkRequest(b *testing.B) {
	for _, payload := range []string{"2.0", "1.0"} {
		for _, size := range []int{0, 1 << 10, 1 << 20} {
			b.Run(payload+"/"+strconv.Itoa(size>>10)+"KB", func(b *testing.B) {
				api := &template.HTTPAPI{ID: "a1b2c3d4e5", Stage: "$default"}
				for _, route := range []string{"GET /item/{_id}", "POST /item", "ANY /files/{path+}"} {
					method, path, _ := strings.Cut(route, " ")
					api.Routes = append(api.Routes, &template.Route{Method: method, Path: path, Function: "items", Payload: payload})
				}
				g, err := httpapi.New(api, made{}, httpapi.Options{Throttle: edge.NewThrottle(gateway.Limits{Unlimited: true})})
				if err != nil {
					b.Fatal(err)
				}
				body := []byte(strings.Repeat("0123456789abcde\n", size/16))
				r := httptest.NewRequest(http.MethodPost, "/item?source=bench", nil)
				for name, value := range map[string]string{
					"Accept": "*/*", "Accept-Encoding": "gzip, deflate, br", "Content-Type": "application/json",
					"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", "X-Client": "bench",
				} {
					r.Header.Set(name, value)
				}
				b.ReportAllocs()
				b.SetBytes(int64(size))
				for b.Loop() {
					r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(size)
					g.ServeHTTP(&answer{header: make(http.Header, 8)}, r)
				}
			})
		}
	}
}
