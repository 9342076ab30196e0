package wire

import (
	"lullaby/internal/sigv4"
)

// verifier returns the verifier of v's signatures, nil if any credentials are
// accepted. It accepts signatures whose scope names v.
func (o *Options) verifier(v *service) *sigv4.Verifier {
	if o.Keys == nil {
		return nil
	}
	return &sigv4.Verifier{Keys: o.Keys, Region: o.Scope.Region, Service: v.name, Skew: v.skew}
}

// checkSigned refuses a request without the parts of a signature. With a
// verifier it also refuses one that no key has signed. The error is a
// *sigv4.Error.
func (v *service) checkSigned(r *request) error {
	if v.unsigned && v.verifier == nil {
		return nil
	}
	in := r.toSign()
	s, err := sigv4.Parse(&in)
	if err != nil || v.verifier == nil {
		return err
	}
	in.Names = r.headerNames()
	return v.verifier.Verify(r.at, s, &in)
}

// toSign returns the part of r that a signature covers, without the names of its
// headers.
func (r *request) toSign() sigv4.Request {
	return sigv4.Request{
		Method: r.method(),
		Path:   r.sentPath(),
		Query:  r.sentQuery(),
		Body:   r.body(),
		Header: r.headers,
	}
}
