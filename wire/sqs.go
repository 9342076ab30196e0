package wire

import (
	"cmp"
	"strings"
	"time"

	"lullaby/internal/awsjson"
	"lullaby/internal/sigv4"
	"lullaby/queue/refusal"
	sqs "lullaby/queue/request"
	"lullaby/queue/store"
)

// queues returns the API of SQS. A new operation is a line here and a file in
// queue/store.
func queues(e *store.Engine) *service {
	return &service{
		title: "SQS",
		name:  "sqs",
		shape: "AmazonSQS",
		query: queryNames{version: "2012-11-05", xmlns: "http://queue.amazonaws.com/doc/2012-11-05/", resource: "QueueUrl"},
		operations: map[string]operation{
			"AddPermission":                method(e.AddPermission),
			"CancelMessageMoveTask":        method(e.CancelMessageMoveTask),
			"ChangeMessageVisibility":      method(e.ChangeMessageVisibility),
			"ChangeMessageVisibilityBatch": method(e.ChangeMessageVisibilityBatch),
			"CreateQueue":                  method(e.CreateQueue),
			"DeleteMessage":                method(e.DeleteMessage),
			"DeleteMessageBatch":           method(e.DeleteMessageBatch),
			"DeleteQueue":                  method(e.DeleteQueue),
			"GetQueueAttributes":           method(e.GetQueueAttributes),
			"GetQueueUrl":                  method(e.GetQueueUrl),
			"ListDeadLetterSourceQueues":   method(e.ListDeadLetterSourceQueues),
			"ListMessageMoveTasks":         method(e.ListMessageMoveTasks),
			"ListQueueTags":                method(e.ListQueueTags),
			"ListQueues":                   method(e.ListQueues),
			"PurgeQueue":                   method(e.PurgeQueue),
			"ReceiveMessage":               method(e.ReceiveMessage).waiting(),
			"RemovePermission":             method(e.RemovePermission),
			"SendMessage":                  method(e.SendMessage),
			"SendMessageBatch":             method(e.SendMessageBatch),
			"SetQueueAttributes":           method(e.SetQueueAttributes),
			"StartMessageMoveTask":         method(e.StartMessageMoveTask),
			"TagQueue":                     method(e.TagQueue),
			"UntagQueue":                   method(e.UntagQueue),
		},
		faults:     sqsFaults,
		skew:       15 * time.Minute,
		unsigned:   true,
		compressed: true,
		uuids:      true,
		exposed:    "x-amzn-RequestId,x-amzn-query-error,Date",
		note:       noteTrace,
		locate:     locateQueues,
	}
}

// noteTrace gives messages that are sent without a trace header that of the request
// (docs/aws/sqs.md#trace-headers).
func noteTrace(r *request, in any) {
	switch in := in.(type) {
	case *sqs.SendMessageInput:
		in.Trace(r.header("X-Amzn-Trace-Id"))
	case *sqs.SendMessageBatchInput:
		for i := range in.Entries {
			in.Entries[i].Trace(r.header("X-Amzn-Trace-Id"))
		}
	}
}

// locateQueues completes the URLs of queues, which have their path, by the scheme
// and the host with which the client came here.
func locateQueues(r *request, out any) {
	switch out := out.(type) {
	case *store.CreateQueueOutput:
		out.QueueUrl = r.base() + out.QueueUrl
	case *store.GetQueueUrlOutput:
		out.QueueUrl = r.base() + out.QueueUrl
	case *store.ListQueuesOutput:
		r.locateAll(out.QueueUrls)
	case *store.ListDeadLetterSourceQueuesOutput:
		r.locateAll(out.QueueUrls)
	}
}

func (r *request) locateAll(paths []string) {
	base := r.base()
	for i, path := range paths {
		paths[i] = base + path
	}
}

// base returns the beginning of the URLs of this endpoint, as the client of r knows
// it: with the host of its request, or the address of its connection.
func (r *request) base() string {
	scheme := "http://"
	if r.header("X-Forwarded-Proto") == "https" { // of a proxy that ends TLS
		scheme = "https://"
	}
	return scheme + cmp.Or(r.header("Host"), r.fast.LocalAddr().String())
}

// ofSQS is the namespace of SQS's exceptions in AWS's JSON protocols
// (docs/aws/sqs.md#refusals-in-both-protocols).
const ofSQS = "com.amazonaws.sqs#"

// sqsFaults are the rows of SQS. The status is that of the JSON protocol.
var sqsFaults = []row{
	{400, ofSQS, "QueueDoesNotExist", noQueue},
	{400, ofSQS, "ReceiptHandleIsInvalid", refused(refusal.ReceiptHandleIsInvalid, 404)},
	{400, ofService, "InvalidParameterValueException", refused(refusal.InvalidParameterValue, 400)},
	{400, ofService, "MissingRequiredParameterException", refused(refusal.MissingParameter, 400)},
	{400, ofSQS, "RequestThrottled", refused(refusal.RequestThrottled, 403)},
	{400, ofSQS, "OverLimit", refused(refusal.OverLimit, 403)},
	{400, ofSQS, "InvalidMessageContents", refused(refusal.InvalidMessageContents, 400)},
	{400, ofSQS, "TooManyEntriesInBatchRequest", refused(refusal.TooManyEntriesInBatchRequest, 400)},
	{400, ofSQS, "EmptyBatchRequest", refused(refusal.EmptyBatchRequest, 400)},
	{400, ofSQS, "BatchEntryIdsNotDistinct", refused(refusal.BatchEntryIdsNotDistinct, 400)},
	{400, ofSQS, "InvalidBatchEntryId", refused(refusal.InvalidBatchEntryID, 400)},
	{400, ofSQS, "BatchRequestTooLong", refused(refusal.BatchRequestTooLong, 400)},
	{400, ofSQS, "QueueNameExists", refused(refusal.QueueNameExists, 400)},
	{400, ofSQS, "QueueDeletedRecently", refused(refusal.QueueDeletedRecently, 400)},
	{400, ofSQS, "PurgeQueueInProgress", refused(refusal.PurgeQueueInProgress, 403)},
	{400, ofSQS, "InvalidAttributeName", refused(refusal.InvalidAttributeName, 400)},
	{400, ofSQS, "InvalidAttributeValue", refused(refusal.InvalidAttributeValue, 400)},
	{400, ofSQS, "UnsupportedOperation", refused(refusal.UnsupportedOperation, 400)},
	{400, ofSQS, "ResourceNotFoundException", refused(refusal.ResourceNotFound, 404)},
	{400, ofService, "SerializationException", sqsSyntax},
	{400, "", "MalformedInput", malformed},
	{403, ofService, "MissingAuthenticationTokenException", formerly("MissingAuthenticationToken", signature(sigv4.Missing))},
	{403, ofService, "IncompleteSignatureException", formerly("IncompleteSignature", signature(sigv4.Incomplete))},
	{403, ofService, "InvalidSignatureException", formerly("SignatureDoesNotMatch", signature(sigv4.Invalid))},
	{403, ofService, "UnrecognizedClientException", formerly("InvalidClientTokenId", signature(sigv4.Unrecognized))},
	{400, ofService, "UnknownOperationException", oldUnknown},
	{413, "", "", silent(errTooLarge)},
	{500, ofService, "InternalFailure", formerly("InternalError", silent(errUndecoded))},
	{500, ofService, "InternalFailure", formerly("InternalError", disk)},
	{500, ofService, "InternalFailure", formerly("InternalError", internal)},
}

// refused matches refusals of a kind. status is that of the query protocol.
func refused(kind interface {
	error
	Code() string
}, status int,
) match {
	m := is(kind)
	return func(f *fault, err error) bool {
		f.old = old{code: kind.Code(), status: status}
		return m(f, err)
	}
}

// formerly matches as m does. code is that of the query protocol.
func formerly(code string, m match) match {
	return func(f *fault, err error) bool {
		f.old.code = code
		return m(f, err)
	}
}

// noQueue has another message in the query protocol.
func noQueue(f *fault, err error) bool {
	if !refused(refusal.QueueDoesNotExist, 400)(f, err) {
		return false
	}
	f.old.message = strings.TrimSuffix(f.message, ".") + " for this wsdl version."
	return true
}

// sqsSyntax matches a body that does not have the operation's shape. SQS's parser
// says it in other words than DynamoDB's, and has other shapes
// (docs/aws/sqs.md#refusals-in-both-protocols).
var sqsSyntax = as(func(f *fault, e *awsjson.SerializationError) bool {
	f.message = sqsParser.Replace(e.Message)
	return true
})

var sqsParser = strings.NewReplacer(
	" cannot be converted to Integer", " can not be converted to an Integer",
	" cannot be converted to ", " can not be converted to a ",
	awsjson.ShapePrefix, "com.amazonaws.sqs.",
)
