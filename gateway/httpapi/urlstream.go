package httpapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/lambda"
)

// preludeType is the content type of an answer that begins with its status and headers, as
// JSON, and a separator (docs/aws/httpapi.md#streams-of-function-urls).
const preludeType = "application/vnd.awslambda.http-integration-response"

// separator is between a prelude and the body.
var separator = make([]byte, 8)

// maxPrelude bounds a prelude in bytes. Assumed: AWS documents no bound of its own.
const maxPrelude = 64 << 10

// stream answers with what the function sends, while it sends it. If the answer cannot
// begin, it sets the refusal and writes nothing. It returns false if the answer ends before
// its end.
func (u *URL) stream(ctx context.Context, w http.ResponseWriter, x *exchange, s *scratch) (whole bool) {
	answer, i := edge.InvokeStream(ctx, u.functions, x.input(s), x.endpoint.timeout)
	x.integration, x.refusal, x.cause = i.Took, i.Refusal, i.Cause
	if x.refusal != 0 {
		s.event = nil // the function may still read the event of an abandoned invocation
		return true
	}
	defer func() { _ = answer.Close() }() // drops the rest if the client has left
	piece := make([]byte, 32<<10)
	first, err := begin(answer, piece, &s.result)
	if err == nil || errors.Is(err, io.EOF) {
		kind := answer.ContentType()
		if kind == preludeType {
			kind = "application/octet-stream"
		}
		s.result.writeHeaders(w.Header(), kind)
		u.cors.set(w.Header(), x.r)
		return x.pass(w, s.result.Status, first, answer, piece, err)
	}
	x.cause = err
	switch {
	case errors.Is(err, errFailed):
		x.refusal, x.cause = gateway.FunctionFailed, nil
	case errors.Is(err, errPrelude):
		x.refusal = gateway.Malformed
	default:
		x.refusal = gateway.NotInvoked
	}
	return true
}

var (
	errFailed  = errors.New("the function has failed")
	errPrelude = errors.New("no status and headers before the body")
)

// begin reads an answer until its status and headers are known, into result, and returns
// the beginning of the body, which may be a part of piece. The error is io.EOF at the
// answer's end, errFailed if the function failed before, and else says why there is no
// answer.
func begin(answer lambda.Stream, piece []byte, result *result) (first []byte, err error) {
	result.reset()
	n, err := answer.Read(piece)
	first = piece[:n]
	if answer.ContentType() == preludeType {
		var prelude []byte
		for first = nil; ; n, err = answer.Read(piece) {
			prelude = append(prelude, piece[:n]...)
			head, body, found := bytes.Cut(prelude, separator)
			if found {
				if _, malformed := result.Decode(head, result.own); malformed != nil {
					return nil, errors.Join(errPrelude, malformed)
				}
				first = body
				break
			}
			if err == nil && len(prelude) > maxPrelude || errors.Is(err, io.EOF) && answer.Result().FunctionError == "" {
				return nil, errPrelude
			}
			if err != nil {
				break
			}
		}
	}
	if errors.Is(err, io.EOF) && len(first) == 0 && answer.Result().FunctionError != "" {
		return nil, errFailed
	}
	return first, err
}

// pass writes the answer, whose headers are in place, as its pieces come. first is its
// beginning, and err what came of reading that. It returns false if the answer ends before its
// end.
func (x *exchange) pass(w http.ResponseWriter, status int, first []byte, answer lambda.Stream, piece []byte, err error) (whole bool) {
	x.status = status
	w.WriteHeader(status)
	flusher := http.NewResponseController(w)
	for {
		n, failed := w.Write(first)
		x.sent += n
		if failed == nil {
			failed = flusher.Flush()
		}
		if errors.Is(err, io.EOF) {
			x.cause = nil
			return answer.Result().FunctionError == ""
		}
		if err != nil || failed != nil { // the machine has no end, or the client has left
			return false
		}
		n, err = answer.Read(piece)
		first = piece[:n]
	}
}
