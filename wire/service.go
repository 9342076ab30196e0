package wire

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"lullaby/instant"
	"lullaby/internal/sigv4"
)

// A service is one API of AWS's: its operations, and what is the same for every
// protocol.
type service struct {
	title string // for people: "DynamoDB"
	name  string // in the scope of signatures: "dynamodb"
	shape string // in protocols, by its API model: "DynamoDB_20120810"
	query queryNames
	json  string // its version of AWS's JSON protocol, as a content type; empty: json10

	operations map[string]operation
	unbuilt    []string // operations that AWS has and Lullaby lacks
	faults     []row    // its rows of the table of errors

	skew     time.Duration   // allowed distance of a signature's instant from now
	verifier *sigv4.Verifier // nil: any credentials are accepted
	unsigned bool            // if verifier is nil, signatures are optional

	uuids       bool   // the ids of its requests are UUIDs
	exposed     string // headers for scripts of other sites, separated by commas; may be empty
	compressed  bool   // bodies may be compressed; maxBody bounds them
	syntaxFirst bool   // syntax errors of the body are refused first

	// Hooks; each may be nil. front answers requests that are not for an
	// operation. note adds to an input what a header says in any protocol. locate completes the URLs of an output, in place. finish
	// completes every answer but those to preflights. count
	// records a call with the status of its answer and the error that was
	// refused, if any.
	front  func(r *request) (resp response, answered bool)
	note   func(r *request, in any)
	locate func(r *request, out any)
	finish func(r *request, resp response) response
	count  func(c call, err error, status int)

	refused func(Refusal) // as Options has it
}

// An operation takes an input and returns an output, both pointers to shapes of
// AWS's API model. It knows no protocol; route is for REST.
type operation struct {
	in func() any // returns a new input
	do func(ctx context.Context, now instant.Instant, in any) (out any, err error)

	route  string // method and path; empty: no REST
	status int    // of an answer in REST; 0: 200
	waits  bool   // its context ends when the client leaves, at the cost of a microsecond
	most   int    // bytes of a body, as it is sent; 0: maxBody
	open   bool   // it needs no signature, whatever keys the endpoint has
}

// method returns an operation that calls do.
func method[In, Out any](do func(ctx context.Context, now instant.Instant, in *In) (*Out, error)) operation {
	return operation{
		in: func() any { return new(In) },
		do: func(ctx context.Context, now instant.Instant, in any) (any, error) { return do(ctx, now, in.(*In)) },
	}
}

// at returns op with a route, such as "GET
// /2015-03-31/functions/{FunctionName}".
func (op operation) at(route string) operation {
	op.route = route
	return op
}

// answering returns op with a status.
func (op operation) answering(status int) operation {
	op.status = status
	return op
}

// waiting returns op with waits set.
func (op operation) waiting() operation {
	op.waits = true
	return op
}

// upTo returns op with a bound of its body in bytes.
func (op operation) upTo(most int) operation {
	op.most = most
	return op
}

// A sizeError refuses a body that is larger than its operation takes, in bytes.
type sizeError struct{ size, most int }

func (e *sizeError) Error() string {
	return fmt.Sprintf("Request size %d exceeded %d bytes", e.size, e.most)
}

// find returns the operation of that name. The error is an *unbuiltError or
// an *unknownError.
func (v *service) find(name string) (operation, error) {
	if op, ok := v.operations[name]; ok {
		return op, nil
	}
	if slices.Contains(v.unbuilt, name) {
		return operation{}, &unbuiltError{name, v.title}
	}
	return operation{}, &unknownError{name}
}

// opened returns op with open set.
func (op operation) opened() operation {
	op.open = true
	return op
}

// A call carries what a request's metrics need.
type call struct {
	at        time.Time // when the request began
	operation string    // empty: no such operation
	in, out   any       // valid if the request was not refused before, and did not fail
}

// run performs the operation of r and returns the answer. If err is not nil,
// the body could not be read, and run refuses the request with err.
func (v *service) run(r *request, p protocol, body []byte, err error, log *slog.Logger) response {
	c := call{at: r.at}
	var resp response
	if err == nil {
		resp, err = v.perform(r, p, body, &c)
	}
	if err != nil {
		resp = v.refuse(r, p, err, log)
	}
	if v.count != nil {
		v.count(c, err, resp.status)
	}
	return resp
}

func (v *service) perform(r *request, p protocol, body []byte, c *call) (response, error) {
	op, err := v.find(r.operation)
	if err == nil {
		c.operation = r.operation
		if !op.open || r.signed() {
			err = v.checkSigned(r)
		}
	}
	if err != nil {
		if v.syntaxFirst {
			if unread := p.decode(r, body, nil); unread != nil {
				err = unread
			}
		}
		return response{}, err
	}
	if size := len(r.body()); op.most > 0 && size > op.most {
		return response{}, &sizeError{size, op.most}
	}
	c.in = op.in()
	if err := p.decode(r, body, c.in); err != nil {
		return response{}, err
	}
	if v.note != nil {
		v.note(r, c.in)
	}
	ctx := r.ctx
	if op.waits {
		watched, stop := r.watched()
		defer stop()
		ctx = watched
	}
	if c.out, err = op.do(ctx, instant.Of(r.at), c.in); err != nil {
		return response{}, err
	}
	if v.locate != nil {
		v.locate(r, c.out)
	}
	r.success = op.status
	return p.encode(r, c.out)
}

// refuse returns the answer to err. It logs an internal error, since the answer
// has no details.
func (v *service) refuse(r *request, p refuser, err error, log *slog.Logger) response {
	f := faultOf(v.faults, err)
	if f.internal {
		log.Error("request failed", slog.String("service", v.name), slog.String("operation", r.operation), slog.Any("error", err))
	}
	if v.refused != nil {
		v.refused(v.refusalOf(r, &f, err))
	}
	resp, err := p.refuse(r, f)
	if err != nil {
		log.Error("write fault", slog.Any("error", err))
	}
	return resp
}
