package wire

import "errors"

// A protocol is a way to put an operation, its input and its output into HTTP.
// It knows no service. r.operation is the operation's name.
type protocol interface {
	// claims returns the shape of the service and the name of the operation
	// that a request is for, whether they exist or not. It is not ok if the
	// request is in another protocol.
	claims(r *request) (shape, operation string, ok bool)

	// decode reads an input into the shape that in points to. If in is nil, it
	// checks the body's syntax. The error is for the client.
	decode(r *request, body []byte, in any) error

	// encode writes an output. An error is internal.
	encode(r *request, out any) (response, error)

	// refuse writes a fault. An error is internal, and comes with a response
	// that has no body.
	refuse(r *request, f fault) (response, error)
}

// A dialect is a protocol with the services that speak it, by their shapes.
type dialect struct {
	protocol protocol
	services map[string]*service
}

// speak adds services that speak p. Dialects are asked in the order in which
// they were added.
func (s *Server) speak(p protocol, services ...*service) {
	d := dialect{p, map[string]*service{}}
	for _, v := range services {
		v.verifier = s.opts.verifier(v)
		d.services[v.shape] = v
	}
	s.dialects = append(s.dialects, d)
}

// route returns the service that a request is for, and the protocol that it is
// in, and sets r.operation. What no protocol claims is DynamoDB's.
func (s *Server) route(r *request) (*service, protocol) {
	for i := range s.dialects {
		d := &s.dialects[i]
		shape, operation, ok := d.protocol.claims(r)
		if !ok {
			continue
		}
		if v := d.services[shape]; v != nil {
			r.operation = operation
			return v, d.protocol
		}
	}
	return s.unclaimed, awsJSON{}
}

// answer returns the answer to a request of any service.
func (s *Server) answer(r *request) response {
	v, p := s.route(r)
	body, err := r.body(), error(nil)
	if v.compressed {
		if body, err = r.plainBody(); errors.Is(err, errTooLarge) {
			return response{status: faultOf(v.faults, err).status, chunked: true}
		}
	}
	site := r.header("Origin") != ""
	var resp response
	if site && r.method() == "OPTIONS" {
		resp = preflight(r)
	} else {
		resp = s.ask(r, v, p, body, err)
	}
	if site {
		resp.allowOrigin(v.exposed)
	}
	if resp.id == "" {
		resp.id = newRequestID()
	}
	resp.set("x-amzn-RequestId", resp.id)
	return resp
}

// ask returns v's answer to a request that is no preflight.
func (s *Server) ask(r *request, v *service, p protocol, body []byte, err error) response {
	var resp response
	answered := false
	if v.front != nil {
		resp, answered = v.front(r)
	}
	if !answered {
		resp = v.run(r, p, body, err, s.opts.Log)
	}
	if v.finish != nil {
		resp = v.finish(r, resp)
	}
	return resp
}
