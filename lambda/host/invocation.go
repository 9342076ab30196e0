package host

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"lullaby/internal/uuid"
	"lullaby/lambda"
)

// An invocation is one call of a function. The fields above began never change;
// the Host's lock guards the others until done.
type invocation struct {
	id            string
	arn           string // with the qualifier that the caller used
	traceID       string // with the lineage
	looped        bool   // the chain of requests is to be stopped
	clientContext string // JSON
	payload       []byte
	function      *function
	accepted      time.Time // when the invocation was accepted
	tail          *tail     // nil: the caller does not want it; its output locks it
	stream        *stream   // nil: the caller wants the result whole

	began    time.Time // since when the timeout runs
	init     time.Duration
	answered bool // result is what the function said
	result   result

	done chan outcome // capacity 1; the first to send decides, never closed
}

// A result is how an invocation ended.
type result struct {
	payload []byte
	failed  bool  // the payload says why the function has no result
	err     error // the Host has none
}

// An outcome is a result and the end of the log behind it.
type outcome struct {
	result
	tail []byte
}

// deliver sends the outcome to the waiting caller, and ends its stream. Only its first
// call has an effect.
func (inv *invocation) deliver(r result, tail []byte) {
	select {
	case inv.done <- outcome{r, tail}:
	default:
	}
	if inv.stream != nil {
		_ = inv.stream.to.Close() // never fails
	}
}

// output returns the answer of the Invoke API.
func (o outcome) output(requestID string) (lambda.InvokeOutput, error) {
	if o.err != nil {
		return lambda.InvokeOutput{}, o.err
	}
	out := lambda.InvokeOutput{
		StatusCode:      http.StatusOK,
		RequestID:       requestID,
		ExecutedVersion: lambda.ExecutedVersion,
		LogResult:       o.tail,
		Payload:         o.payload,
	}
	if o.failed {
		out.FunctionError = lambda.FunctionErrorMessage
	}
	return out, nil
}

// accept checks a request and returns its invocation. It copies the payload: the
// function may read it after the caller has left.
func (h *Host) accept(in lambda.InvokeInput) (*invocation, error) {
	name, functionARN, err := lambda.Resolve(h.options.Scope, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	f := h.named(name)
	if f == nil {
		return nil, lambda.NotFound(h.options.Scope, name, in.Qualifier)
	}
	if err := checkPayload(in); err != nil {
		return nil, err
	}
	clientContext, err := decodeClientContext(in.ClientContext)
	if err != nil {
		return nil, err
	}
	inv := &invocation{
		id:            uuid.New(),
		arn:           functionARN,
		clientContext: clientContext,
		payload:       bytes.Clone(in.Payload),
		function:      f,
		accepted:      time.Now(),
		done:          make(chan outcome, 1),
	}
	if len(inv.payload) == 0 {
		inv.payload = []byte("{}")
	}
	lineage, ok := lambda.LineageOf(in.TraceID).Pass(lambda.FunctionARN(h.options.Scope, name, ""))
	inv.traceID, inv.looped = lineage.Header(cmp.Or(in.TraceID, newTraceID(inv.accepted))), !ok
	if in.LogTail && in.InvocationType != lambda.Event {
		inv.tail = &tail{}
	}
	return inv, nil
}

func checkPayload(in lambda.InvokeInput) error {
	most := lambda.MaxRequestBytes
	if in.InvocationType == lambda.Event {
		most = lambda.MaxEventBytes
	}
	if len(in.Payload) > most {
		return fmt.Errorf("payload of %d bytes, %d allowed: %w", len(in.Payload), most, lambda.ErrRequestTooLarge)
	}
	if len(in.Payload) == 0 || json.Valid(in.Payload) {
		return nil
	}
	var v any
	return fmt.Errorf("%w: %w", lambda.ErrInvalidContent, json.Unmarshal(in.Payload, &v))
}

// decodeClientContext returns the JSON for the runtime, on one line, since it is
// sent in a header.
func decodeClientContext(encoded string) (string, error) {
	if encoded == "" {
		return "", nil
	}
	if len(encoded) > lambda.MaxClientContext {
		return "", fmt.Errorf("client context of %d bytes, %d allowed: %w",
			len(encoded), lambda.MaxClientContext, lambda.ErrRequestTooLarge)
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", fmt.Errorf("%w: client context: %w", lambda.ErrInvalidContent, err)
	}
	var line bytes.Buffer
	if err := json.Compact(&line, text); err != nil {
		return "", fmt.Errorf("%w: client context: %w", lambda.ErrInvalidContent, err)
	}
	return line.String(), nil
}
