package wire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"lullaby/lambda"
)

// dripping is a lambda.Streamer of which each test feeds the one stream.
type dripping struct {
	functions

	to     *io.PipeWriter
	stream *drip
}

func newDripping(out lambda.InvokeOutput) *dripping {
	from, to := io.Pipe()
	return &dripping{echo, to, &drip{PipeReader: from, out: out, closed: make(chan struct{})}}
}

func (d *dripping) InvokeStream(context.Context, lambda.InvokeInput) (lambda.Stream, error) {
	return d.stream, nil
}

type drip struct {
	*io.PipeReader

	out    lambda.InvokeOutput
	once   sync.Once
	closed chan struct{} // by Close
}

func (d *drip) RequestID() string           { return "id" }
func (d *drip) ContentType() string         { return "text/plain" }
func (d *drip) Result() lambda.InvokeOutput { return d.out }

func (d *drip) Close() error {
	d.once.Do(func() { close(d.closed) })
	return d.PipeReader.Close()
}

// client returns AWS's client of an endpoint.
func client(addr string) *sdk.Client {
	return sdk.New(sdk.Options{
		BaseEndpoint: aws.String("http://" + addr), Region: "us-east-1", Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""),
	})
}

// open asks for the stream of function f.
func open(t *testing.T, addr string) *sdk.InvokeWithResponseStreamEventStream {
	t.Helper()
	out, err := client(addr).InvokeWithResponseStream(t.Context(), &sdk.InvokeWithResponseStreamInput{FunctionName: aws.String("f"), LogType: types.LogTypeTail})
	if err != nil {
		t.Fatal(err)
	}
	if aws.ToString(out.ExecutedVersion) != "$LATEST" || out.StatusCode != http.StatusOK {
		t.Errorf("the head of the answer: %+v", out)
	}
	t.Cleanup(func() { _ = out.GetStream().Close() })
	return out.GetStream()
}

// piece returns the next piece of an answer.
func piece(t *testing.T, s *sdk.InvokeWithResponseStreamEventStream) string {
	t.Helper()
	e, ok := (<-s.Events()).(*types.InvokeWithResponseStreamResponseEventMemberPayloadChunk)
	if !ok {
		t.Fatalf("no piece, but %v", s.Err())
	}
	return string(e.Value.Payload)
}

// TestInvokeWithResponseStream has AWS's client read each piece before the next one
// is made.
func TestInvokeWithResponseStream(t *testing.T) {
	tests := []struct {
		name string
		out  lambda.InvokeOutput
		want types.InvokeWithResponseStreamCompleteEvent
	}{
		{"success", lambda.InvokeOutput{}, types.InvokeWithResponseStreamCompleteEvent{}},
		{
			"failure",
			lambda.InvokeOutput{FunctionError: "Unhandled", Payload: []byte(`{"errorType":"E"}`), LogResult: []byte("log")},
			types.InvokeWithResponseStreamCompleteEvent{ErrorCode: aws.String("Unhandled"), ErrorDetails: aws.String(`{"errorType":"E"}`), LogResult: aws.String("bG9n")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDripping(tt.out)
			s := open(t, serve(t, d))
			for _, want := range []string{"one", "two"} {
				if _, err := io.WriteString(d.to, want); err != nil { // returns when it is read
					t.Fatal(err)
				}
				if got := piece(t, s); got != want {
					t.Errorf("a piece %q, want %q", got, want)
				}
			}
			_ = d.to.Close()
			e, ok := (<-s.Events()).(*types.InvokeWithResponseStreamResponseEventMemberInvokeComplete)
			if !ok {
				t.Fatalf("the answer has no end: %v", s.Err())
			}
			for _, c := range []struct {
				name      string
				got, want *string
			}{
				{"ErrorCode", e.Value.ErrorCode, tt.want.ErrorCode}, {"ErrorDetails", e.Value.ErrorDetails, tt.want.ErrorDetails}, {"LogResult", e.Value.LogResult, tt.want.LogResult},
			} {
				if aws.ToString(c.got) != aws.ToString(c.want) || (c.got == nil) != (c.want == nil) {
					t.Errorf("%s is %q, want %q", c.name, aws.ToString(c.got), aws.ToString(c.want))
				}
			}
			<-d.stream.closed
		})
	}
}

// TestStreamEndsEarly shows what becomes of a stream when the machine has no end of it, when
// its client leaves and when the endpoint is shut down.
func TestStreamEndsEarly(t *testing.T) {
	d := newDripping(lambda.InvokeOutput{})
	resp, err := http.Post("http://"+serve(t, d)+"/2021-11-15/functions/f/response-streaming-invocations", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_ = d.to.CloseWithError(errors.New("the host is closed"))
	if text, err := io.ReadAll(resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a broken stream: %q, %v", text, err)
	}
	<-d.stream.closed

	d = newDripping(lambda.InvokeOutput{})
	s := open(t, serve(t, d))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for err := error(nil); err == nil; { // the endpoint sees it when it writes
		_, err = d.to.Write(make([]byte, 1<<16))
	}
	<-d.stream.closed

	d = newDripping(lambda.InvokeOutput{})
	t.Run("shutdown", func(t *testing.T) { open(t, serve(t, d)) })
	<-d.stream.closed
}

// TestInvokeStreamDryRun asks whether a function may run.
func TestInvokeStreamDryRun(t *testing.T) {
	addr := serve(t, functions(func(in lambda.InvokeInput) (lambda.InvokeOutput, error) {
		if in.InvocationType != lambda.DryRun {
			t.Errorf("type %q", in.InvocationType)
		}
		return lambda.InvokeOutput{StatusCode: 204, RequestID: "id"}, nil
	}))
	a := send(t, addr, "POST", "/2021-11-15/functions/f/response-streaming-invocations", "{}", "X-Amz-Invocation-Type: DryRun")
	if a.status != 204 || a.body != "" {
		t.Errorf("%d %q", a.status, a.body)
	}
}
