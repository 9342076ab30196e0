package wire

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
	"lullaby/lambda/mapping"
)

// lambdaExposed are the headers of Lambda's answers that scripts may read
// (recorded in aws/aws-sdk-js#1080).
const lambdaExposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,x-amz-log-result,x-amz-function-error"

// functions returns the API of Lambda. A new operation is a line here and its
// shapes below, for the members that are not in the body. api may be nil.
func functions(f lambda.Streamer, api mapping.API) *service {
	invoke := func(ctx context.Context, _ instant.Instant, in *invokeInput) (*invokeOutput, error) {
		out, err := f.Invoke(ctx, lambda.InvokeInput(*in))
		return (*invokeOutput)(&out), err
	}
	v := &service{
		title: "Lambda",
		name:  "lambda",
		shape: "AWSGirApiService",
		operations: map[string]operation{
			"Invoke": method(invoke).at("POST /2015-03-31/functions/{FunctionName}/invocations").waiting(),

			"InvokeWithResponseStream": invokeWithResponseStream(f),
		},
		faults:   lambdaFaults,
		skew:     5 * time.Minute, // the message contains it (aws/aws-sdk-js#2598)
		unsigned: true,
		exposed:  lambdaExposed,
	}
	if api != nil {
		mappings(v.operations, api)
	}
	return v
}

// An invokeInput is bound to the path, the query and the headers. The body is
// the payload.
type invokeInput lambda.InvokeInput

func (in *invokeInput) bind(r *request, body []byte) error { //nolint:unparam // of boundInput
	in.FunctionName = r.label("FunctionName")
	in.Qualifier = r.query("Qualifier")
	in.InvocationType = lambda.InvocationType(r.header("X-Amz-Invocation-Type"))
	in.LogTail = r.header("X-Amz-Log-Type") == "Tail"
	in.ClientContext = r.header("X-Amz-Client-Context")
	in.TraceID = r.header("X-Amzn-Trace-Id")
	in.Payload = body
	return nil
}

// An invokeOutput is bound to the status and the headers. The body is the
// payload. The request's id is that of the invocation.
type invokeOutput lambda.InvokeOutput

func (out *invokeOutput) bound() response {
	resp := response{status: out.StatusCode, body: out.Payload, id: out.RequestID}
	if out.StatusCode == http.StatusOK {
		resp.set("Content-Type", jsonType)
		resp.set("X-Amz-Executed-Version", out.ExecutedVersion)
	}
	if out.FunctionError != "" {
		resp.set("X-Amz-Function-Error", out.FunctionError)
	}
	if out.LogResult != nil {
		resp.set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(out.LogResult))
	}
	return resp
}

const msgRecursive = "Lambda has detected your function being invoked in a recursive loop with other AWS resources and stopped your function's invocation."

const msgRequestTooLarge = "Request must be smaller than 6291456 bytes for the InvokeFunction operation"

// ofLambda matches as m does, and adds the member Type: User or Service.
func ofLambda(m match, who string) match {
	return capital(func(f *fault, err error) bool {
		f.members = []member{{"Type", who}}
		return m(f, err)
	})
}

// user adds the Type of a fault that the client caused.
func user(m match) match { return ofLambda(m, "User") }

// concurrency matches Lambda's throttles. A throttle of AWS's has a reason, and
// its message's member has no capital letter. A refusal because this machine
// has no room has no reason and a capital.
var concurrency = user(as(func(f *fault, e *lambda.ThrottleError) bool {
	f.message = "Rate Exceeded."
	if e.Reason != "" {
		f.members = append([]member{{"Reason", e.Reason}}, f.members...)
		f.capital = false
	}
	return true
}))

func invalidContent(f *fault, err error) bool {
	detail := strings.TrimPrefix(err.Error(), lambda.ErrInvalidContent.Error()+": ")
	f.message = "Could not parse request body into json: " + detail
	return errors.Is(err, lambda.ErrInvalidContent)
}

// missingToken has a message of its own (brefphp/bref#1250).
var missingToken = as(func(f *fault, e *sigv4.Error) bool {
	f.message = "Missing Authentication Token"
	return e.Kind == sigv4.Missing
})
