package wire

import (
	"time"

	"lullaby/internal/sigv4"
)

// How far the instant of a signature may lie from now: DynamoDB's messages name
// 15 minutes (aws/aws-sdk-js#254), Lambda's 5 (aws/aws-sdk-js#2598).
const (
	dynamoDBSkew = 15 * time.Minute
	lambdaSkew   = 5 * time.Minute
)

// verifiers returns those of the services, nil ones if any credentials are
// taken.
func (o Options) verifiers() (dynamoDB, lambda *sigv4.Verifier) {
	if o.Keys == nil {
		return nil, nil
	}
	return &sigv4.Verifier{Keys: o.Keys, Region: o.Scope.Region, Service: "dynamodb", Skew: dynamoDBSkew},
		&sigv4.Verifier{Keys: o.Keys, Region: o.Scope.Region, Service: "lambda", Skew: lambdaSkew}
}

// checkSigned refuses a request without the parts of a signature, and with a
// verifier one that none of its keys has made. The error is a *sigv4.Error.
func checkSigned(r *request, v *sigv4.Verifier) error {
	in := sigv4.Request{
		Method: r.method(),
		Path:   r.sentPath(),
		Query:  r.sentQuery(),
		Body:   r.body(),
		Header: r.headers,
	}
	s, err := sigv4.Parse(&in)
	if err != nil || v == nil {
		return err
	}
	return v.Verify(time.Now(), s, &in)
}
