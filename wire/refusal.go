package wire

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"lullaby/dynamo"
	"lullaby/lambda"
)

// A Refusal is a request that was refused, by a service or as that of a web page, for people who look at a running stack.
type Refusal struct {
	At        time.Time // when the request began
	Service   string    // "DynamoDB"
	Operation string    // empty: the request has none
	Status    int
	Code      string // AWS's: ProvisionedThroughputExceededException
	Message   string
	Limit     string // AWS's name of the limit that throttled it; empty: it was not throttled
	Resource  string // that throttled it: a table, TABLE/index/NAME or a function
	Request   string // the beginning of its body, if that is text
}

// maxRequestText bounds a Refusal's Request, in bytes.
const maxRequestText = 1 << 10

// ofWebPage returns the Refusal of a request that barred refuses with resp.
func ofWebPage(r *request, resp *response) Refusal {
	return Refusal{
		At: r.at, Service: "AWS endpoint", Operation: r.method() + " " + r.sentPath(), Status: resp.status,
		Code: "foreign web page", Message: strings.TrimSpace(string(resp.body)),
	}
}

// refusalOf returns the Refusal of a request that is answered with f because of err.
func (v *service) refusalOf(r *request, f *fault, err error) Refusal {
	told := Refusal{
		At: r.at, Service: cmp.Or(v.title, v.name), Operation: r.operation, Status: f.status, Code: f.code(), Message: f.message,
		Request: strings.ToValidUTF8(string(r.body()[:min(len(r.body()), maxRequestText)]), ""),
	}
	if throttle, ok := errors.AsType[*dynamo.ThrottleError](err); ok {
		told.Limit = throttle.Verdict.Reason()
		_, told.Resource, _ = strings.Cut(throttle.Verdict.Resource.Name, ":table/")
	}
	if throttle, ok := errors.AsType[*lambda.ThrottleError](err); ok {
		told.Limit, told.Resource = cmp.Or(string(throttle.Reason), "this machine's room for sandboxes"), throttle.Function
	}
	return told
}
