package wire

import (
	"net/http"
	"time"

	"lullaby/internal/sigv4"
	"lullaby/topic/refusal"
	sns "lullaby/topic/request"
	topics "lullaby/topic/store"
)

// notifications returns the API of SNS, which speaks the query protocol alone. A new
// operation is a line here and a method in topic/store.
func notifications(e *topics.Engine) *service {
	return &service{
		title: "SNS",
		name:  "sns",
		shape: "AmazonSimpleNotificationService",
		query: queryNames{version: "2010-03-31", xmlns: "http://sns.amazonaws.com/doc/2010-03-31/"},
		operations: map[string]operation{
			"ConfirmSubscription":       method(e.ConfirmSubscription).opened(),
			"CreateTopic":               method(e.CreateTopic),
			"DeleteTopic":               method(e.DeleteTopic),
			"GetSubscriptionAttributes": method(e.GetSubscriptionAttributes),
			"GetTopicAttributes":        method(e.GetTopicAttributes),
			"ListSubscriptions":         method(e.ListSubscriptions),
			"ListSubscriptionsByTopic":  method(e.ListSubscriptionsByTopic),
			"ListTagsForResource":       method(e.ListTagsForResource),
			"ListTopics":                method(e.ListTopics),
			"Publish":                   method(e.Publish),
			"SetSubscriptionAttributes": method(e.SetSubscriptionAttributes),
			"SetTopicAttributes":        method(e.SetTopicAttributes),
			"Subscribe":                 method(e.Subscribe),
			"TagResource":               method(e.TagResource),
			"Unsubscribe":               method(e.Unsubscribe).opened(),
			"UntagResource":             method(e.UntagResource),
		},
		unbuilt: []string{
			"AddPermission", "CheckIfPhoneNumberIsOptedOut", "CreatePlatformApplication", "CreatePlatformEndpoint",
			"CreateSMSSandboxPhoneNumber", "DeleteEndpoint", "DeletePlatformApplication", "DeleteSMSSandboxPhoneNumber",
			"GetDataProtectionPolicy", "GetEndpointAttributes", "GetPlatformApplicationAttributes", "GetSMSAttributes",
			"GetSMSSandboxAccountStatus", "ListEndpointsByPlatformApplication", "ListOriginationNumbers",
			"ListPhoneNumbersOptedOut", "ListPlatformApplications", "ListSMSSandboxPhoneNumbers", "OptInPhoneNumber",
			"PublishBatch", "PutDataProtectionPolicy", "RemovePermission", "SetEndpointAttributes",
			"SetPlatformApplicationAttributes", "SetSMSAttributes", "VerifySMSSandboxPhoneNumber",
		},
		faults:     snsFaults,
		skew:       15 * time.Minute,
		unsigned:   true,
		compressed: true,
		uuids:      true,
		exposed:    "x-amzn-RequestId,Date",
		note:       noteSigned,
	}
}

// snsFaults are the rows of SNS (docs/aws/sns.md#refusals).
var snsFaults = []row{
	{400, "", "InvalidParameter", is(refusal.InvalidParameter)},
	{400, "", "ParameterValueInvalid", is(refusal.InvalidParameterValue)},
	{404, "", "NotFound", is(refusal.NotFound)},
	{404, "", "ResourceNotFound", is(refusal.ResourceNotFound)},
	{403, "", "AuthorizationError", is(refusal.AuthorizationError)},
	{403, "", "TopicLimitExceeded", is(refusal.TopicLimitExceeded)},
	{403, "", "SubscriptionLimitExceeded", is(refusal.SubscriptionLimitExceeded)},
	{400, "", "TagLimitExceeded", is(refusal.TagLimitExceeded)},
	{400, "", "MalformedInput", malformed},
	{403, "", "MissingAuthenticationToken", signature(sigv4.Missing)},
	{403, "", "IncompleteSignature", signature(sigv4.Incomplete)},
	{403, "", "SignatureDoesNotMatch", signature(sigv4.Invalid)},
	{403, "", "InvalidClientTokenId", signature(sigv4.Unrecognized)},
	{400, "", "InvalidAction", unbuilt},
	{400, "", "InvalidAction", unknownAction},
	{413, "", "", silent(errTooLarge)},
	{500, "", "InternalFailure", silent(errUndecoded)},
	{500, "", "InternalError", disk},
	{500, "", "InternalError", internal},
}

// unknownAction matches an operation that does not exist.
var unknownAction = as(func(f *fault, e *unknownError) bool {
	f.message = invalidAction(e)
	return true
})

// noteSigned tells the operations that need no signature whether there is one, and gives
// messages the trace of their request.
func noteSigned(r *request, in any) {
	switch in := in.(type) {
	case *sns.ConfirmSubscriptionInput:
		in.Signed = r.signed()
	case *sns.UnsubscribeInput:
		in.Signed = r.signed()
	case *sns.PublishInput:
		in.Trace = r.header("X-Amzn-Trace-Id")
	}
}

// signed reports whether r has a signature, right or wrong.
func (r *request) signed() bool {
	signed := r.toSign()
	return sigv4.Service(&signed) != ""
}

// certificate answers a request for the certificate of SNS's signatures, which anybody
// may have.
func (s *Server) certificate(r *request) (resp response, answered bool) {
	if s.topics == nil || r.method() != http.MethodGet {
		return response{}, false
	}
	if path := r.path(); len(path) < len(certificatePath) || path[:len(certificatePath)] != certificatePath {
		return response{}, false
	}
	signer, err := s.topics.Signer()
	switch {
	case err != nil:
		return response{status: http.StatusInternalServerError}, true
	case signer.Path() != r.path():
		return response{status: http.StatusNotFound}, true
	}
	return typed(http.StatusOK, "application/x-pem-file", signer.PEM()), true
}

// certificatePath begins the path of a certificate.
const certificatePath = "/SimpleNotificationService-"
