package request

import (
	"lullaby/dynamo/refusal"
	"lullaby/internal/arn"
)

// SSESpecification asks for encryption with a KMS key; without one, AWS uses a
// key of its own.
type SSESpecification struct {
	Enabled        *bool
	SSEType        *string
	KMSMasterKeyId *string
}

// sseTypes are in the order in which AWS prints them.
var sseTypes = []string{"AES256", "KMS"}

func (v *violations) sse(s *SSESpecification) {
	if s != nil {
		v.oneOf(s.SSEType, "sSESpecification.sSEType", sseTypes...)
	}
}

// check checks the specification without the table
// (aws-controllers-k8s/dynamodb-controller, docs/api-quirks).
func (s *SSESpecification) check() error {
	if s == nil {
		return nil
	}
	refuse := func(text string) error { return about([]string{"SSESpecification"}, refusal.InvalidValues("%s", text)) }
	off := s.Enabled != nil && !*s.Enabled
	switch {
	case off && s.SSEType != nil:
		return refuse("SSEType can not be specified if Enabled is false")
	case off && s.KMSMasterKeyId != nil:
		return refuse("KMSMasterKeyId can not be specified if Enabled is false")
	case is(s.SSEType, "AES256"):
		return refuse("SSEType AES256 is not supported")
	case s.KMSMasterKeyId != nil && s.SSEType == nil:
		return refuse("SSEType KMS is required if KMSMasterKeyId is specified")
	}
	return nil
}

// On reports whether the request asks for a KMS key.
func (s *SSESpecification) On() bool {
	return s != nil && (isTrue(s.Enabled) || s.Enabled == nil && s.SSEType != nil)
}

// defaultKey is the id of the account's key for DynamoDB. Assumed: any id will
// do; AWS's is random.
const defaultKey = "11111111-2222-3333-4444-555555555555"

// KeyARN returns the ARN of the KMS key; scope completes a key id.
func (s *SSESpecification) KeyARN(scope arn.Scope) string {
	id := defaultKey
	if s.KMSMasterKeyId != nil {
		id = *s.KMSMasterKeyId
	}
	if isARN(id) {
		return id
	}
	return scope.ARN("kms", "key/"+id)
}
