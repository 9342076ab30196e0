package wire

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"

	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/internal/eventstream"
	"lullaby/lambda"
)

// invokeWithResponseStream returns the operation of that name
// (docs/aws/lambda.md#response-streaming).
func invokeWithResponseStream(f lambda.Streamer) operation {
	return method(func(ctx context.Context, _ instant.Instant, in *invokeInput) (*streamOutput, error) {
		if in.InvocationType == lambda.DryRun {
			out, err := f.Invoke(ctx, lambda.InvokeInput(*in))
			return &streamOutput{dry: (*invokeOutput)(&out)}, err
		}
		stream, err := f.InvokeStream(ctx, lambda.InvokeInput(*in))
		return &streamOutput{Stream: stream}, err
	}).at("POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations").waiting()
}

// A streamOutput is bound to the body: one event for each piece of the answer.
type streamOutput struct {
	lambda.Stream

	dry *invokeOutput // of a DryRun, which has no stream; else nil
}

func (out *streamOutput) bound() response {
	if out.dry != nil {
		return out.dry.bound()
	}
	resp := response{status: http.StatusOK, stream: &eventReader{of: out.Stream}, id: out.RequestID()}
	resp.set("Content-Type", eventstream.ContentType)
	resp.set("X-Amz-Executed-Version", lambda.ExecutedVersion)
	return resp
}

// eventBytes is how many bytes of an answer an event has at most.
const eventBytes = 32 << 10

// An eventReader reads the answer of a function as events.
type eventReader struct {
	of    lambda.Stream
	piece []byte // of the answer
	event []byte // of which rest is a part
	rest  []byte // what Read has not returned
	ended bool   // the last event is made
}

func (r *eventReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.ended {
			return 0, io.EOF
		}
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// next makes the next event.
func (r *eventReader) next() error {
	if r.piece == nil {
		r.piece = make([]byte, eventBytes)
	}
	n, err := r.of.Read(r.piece)
	r.event = r.event[:0]
	if n > 0 {
		r.event = eventstream.AppendEvent(r.event, "PayloadChunk", "application/octet-stream", r.piece[:n])
	}
	if errors.Is(err, io.EOF) {
		var told []byte
		if told, err = complete(r.of.Result()); err != nil {
			return err
		}
		r.event = eventstream.AppendEvent(r.event, "InvokeComplete", jsonType, told)
		r.ended = true
	}
	r.rest = r.event
	return err
}

func (r *eventReader) Close() error { return r.of.Close() }

// complete returns an InvokeWithResponseStreamCompleteEvent.
func complete(out lambda.InvokeOutput) ([]byte, error) {
	return awsjson.Marshal(struct {
		ErrorCode    string `json:",omitempty"`
		ErrorDetails string `json:",omitempty"`
		LogResult    string `json:",omitempty"`
	}{out.FunctionError, string(out.Payload), base64.StdEncoding.EncodeToString(out.LogResult)})
}
