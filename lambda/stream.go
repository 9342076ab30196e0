package lambda

import (
	"context"
	"time"

	"lullaby/instant"
)

// Limits of a streamed response (docs/aws/lambda.md#response-streaming).
const (
	MaxStreamBytes = 209_715_200 // 200 MB, 20 MB until July 2025

	streamBurst = 6 << 20 // bytes that flow as fast as they come
	streamRate  = 2 << 20 // bytes a second behind them
)

// A Streamer also runs functions whose answer is read while they send it. It is safe
// for concurrent use.
type Streamer interface {
	Invoker

	// InvokeStream runs a function as a RequestResponse, whatever in says. It returns
	// when the answer begins, or ends without any. Its errors are those of Invoke. If
	// ctx ends first, the answer is dropped; afterwards ctx has no effect.
	InvokeStream(ctx context.Context, in InvokeInput) (Stream, error)
}

// A Stream is the answer of one invocation. A function that does not stream sends it
// in one piece. The caller must call Close. Only Close may be called while another
// method runs.
type Stream interface {
	RequestID() string

	// ContentType is what the function says of its bytes; empty: there are none.
	ContentType() string

	// Read waits for bytes. The function waits for a reader that is slow. The error
	// is io.EOF at the end, also if the function failed; another one says that the
	// machine has no end.
	Read(p []byte) (n int, err error)

	// Result says how the invocation ended, after io.EOF. Payload is empty, but
	// with a FunctionError, which it describes.
	Result() InvokeOutput

	// Close drops what was not read, and ends a Read that waits. The function runs on,
	// as on AWS. It may be called more than once.
	Close() error
}

// A Bandwidth slows a streamed response down. It is a bucket of 6 MB that gains 2 MB a
// second, as in AWS's emulator of the sandbox: a response that is slow by itself never
// waits. The zero value is a new response. Not safe for concurrent use.
type Bandwidth struct {
	paid instant.Instant // when the rate alone would have sent everything
}

// Send records n bytes at now and returns how long they must wait.
func (b *Bandwidth) Send(now instant.Instant, n int) (wait time.Duration) {
	if b.paid.Before(now) {
		b.paid = now
	}
	b.paid = b.paid.Add(time.Duration(n) * time.Second / streamRate)
	return max(0, b.paid.Sub(now)-streamBurst/streamRate*time.Second)
}
