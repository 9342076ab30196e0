package host

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// A reply is a whole answer of the Runtime API, except to a request for work.
type reply struct {
	status int
	body   string
}

// The replies of AWS's own sandbox (docs/aws/lambda.md#runtime-api).
var (
	accepted     = reply{http.StatusAccepted, `{"status":"OK"}`}
	badRequestID = refusal(http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
	invalidMode  = refusal(http.StatusBadRequest, "InvalidFunctionResponseMode", "Invalid function response mode")
	truncated    = refusal(http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated")
)

// tooLarge is the reply to a result of more than most bytes.
func tooLarge(most int) reply {
	return refusal(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge",
		fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", most))
}

func refusal(status int, kind, message string) reply {
	body, err := json.Marshal(struct {
		Message string `json:"errorMessage"`
		Type    string `json:"errorType"`
	}{message, kind})
	if err != nil {
		panic(fmt.Sprintf("host: two strings as JSON: %v", err))
	}
	return reply{status, string(body)}
}

// refuse writes the reply for an error of the sandbox's state.
func refuse(w http.ResponseWriter, err error) {
	if errors.Is(err, errRequestID) {
		badRequestID.write(w)
		return
	}
	refusal(http.StatusForbidden, "InvalidStateTransition", err.Error()).write(w)
}

func (r reply) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
	w.WriteHeader(r.status)
	_, _ = w.Write([]byte(r.body)) // a runtime that is gone is seen to exit
}
