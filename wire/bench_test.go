package wire

import (
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/valyala/fasthttp"

	"lullaby/dynamo"
	"lullaby/internal/sigv4"
	"lullaby/storage"
)

// BenchmarkListTables is the cost of a request without its operation, which
// does next to nothing here.
func BenchmarkListTables(b *testing.B) {
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		b.Fatal(err)
	}
	engine, err := dynamo.New(db, dynamo.Options{Instant: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = engine.Close(), db.Close() })
	for _, bb := range []struct {
		name string
		opts Options
	}{
		{"any", Options{}},
		{"keys", Options{Keys: sigv4.Keys{"a": {SecretAccessKey: "b"}}}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			s := New(Services{DynamoDB: engine}, bb.opts)
			c := signedListTables(b)
			b.ReportAllocs()
			for b.Loop() {
				c.Response.Reset()
				s.handle(c)
			}
			if c.Response.StatusCode() != 200 {
				b.Fatalf("%d %s", c.Response.StatusCode(), c.Response.Body())
			}
		})
	}
}

// BenchmarkReceived is what each request costs more because calls can be forwarded.
func BenchmarkReceived(b *testing.B) {
	s, c := New(Services{}, Options{}), signedListTables(b)
	b.ReportAllocs()
	for b.Loop() {
		s.received(&c.Request.Header)
		if marked(&c.Request.Header) != "" || s.foreignForm(c) != "" {
			b.Fatal("ListTables is foreign")
		}
	}
}

func signedListTables(b *testing.B) *fasthttp.RequestCtx {
	b.Helper()
	const body = "{}"
	signed, err := http.NewRequestWithContext(b.Context(), http.MethodPost, "http://127.0.0.1:4566/", strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	signed.Header.Set("Content-Type", json10)
	signed.Header.Set("X-Amz-Target", "DynamoDB_20120810.ListTables")
	err = v4.NewSigner().SignHTTP(b.Context(), aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, signed,
		fmt.Sprintf("%x", sha256.Sum256([]byte(body))), "dynamodb", "us-east-1", time.Now())
	if err != nil {
		b.Fatal(err)
	}
	c := new(fasthttp.RequestCtx)
	c.Init(&fasthttp.Request{}, nil, nil)
	c.Request.Header.SetMethod(signed.Method)
	c.Request.SetRequestURI("/")
	c.Request.Header.SetHost(signed.Host)
	for name := range signed.Header {
		c.Request.Header.Set(name, signed.Header.Get(name))
	}
	c.Request.Header.SetContentLength(len(body))
	c.Request.SetBodyString(body)
	return c
}

// BenchmarkWatched is how much more a request costs that might wait long, and
// does not, than one that never does.
func BenchmarkWatched(b *testing.B) {
	ln, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer ln.Close()
	conn, err := new(net.Dialer).DialContext(b.Context(), "tcp", ln.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	c := new(fasthttp.RequestCtx)
	c.Init2(conn, nil, false)
	r := &request{ctx: b.Context(), fast: c}
	b.ReportAllocs()
	for b.Loop() {
		_, stop := r.watched()
		stop()
	}
}
