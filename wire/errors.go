package wire

import (
	"errors"
	"log/slog"
	"strings"

	"lullaby/attribute"
	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/internal/awsjson"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
)

// A fault is AWS's answer to a Go error: this file is the only place that knows
// exceptions and their HTTP status.
type fault struct {
	status    int
	namespace string // before the # of __type, JSON 1.0 only
	exception string
	message   string
	reasons   []throttlingReason    // of DynamoDB's throttles
	item      attribute.Item        // that a condition found
	canceled  []cancellationReason  // of a transaction
	reason    lambda.ThrottleReason // of Lambda's
}

// Namespaces of exceptions in DynamoDB's protocol (facts dynamodb-capacity.md
// 4.2).
const (
	ofService  = "com.amazon.coral.service#"
	ofValidate = "com.amazon.coral.validate#"
	ofDynamoDB = "com.amazonaws.dynamodb.v20120810#"
)

var errUnknownOperation = errors.New("unknown operation")

// signatureExceptions are the same in all protocols.
var signatureExceptions = [...]string{
	sigv4.Missing:      "MissingAuthenticationTokenException",
	sigv4.Incomplete:   "IncompleteSignatureException",
	sigv4.Invalid:      "InvalidSignatureException",
	sigv4.Unrecognized: "UnrecognizedClientException",
}

// internalError is all that AWS says of a failure of its own.
const internalError = "Internal server error"

// dynamoFault returns the answer to an error of a DynamoDB operation, and
// whether the error was to be expected of a client.
func dynamoFault(err error) (f fault, expected bool) {
	var (
		serialization *awsjson.SerializationError
		signature     *sigv4.Error
		throttle      *dynamo.ThrottleError
		canceled      *dynamo.CanceledError
		kind          refusal.Kind
	)
	if unbuilt, ok := errors.AsType[*unbuiltError](err); ok {
		return fault{status: 400, namespace: ofService, exception: "UnknownOperationException", message: unbuilt.Error()}, true
	}
	switch {
	case errors.Is(err, errUnknownOperation):
		return fault{status: 400, namespace: ofService, exception: "UnknownOperationException"}, true
	case errors.As(err, &serialization):
		return fault{status: 400, namespace: ofService, exception: "SerializationException", message: serialization.Message}, true
	case errors.As(err, &signature):
		return fault{status: 400, namespace: ofService, exception: signatureExceptions[signature.Kind], message: signature.Message}, true
	case errors.As(err, &throttle):
		return throttleFault(throttle), true
	case errors.As(err, &canceled):
		return canceledFault(canceled), true
	case errors.As(err, &kind):
		f := fault{status: 400, namespace: exceptions[kind].namespace, exception: exceptions[kind].name, message: err.Error()}
		if condition, ok := errors.AsType[*dynamo.ConditionError](err); ok {
			f.item = condition.Item
		}
		return f, true
	}
	return fault{status: 500, namespace: ofDynamoDB, exception: "InternalServerError", message: internalError}, false
}

// exceptions are DynamoDB's by the kind of refusal. Those of Throttled and
// Canceled depend on more than that.
var exceptions = [...]struct{ namespace, name string }{
	refusal.Validation:      {ofValidate, "ValidationException"},
	refusal.NotFound:        {ofDynamoDB, "ResourceNotFoundException"},
	refusal.TableNotFound:   {ofDynamoDB, "TableNotFoundException"},
	refusal.InUse:           {ofDynamoDB, "ResourceInUseException"},
	refusal.LimitExceeded:   {ofDynamoDB, "LimitExceededException"},
	refusal.Cooldown:        {ofAvailability, throttlingException},
	refusal.AccessDenied:    {ofService, "AccessDeniedException"},
	refusal.Condition:       {ofDynamoDB, "ConditionalCheckFailedException"},
	refusal.Conflict:        {ofDynamoDB, "TransactionConflictException"},
	refusal.InProgress:      {ofDynamoDB, "TransactionInProgressException"},
	refusal.Mismatch:        {ofDynamoDB, "IdempotentParameterMismatchException"},
	refusal.Trimmed:         {ofDynamoDB, "TrimmedDataAccessException"},
	refusal.ExpiredIterator: {ofDynamoDB, "ExpiredIteratorException"},
}

// A cancellationReason is a member of CancellationReasons, one for each action.
type cancellationReason struct {
	Code    string
	Message string         `json:",omitzero"`
	Item    attribute.Item `json:",omitzero"`
}

// canceledFault names, for each action, why it canceled its transaction.
func canceledFault(e *dynamo.CanceledError) fault {
	reasons := make([]cancellationReason, len(e.Reasons))
	codes := make([]string, len(e.Reasons))
	for i, reason := range e.Reasons {
		reasons[i] = cancellation(reason)
		codes[i] = reasons[i].Code
	}
	return fault{
		status: 400, namespace: ofDynamoDB, exception: "TransactionCanceledException",
		message:  "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]",
		canceled: reasons,
	}
}

func cancellation(err error) cancellationReason {
	if err == nil {
		return cancellationReason{Code: "None"}
	}
	r := cancellationReason{Code: "ValidationError", Message: err.Error()}
	if condition, ok := errors.AsType[*dynamo.ConditionError](err); ok {
		r.Code, r.Item = "ConditionalCheckFailed", condition.Item
	}
	if errors.Is(err, refusal.Conflict) {
		r.Code = "TransactionConflict"
	}
	return r
}

// faultBody is a fault in JSON 1.0. Two spellings of message are AWS's.
type faultBody struct {
	Type                string               `json:"__type"`
	Message             string               `json:"message,omitzero"`
	CapitalMessage      string               `json:"Message,omitzero"`
	ThrottlingReasons   []throttlingReason   `json:",omitzero"`
	LowerReasons        []throttlingReason   `json:"throttlingReasons,omitzero"` // of a ThrottlingException
	CancellationReasons []cancellationReason `json:",omitzero"`
	Item                attribute.Item       `json:",omitzero"`
}

// fault answers an error of a DynamoDB operation. One that no client could
// cause is logged, since its answer does not say what happened.
func (r response) fault(err error, log *slog.Logger) response {
	f, expected := dynamoFault(err)
	if !expected {
		log.Error("request failed", slog.Any("error", err))
	}
	body := faultBody{
		Type: f.namespace + f.exception, Message: f.message,
		ThrottlingReasons: f.reasons, CancellationReasons: f.canceled, Item: f.item,
	}
	if f.exception == throttlingException {
		body.ThrottlingReasons, body.LowerReasons = nil, f.reasons
	}
	if f.exception == "SerializationException" || f.exception == "AccessDeniedException" || f.canceled != nil {
		body.Message, body.CapitalMessage = "", f.message
	}
	text, err := awsjson.Marshal(body)
	if err != nil {
		log.Error("write fault", slog.Any("error", err))
	}
	r.status = f.status
	return r.sum(text)
}

// lambdaFault returns the answer to an error of Invoke.
func lambdaFault(err error) (f fault, expected bool) {
	var notFound *lambda.NotFoundError
	var throttle *lambda.ThrottleError
	var signature *sigv4.Error
	switch {
	case errors.As(err, &signature):
		f := fault{status: 403, exception: signatureExceptions[signature.Kind], message: signature.Message}
		if signature.Kind == sigv4.Missing {
			f.message = "Missing Authentication Token" // brefphp/bref#1250
		}
		return f, true
	case errors.As(err, &notFound):
		return fault{status: 404, exception: "ResourceNotFoundException", message: notFound.Error()}, true
	case errors.As(err, &throttle):
		return fault{status: 429, exception: "TooManyRequestsException", message: "Rate Exceeded.", reason: throttle.Reason}, true
	case errors.Is(err, lambda.ErrInvalidContent):
		detail := strings.TrimPrefix(err.Error(), lambda.ErrInvalidContent.Error()+": ")
		return fault{status: 400, exception: "InvalidRequestContentException", message: "Could not parse request body into json: " + detail}, true
	case errors.Is(err, lambda.ErrRequestTooLarge):
		return fault{
			status: 413, exception: "RequestTooLargeException",
			message: "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
		}, true
	}
	return fault{status: 500, exception: "ServiceException", message: internalError}, errors.Is(err, errClientLeft)
}
