package host

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
)

// A stream takes the result of an invocation from the handler of the Runtime API to
// the caller, who reads it while it comes. deliver closes to, so that no handler waits
// for a reader behind the end of its invocation.
type stream struct {
	began       chan struct{} // closed when the result begins
	contentType string        // set before that

	from *io.PipeReader
	to   *io.PipeWriter
}

func newStream() *stream {
	s := &stream{began: make(chan struct{})}
	s.from, s.to = io.Pipe()
	return s
}

// open reports whether the result has begun. A nil stream never does.
func (s *stream) open() bool {
	if s == nil {
		return false
	}
	select {
	case <-s.began:
		return true
	default:
		return false
	}
}

var _ lambda.Streamer = (*Host)(nil)

// InvokeStream implements lambda.Streamer.
func (h *Host) InvokeStream(ctx context.Context, in lambda.InvokeInput) (lambda.Stream, error) {
	in.InvocationType = lambda.RequestResponse
	inv, err := h.accept(in)
	if err != nil {
		return nil, err
	}
	if inv.looped {
		inv.function.meter.DropRecursive(instant.Of(inv.accepted))
		return nil, recursive(inv)
	}
	inv.stream = newStream()
	if err := h.dispatch(inv, inv.accepted); err != nil {
		return nil, err
	}
	a := &reading{inv: inv}
	select {
	case <-inv.stream.began:
	case o := <-inv.done:
		if o.err != nil {
			return nil, o.err
		}
		a.outcome = &o
	case <-ctx.Done():
		return nil, errors.Join(context.Cause(ctx), a.Close())
	}
	return a, nil
}

// A reading is the caller's end of a stream.
type reading struct {
	inv     *invocation
	outcome *outcome // nil until it is known
}

func (a *reading) RequestID() string { return a.inv.id }

func (a *reading) ContentType() string {
	if !a.inv.stream.open() {
		return ""
	}
	return a.inv.stream.contentType
}

func (a *reading) Read(p []byte) (int, error) {
	n, err := a.inv.stream.from.Read(p)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	if a.outcome == nil {
		o := <-a.inv.done // sent before the end of the stream
		a.outcome = &o
	}
	if a.outcome.err != nil {
		return n, a.outcome.err
	}
	return n, io.EOF
}

func (a *reading) Result() lambda.InvokeOutput {
	if a.outcome == nil {
		panic("host: the result of a stream was asked for before its end")
	}
	out, _ := a.outcome.output(a.inv.id) // its error was Read's
	return out
}

func (a *reading) Close() error { return a.inv.stream.from.Close() }

// passed is how many bytes of a result are passed on at a time.
const passed = 32 << 10

// pass hands the body of a result on while it comes, as fast as AWS would. If the
// reader is gone, the rest is dropped. The error is errBodyTooLarge, or says that the
// body has no end.
func (s *sandbox) pass(r *http.Request, to *stream) error {
	to.contentType = r.Header.Get("Content-Type")
	close(to.began)
	var pace lambda.Bandwidth
	buffer := make([]byte, passed)
	for sent := 0; ; {
		n, err := r.Body.Read(buffer)
		if sent += n; sent > s.host.options.maxStream {
			return errBodyTooLarge
		}
		if n > 0 {
			if !s.pause(pace.Send(instant.Of(time.Now()), n)) {
				return ErrClosed
			}
			_, _ = to.to.Write(buffer[:n]) // the reader may be gone, and the function runs on
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// pause waits for d. It returns false if the server ends before.
func (s *sandbox) pause(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	due := time.NewTimer(d)
	defer due.Stop()
	select {
	case <-due.C:
		return true
	case <-s.api.done:
		return false
	}
}
