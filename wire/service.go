package wire

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"lullaby/internal/sigv4"
)

// A service is one API of AWS's: its operations, and what is its own whatever
// protocol a request comes in.
type service struct {
	title string // for people: "DynamoDB"
	name  string // in the scope of signatures: "dynamodb"
	shape string // in protocols, as its API model names it: "DynamoDB_20120810"

	operations map[string]operation
	unbuilt    []string // operations of AWS's that are not in operations
	faults     []row    // its part of the table of errors

	skew     time.Duration   // how far the instant of a signature may lie from now
	verifier *sigv4.Verifier // nil: any credentials will do
	unsigned bool            // without a verifier, requests need no signature

	exposed     string // names of headers that scripts of a site may read; empty: none
	compressed  bool   // bodies may be gzip, and are bounded by maxBody
	syntaxFirst bool   // a body that cannot be read is refused before all else

	// Hooks, each of which may be nil. front answers requests that are for no
	// operation. finish completes every answer but one to a preflight. count
	// records a call that was answered with status; err is nil or was refused.
	front  func(r *request) (resp response, answered bool)
	finish func(r *request, resp response) response
	count  func(c call, err error, status int)
}

// An operation takes an input and returns an output: pointers to the shapes of
// AWS's API model. It knows no protocol; of REST it has the route.
type operation struct {
	in func() any // returns a new input
	do func(ctx context.Context, in any) (out any, err error)

	route string // method and path; empty: the service does not speak REST
	waits bool   // its context ends when the client leaves, which costs a microsecond
}

// method makes an operation of a method of a service's engine.
func method[In, Out any](do func(context.Context, *In) (*Out, error)) operation {
	return operation{
		in: func() any { return new(In) },
		do: func(ctx context.Context, in any) (any, error) { return do(ctx, in.(*In)) },
	}
}

// at returns op with a route, such as "GET /2015-03-31/functions/{FunctionName}".
func (op operation) at(route string) operation {
	op.route = route
	return op
}

// waiting returns op with a context that ends when the client leaves.
func (op operation) waiting() operation {
	op.waits = true
	return op
}

// find returns an operation by its name. The error is an *unbuiltError or
// errUnknownOperation.
func (v *service) find(name string) (operation, error) {
	if op, ok := v.operations[name]; ok {
		return op, nil
	}
	if slices.Contains(v.unbuilt, name) {
		return operation{}, &unbuiltError{name, v.title}
	}
	return operation{}, errUnknownOperation
}

// A call carries what a request's metrics need.
type call struct {
	at        time.Time // when it began
	operation string    // empty: there is no such operation
	in, out   any       // nil: the request was refused before
}

// run performs the operation that r names and returns the answer. If err is not
// nil, the body could not be read and err is refused.
func (v *service) run(r *request, p protocol, body []byte, err error, log *slog.Logger) response {
	c := call{at: time.Now()}
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
		err = v.checkSigned(r)
	}
	if err != nil {
		if v.syntaxFirst {
			if unread := p.decode(r, body, nil); unread != nil {
				err = unread
			}
		}
		return response{}, err
	}
	c.in = op.in()
	if err := p.decode(r, body, c.in); err != nil {
		return response{}, err
	}
	ctx := r.ctx
	if op.waits {
		watched, stop := r.watched()
		defer stop()
		ctx = watched
	}
	if c.out, err = op.do(ctx, c.in); err != nil {
		return response{}, err
	}
	return p.encode(r, c.out)
}

// refuse returns the answer to err. An internal error is logged, since its
// answer does not say what happened.
func (v *service) refuse(r *request, p protocol, err error, log *slog.Logger) response {
	f := faultOf(v.faults, err)
	if f.internal {
		log.Error("request failed", slog.String("service", v.name), slog.String("operation", r.operation), slog.Any("error", err))
	}
	resp, err := p.refuse(r, f)
	if err != nil {
		log.Error("write fault", slog.Any("error", err))
	}
	return resp
}
