package wire

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"

	"lullaby/attribute"
	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/internal/awsjson"
	"lullaby/internal/ellipsis"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
	"lullaby/lambda/mapping"
	"lullaby/storage"
)

// A row maps an error to AWS's answer. Only this file knows exceptions and
// statuses. TestEveryFault reaches every row.
type row struct {
	status    int
	namespace string // before the # of __type, in AWS's JSON protocols
	exception string // empty: the row is asked for its status alone, and no protocol encodes it
	match     match
}

// A match reports whether an error belongs to its row. If so, it sets the
// message and the members of the fault.
type match func(f *fault, err error) bool

// Namespaces of exceptions in DynamoDB's protocol
// (docs/aws/messages.md#exception-types). Assumed: that of ThrottlingException,
// a type of AWS's shared framework, is the framework's.
const (
	ofService      = "com.amazon.coral.service#"
	ofValidate     = "com.amazon.coral.validate#"
	ofAvailability = "com.amazon.coral.availability#"
	ofDynamoDB     = "com.amazonaws.dynamodb.v20120810#"
)

// dynamoDBFaults are the rows of DynamoDB and its streams. The first match
// counts. Frequent errors come first.
var dynamoDBFaults = []row{
	{400, ofDynamoDB, "ProvisionedThroughputExceededException", throttle(isProvisioned, "ThrottlingReasons")},
	{400, ofDynamoDB, "RequestLimitExceeded", throttle(isAccount, "ThrottlingReasons")},
	{400, ofAvailability, "ThrottlingException", throttle(isOther, "throttlingReasons")},
	{400, ofDynamoDB, "ConditionalCheckFailedException", condition},
	{400, ofDynamoDB, "TransactionCanceledException", capital(canceled)},
	{400, ofDynamoDB, "TransactionConflictException", is(refusal.Conflict)},
	{400, ofValidate, "ValidationException", is(refusal.Validation)},
	{400, ofDynamoDB, "ResourceNotFoundException", is(refusal.NotFound)},
	{400, ofDynamoDB, "ResourceInUseException", is(refusal.InUse)},
	{400, ofDynamoDB, "LimitExceededException", is(refusal.LimitExceeded)},
	{400, ofAvailability, "ThrottlingException", is(refusal.Cooldown)},
	{400, ofDynamoDB, "TableNotFoundException", is(refusal.TableNotFound)},
	{400, ofDynamoDB, "TransactionInProgressException", is(refusal.InProgress)},
	{400, ofDynamoDB, "IdempotentParameterMismatchException", is(refusal.Mismatch)},
	{400, ofDynamoDB, "TrimmedDataAccessException", is(refusal.Trimmed)},
	{400, ofDynamoDB, "ExpiredIteratorException", is(refusal.ExpiredIterator)},
	{400, ofService, "AccessDeniedException", capital(is(refusal.AccessDenied))},
	{400, ofService, "SerializationException", capital(serialization)},
	{400, ofService, "MissingAuthenticationTokenException", signature(sigv4.Missing)},
	{400, ofService, "IncompleteSignatureException", signature(sigv4.Incomplete)},
	{400, ofService, "InvalidSignatureException", signature(sigv4.Invalid)},
	{400, ofService, "UnrecognizedClientException", signature(sigv4.Unrecognized)},
	{400, ofService, "UnknownOperationException", unbuilt},
	{400, ofService, "UnknownOperationException", silent(errUnknownOperation)},
	{404, "", "UnknownOperationException", silent(errOtherProtocol)},
	{413, "", "", silent(errTooLarge)},
	{500, ofService, "InternalFailure", silent(errUndecoded)},
	{500, ofDynamoDB, "InternalServerError", disk},
	{500, ofDynamoDB, "InternalServerError", internal},
}

// lambdaFaults are the rows of Lambda.
var lambdaFaults = []row{
	{429, "", "TooManyRequestsException", concurrency},
	{404, "", "ResourceNotFoundException", user(is(lambda.ErrFunctionNotFound))},
	{400, "", "InvalidRequestContentException", user(invalidContent)},
	{400, "", "RecursiveInvocationException", user(says(lambda.ErrRecursive, msgRecursive))},
	{400, "", "InvalidParameterValueException", refusedMapping(mapping.ErrInvalid)},
	{400, "", "ValidationException", refusedMapping(mapping.ErrConstraint)},
	{409, "", "ResourceConflictException", refusedMapping(mapping.ErrConflict)},
	{404, "", "ResourceNotFoundException", refusedMapping(mapping.ErrNotFound)},
	{400, "", "ResourceInUseException", refusedMapping(mapping.ErrInUse)},
	{400, "", "SerializationException", capital(serialization)},
	{413, "", "RequestTooLargeException", user(says(lambda.ErrRequestTooLarge, msgRequestTooLarge))},
	{403, "", "MissingAuthenticationTokenException", missingToken},
	{403, "", "IncompleteSignatureException", signature(sigv4.Incomplete)},
	{403, "", "InvalidSignatureException", signature(sigv4.Invalid)},
	{403, "", "UnrecognizedClientException", signature(sigv4.Unrecognized)},
	{404, "", "UnknownOperationException", silent(errUnknownOperation)},
	{500, "", "ServiceException", ofLambda(internal, "Service")},
}

// unreadFaults are the rows of requests that cannot be read. Their service is
// unknown.
var unreadFaults = []row{
	{413, "", "", silent(fasthttp.ErrBodyTooLarge)},
	{431, "", "", func(_ *fault, err error) bool { _, small := errors.AsType[*fasthttp.ErrSmallBuffer](err); return small }},
	{400, "", "", func(*fault, error) bool { return true }},
}

// Errors of requests that reach no operation.
var (
	errUnknownOperation = errors.New("unknown operation") // of every *unknownError
	errOtherProtocol    = errors.New("neither POST nor JSON")
	errTooLarge         = errors.New("the request body is too large")
)

// An unknownError refuses an operation that AWS does not have, or not where the
// request was sent.
type unknownError struct{ operation string }

func (e *unknownError) Error() string { return "unknown operation " + e.operation }

func (e *unknownError) Is(target error) bool { return target == errUnknownOperation }

// An unbuiltError refuses an operation that AWS has and Lullaby lacks.
type unbuiltError struct{ operation, service string }

func (e *unbuiltError) Error() string {
	return e.operation + " is an operation of " + e.service + " that Lullaby does not have"
}

// A fault is AWS's answer to an error. Protocols encode it.
type fault struct {
	row

	message  string
	capital  bool     // the message's member is Message, not message: AWS has both
	members  []member // without the message
	internal bool     // no client could have caused it

	old old // in services that once spoke the query protocol alone
}

// An old is a fault as the query protocol has it.
type old struct {
	code    string // empty: the exception
	status  int    // 0: that of the row
	message string // empty: the fault's
}

// A member is a member of a fault. Its value is encoded as JSON.
type member struct {
	name  string
	value any
}

// faultOf returns the fault of the first row that matches err. The last row
// must match every error.
func faultOf(rows []row, err error) fault {
	var f fault
	for i := range rows {
		if f = (fault{row: rows[i]}); f.match(&f, err) {
			break
		}
	}
	f.message = ellipsis.Cut(f.message, ellipsis.MaxMessage)
	return f
}

// code returns the fault's code in the query protocol.
func (f *fault) code() string { return cmp.Or(f.old.code, f.exception) }

// who returns who caused a fault, in the words of the query protocol.
func (f *fault) who() string {
	if f.status >= http.StatusInternalServerError {
		return "Receiver"
	}
	return "Sender"
}

func (f *fault) appendMessage(o *awsjson.Object) {
	switch {
	case f.message == "":
	case f.capital:
		o.Any("Message", f.message)
	default:
		o.Any("message", f.message)
	}
}

func (f *fault) appendMembers(o *awsjson.Object) {
	for _, m := range f.members {
		o.Any(m.name, m.value)
	}
}

// is matches errors that errors.Is finds to be target. The message is the
// error's.
func is(target error) match {
	return func(f *fault, err error) bool {
		if !errors.Is(err, target) {
			return false
		}
		f.message = err.Error()
		return true
	}
}

// says matches as is does. The message is always the same.
func says(target error, message string) match {
	return func(f *fault, err error) bool {
		f.message = message
		return errors.Is(err, target)
	}
}

// silent matches as is does. There is no message.
func silent(target error) match { return says(target, "") }

// as matches errors of type E for which fill returns true.
func as[E error](fill func(f *fault, e E) bool) match {
	return func(f *fault, err error) bool {
		e, ok := errors.AsType[E](err)
		return ok && fill(f, e)
	}
}

// capital matches as m does, with a capital letter in the name of the message's
// member.
func capital(m match) match {
	return func(f *fault, err error) bool {
		f.capital = true
		return m(f, err)
	}
}

// disk matches errors that storage has written to its log, so that not every
// request that meets them does.
var disk = as(func(f *fault, _ *storage.DiskError) bool {
	f.message = msgInternal
	return true
})

const msgInternal = "Internal server error"

// internal matches every error. AWS gives no details of its internal errors.
// That a client left is no internal error.
func internal(f *fault, err error) bool {
	f.message, f.internal = msgInternal, !errors.Is(err, errClientLeft)
	return true
}

var serialization = as(func(f *fault, e *awsjson.SerializationError) bool {
	f.message = e.Message
	return true
})

var unbuilt = as(func(f *fault, e *unbuiltError) bool {
	f.message = e.Error()
	return true
})

func signature(kind sigv4.Kind) match {
	return as(func(f *fault, e *sigv4.Error) bool {
		f.message = e.Message
		return e.Kind == kind
	})
}

var condition = as(func(f *fault, e *dynamo.ConditionError) bool {
	f.message = e.Error()
	if e.Item != nil {
		f.members = []member{{"Item", e.Item}}
	}
	return true
})

// A cancellationReason is an element of CancellationReasons, which has one for
// each action.
type cancellationReason struct {
	Code    string
	Message string            // may be empty
	Item    attribute.Encoded // nil: none
}

// AppendJSON implements awsjson.Appender.
func (c cancellationReason) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	o := awsjson.NewObject(dst, drain)
	o.Text("Code", c.Code)
	if c.Message != "" {
		o.Text("Message", c.Message)
	}
	if c.Item != nil {
		o.Append("Item", c.Item)
	}
	return o.End()
}

// canceled adds the reason of each action of a canceled transaction. It does not
// match if a reason is none of AWS's.
var canceled = as(func(f *fault, e *dynamo.CanceledError) bool {
	reasons := make(awsjson.Array[cancellationReason], len(e.Reasons))
	codes := make([]string, len(e.Reasons))
	for i, reason := range e.Reasons {
		var known bool
		if reasons[i], known = cancellation(reason); !known {
			return false
		}
		codes[i] = reasons[i].Code
	}
	f.message = "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]"
	f.members = []member{{"CancellationReasons", reasons}}
	return true
})

// cancellation returns the reason of an action. known is false if err cannot
// cancel a transaction on AWS.
func cancellation(err error) (r cancellationReason, known bool) {
	if err == nil {
		return cancellationReason{Code: "None"}, true
	}
	r.Message = err.Error()
	condition, failed := errors.AsType[*dynamo.ConditionError](err)
	switch {
	case failed:
		r.Code, r.Item = "ConditionalCheckFailed", condition.Item
	case errors.Is(err, refusal.Conflict):
		r.Code = "TransactionConflict"
	case errors.Is(err, refusal.Validation):
		r.Code = "ValidationError"
	default:
		return r, false
	}
	return r, true
}
