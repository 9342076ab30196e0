package wire

import (
	"errors"

	"lullaby/internal/uuid"
)

// A protocol encodes operations, inputs and outputs in HTTP. It knows no
// service. r.operation is the operation's name.
type protocol interface {
	// claims returns the service's shape and the operation of a request.
	// Neither has to exist. ok is false if the request is in another protocol.
	claims(r *request) (shape, operation string, ok bool)

	// decode decodes an input into the shape that in points to. If in is nil,
	// it only checks the body's syntax. The error is for the client.
	decode(r *request, body []byte, in any) error

	// encode returns the response with an output. An error is internal.
	encode(r *request, out any) (response, error)

	refuser
}

// A refuser encodes refusals as a protocol does.
type refuser interface {
	// refuse returns the response with a fault. An error is internal; then the
	// response has no body.
	refuse(r *request, f fault) (response, error)
}

// A dialect is a protocol with the services that speak it, by shape.
type dialect struct {
	protocol protocol
	services map[string]*service
}

// speak adds services that speak p. Dialects are tried in the order in which
// they were added.
func (s *Server) speak(p protocol, services ...*service) {
	d := dialect{p, map[string]*service{}}
	for _, v := range services {
		s.own[v.name] = true
		v.verifier, v.refused = s.opts.verifier(v), s.opts.Refused
		d.services[v.shape] = v
	}
	s.dialects = append(s.dialects, d)
}

// route returns the protocol of a request, and sets r.service, r.operation and
// r.id. A request that no protocol claims, or one of a service that the endpoint could
// have and has not, goes to DynamoDB.
func (s *Server) route(r *request) protocol {
	p := s.claim(r)
	if r.service.uuids {
		r.id = uuid.New()
	} else {
		r.id = newRequestID()
	}
	return p
}

func (s *Server) claim(r *request) protocol {
	for i := range s.dialects {
		d := &s.dialects[i]
		shape, operation, ok := d.protocol.claims(r)
		if !ok {
			continue
		}
		if v := d.services[shape]; v != nil {
			r.service, r.operation = v, operation
			return d.protocol
		}
	}
	r.service = s.unclaimed
	return awsJSON{}
}

// answer returns the answer to a request to any service.
func (s *Server) answer(r *request) response {
	if resp, barred := s.barred(r); barred {
		if s.opts.Refused != nil {
			s.opts.Refused(ofWebPage(r, &resp))
		}
		return resp
	}
	if resp, answered := s.certificate(r); answered {
		return resp
	}
	p := s.route(r)
	v, body, err := r.service, r.body(), error(nil)
	if v.compressed {
		var taken int
		body, taken, err = r.plainBody(s.large)
		defer s.large.give(taken)
		if errors.Is(err, errTooLarge) {
			return response{status: faultOf(v.faults, err).status, chunked: true}
		}
	}
	site := r.ofSite()
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
		resp.id = r.id
	}
	resp.set("x-amzn-RequestId", resp.id)
	return resp
}

// ask returns v's answer to a request that is not a preflight.
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
