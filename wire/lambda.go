package wire

import (
	"encoding/base64"
	"log/slog"
	"net/http"
	"strings"

	"lullaby/internal/awsjson"
	"lullaby/lambda"
)

// lambda answers in Lambda's REST protocol, scripts of a site too.
func (s *Server) lambda(r *request) response {
	if r.header("Origin") == "" {
		return s.invoke(r)
	}
	if r.method() == http.MethodOptions {
		resp := response{status: http.StatusOK}
		resp.set("x-amzn-RequestId", newRequestID())
		resp.allowOrigin(lambdaExposed)
		return preflight(r, resp)
	}
	resp := s.invoke(r)
	resp.allowOrigin(lambdaExposed)
	return resp
}

// invoke answers POST /2015-03-31/functions/{FunctionName}/invocations, the one
// operation of Lambda's REST protocol that there is.
func (s *Server) invoke(r *request) response {
	name, ok := strings.CutSuffix(strings.TrimPrefix(r.path(), lambdaPrefix), "/invocations")
	if !ok || name == "" || r.method() != "POST" {
		resp := response{status: 404}
		resp.set("x-amzn-RequestId", newRequestID())
		resp.set("x-amzn-ErrorType", "UnknownOperationException")
		return resp
	}
	if s.lambdaSigned != nil {
		if err := checkSigned(r, s.lambdaSigned); err != nil {
			return s.lambdaFault(err)
		}
	}
	qualifier, _ := r.query("Qualifier")
	ctx, stop := r.watched()
	defer stop()
	out, err := s.services.Lambda.Invoke(ctx, lambda.InvokeInput{
		FunctionName:   name,
		Qualifier:      qualifier,
		InvocationType: lambda.InvocationType(r.header("X-Amz-Invocation-Type")),
		LogTail:        r.header("X-Amz-Log-Type") == "Tail",
		ClientContext:  r.header("X-Amz-Client-Context"),
		TraceID:        r.header("X-Amzn-Trace-Id"),
		Payload:        r.body(),
	})
	if err != nil {
		return s.lambdaFault(err)
	}
	resp := response{status: out.StatusCode, body: out.Payload}
	resp.set("x-amzn-RequestId", out.RequestID)
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

// lambdaFaultBody is a fault in REST-JSON; the exception is in a header. A
// throttle spells message otherwise and says why; a refused signature has nothing
// else.
type lambdaFaultBody struct {
	Reason       lambda.ThrottleReason `json:",omitzero"`
	Type         string                `json:",omitzero"`
	Message      string                `json:",omitzero"`
	LowerMessage string                `json:"message,omitzero"`
}

func (s *Server) lambdaFault(err error) response {
	f, expected := lambdaFault(err)
	if !expected {
		s.opts.Log.Error("invoke failed", slog.Any("error", err))
	}
	body := lambdaFaultBody{Type: "User", Message: f.message, Reason: f.reason}
	if f.reason != "" || f.status == http.StatusForbidden {
		body.Message, body.LowerMessage = "", f.message
	}
	switch {
	case f.status == http.StatusForbidden:
		body.Type = ""
	case f.status >= 500:
		body.Type = "Service"
	}
	text, err := awsjson.Marshal(body)
	if err != nil {
		s.opts.Log.Error("write fault", slog.Any("error", err))
	}
	resp := response{status: f.status, body: text}
	resp.set("x-amzn-RequestId", newRequestID())
	resp.set("x-amzn-ErrorType", f.exception)
	resp.set("Content-Type", jsonType)
	return resp
}
