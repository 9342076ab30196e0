package httpapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lullaby/gateway/httpapi"
	"lullaby/lambda"
	"lullaby/template"
)

// InvokeStream answers with the result, in lines: if it begins with ~, its first line has the
// type, and a last one that begins with ! is the failure of the function. In the others
// <NULs> stands for eight NUL bytes.
func (f *function) InvokeStream(ctx context.Context, in lambda.InvokeInput) (lambda.Stream, error) {
	if !strings.HasPrefix(f.result, "~") {
		out, err := f.Invoke(ctx, in)
		if err != nil {
			return nil, err
		}
		s := &pieces{kind: "application/json", out: out}
		if out.FunctionError == "" {
			s.left = []string{string(out.Payload)}
		}
		return s, nil
	}
	lines := strings.Split(strings.ReplaceAll(f.result[1:], "<NULs>", strings.Repeat("\x00", 8)), "\n")
	s := &pieces{kind: lines[0], left: lines[1:]}
	if last := len(s.left) - 1; last >= 0 && strings.HasPrefix(s.left[last], "!") {
		s.left, s.out = s.left[:last], lambda.InvokeOutput{FunctionError: "Unhandled"}
	}
	return s, nil
}

// pieces is an answer that is read piece by piece.
type pieces struct {
	kind string
	left []string
	out  lambda.InvokeOutput
}

func (p *pieces) RequestID() string           { return "id" }
func (p *pieces) ContentType() string         { return p.kind }
func (p *pieces) Result() lambda.InvokeOutput { return p.out }
func (p *pieces) Close() error                { return nil }

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.left[0])
	p.left = p.left[1:]
	return n, nil
}

// piped is a lambda.Streamer of one answer, which the test writes.
type piped struct {
	lambda.Invoker
	*pieces

	from *io.PipeReader
}

func (p *piped) InvokeStream(context.Context, lambda.InvokeInput) (lambda.Stream, error) {
	return p, nil
}

func (p *piped) Read(b []byte) (int, error) { return p.from.Read(b) }
func (p *piped) Close() error               { return p.from.Close() }

// TestURLStreamsAtOnce reads each piece of an answer before the next one is written, and an
// answer that a failure of the function cuts.
func TestURLStreamsAtOnce(t *testing.T) {
	for _, failure := range []string{"", "Unhandled"} {
		from, to := io.Pipe()
		p := &piped{from: from, pieces: &pieces{kind: "text/plain", out: lambda.InvokeOutput{FunctionError: failure}}}
		u := httpapi.NewURL(&template.FunctionURL{ID: "a", Function: "f", Stream: true}, p, httpapi.Options{})
		server := httptest.NewServer(u)
		t.Cleanup(server.Close)
		answers := make(chan *http.Response, 1) // the one answer
		go func() {
			resp, err := http.Get(server.URL) //nolint:bodyclose // at the end of the test
			if err != nil {
				t.Error(err)
			}
			answers <- resp
		}()
		var resp *http.Response
		for _, want := range []string{"one", "two"} {
			if _, err := io.WriteString(to, want); err != nil { // returns when it is read
				t.Fatal(err)
			}
			if resp == nil {
				if resp = <-answers; resp == nil {
					return
				}
				t.Cleanup(func() { resp.Body.Close() })
			}
			got := make([]byte, 3)
			if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != want {
				t.Errorf("read %q, %v, want %q", got, err, want)
			}
		}
		_ = to.Close()
		_, err := io.ReadAll(resp.Body)
		if cut := errors.Is(err, io.ErrUnexpectedEOF); cut != (failure != "") || !cut && err != nil {
			t.Errorf("failure %q: the answer ends with %v", failure, err)
		}
	}
}
