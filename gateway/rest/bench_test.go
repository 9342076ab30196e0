package rest_test

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
	"lullaby/gateway/rest"
	"lullaby/lambda"
)

// answer is a ResponseWriter that discards everything.
type answer struct{ header http.Header }

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(p []byte) (int, error) { return len(p), nil }
func (a *answer) WriteHeader(int)             {}

// BenchmarkRequest is a browser's request through the gateway alone, by the
// size of its body.
func BenchmarkRequest(b *testing.B) {
	for _, size := range []int{0, 1 << 10, 1 << 20} {
		b.Run(strconv.Itoa(size>>10)+"KB", func(b *testing.B) {
			g := serving(b, newAPI("GET /item/{_id}", "POST /item", "ANY /files/{path+}"), invoker{
				func(context.Context, lambda.InvokeInput) (lambda.InvokeOutput, error) {
					return lambda.InvokeOutput{Payload: []byte(`{"statusCode":201,"headers":{"Content-Type":"application/json",` +
						`"Access-Control-Allow-Origin":"*"},"body":"{\"_id\":\"7\",\"created\":true}"}`)}, nil
				},
			}, rest.Options{Throttle: edge.NewThrottle(gateway.Limits{Unlimited: true})})
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
