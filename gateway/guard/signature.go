package guard

import (
	"errors"

	"lullaby/gateway"
	"lullaby/internal/sigv4"
)

// askSignature checks the signature of a request. Without keys any is taken.
func (g *Guard) askSignature(q *Question) (*Caller, *Denial) {
	in := q.Signed()
	s, err := sigv4.ParseAny(in)
	if err == nil && g.verifier != nil {
		err = g.verifier.Verify(q.At, s, in)
	}
	if err != nil {
		return nil, unsigned(err)
	}
	return &Caller{account: g.options.Scope.Account, arn: g.options.Scope.Global("iam", "root"), key: s.AccessKey()}, nil
}

// unsigned returns the denial of a request without a right signature
// (docs/aws/gateway.md#signatures).
func unsigned(err error) *Denial {
	d := &Denial{Refusal: gateway.BadSignature, Message: err.Error(), Cause: err}
	if of, ok := errors.AsType[*sigv4.Error](err); ok {
		switch of.Kind {
		case sigv4.Missing:
			d.Refusal, d.Message = gateway.NoSignature, ""
		case sigv4.Incomplete:
			d.Refusal = gateway.IncompleteSignature
		case sigv4.Unrecognized:
			d.Refusal = gateway.UnknownKey
		case sigv4.Invalid:
		}
	}
	return d
}
