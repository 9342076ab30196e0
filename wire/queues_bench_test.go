package wire

import (
	"fmt"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"lullaby/queue/store"
	"lullaby/storage"
)

// BenchmarkQueues is the cost of the frequent operations of SQS from the body of a
// request to that of its answer, without the network: a message of 1 KB is sent, and
// another one is received and deleted.
func BenchmarkQueues(b *testing.B) {
	db, err := storage.Open(b.TempDir(), storage.Options{Durability: storage.Process})
	if err != nil {
		b.Fatal(err)
	}
	e, err := store.New(db, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	halt := RunEngine(e)
	b.Cleanup(func() { halt(); _ = db.Close() })
	s := New(Services{SQS: e}, Options{})
	kilobyte := strings.Repeat("x", 1_024)
	const url = `{"QueueUrl":"http://127.0.0.1:4566/123456789012/q"`
	benchQueue(b, s, "CreateQueue", `{"QueueName":"q"}`)
	send := func() { benchQueue(b, s, "SendMessage", url+`,"MessageBody":"`+kilobyte+`"}`) }
	receive := func() string {
		body := string(benchQueue(b, s, "ReceiveMessage", url+`}`).Response.Body())
		_, handle, _ := strings.Cut(body, `"ReceiptHandle":"`)
		handle, _, found := strings.Cut(handle, `"`)
		if !found {
			b.Fatal(body)
		}
		return handle
	}
	b.Run("Send", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			send()
		}
	})
	b.Run("SendForm", func(b *testing.B) {
		c := signedPost("", "Action=SendMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2F127.0.0.1%3A4566%2F123456789012%2Fq&MessageBody="+kilobyte)
		c.Request.Header.SetContentType(formType)
		c.Request.Header.Del("Authorization")
		c.Request.Header.Del("X-Amz-Target")
		b.ReportAllocs()
		for b.Loop() {
			c.Response.Reset()
			s.handle(c)
		}
		if c.Response.StatusCode() != 200 {
			b.Fatal(string(c.Response.Body()))
		}
	})
	b.Run("ReceiveDelete", func(b *testing.B) {
		for range 100_000 {
			send()
		}
		b.ReportAllocs()
		b.ResetTimer()
		for b.Loop() {
			benchQueue(b, s, "DeleteMessage", fmt.Sprintf(`%s,"ReceiptHandle":"%s"}`, url, receive()))
		}
	})
}

// benchQueue calls an operation of SQS that must succeed.
func benchQueue(b *testing.B, s *Server, operation, body string) *fasthttp.RequestCtx {
	b.Helper()
	c := signedPost("AmazonSQS."+operation, body)
	s.handle(c)
	if c.Response.StatusCode() != 200 {
		b.Fatalf("%s: %d %s", operation, c.Response.StatusCode(), c.Response.Body())
	}
	return c
}
