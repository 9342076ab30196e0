// Package refusal has the kinds of SQS's refusals, and an error of a kind and a
// text. Packages queue, request and store return them; package wire maps a kind to
// an exception and a status.
//
// The package is internal to this program: any commit may change its interface.
//
//nolint:errname // kinds are read with their package: refusal.OverLimit
package refusal

import "lullaby/internal/kinds"

// A Kind is the reason of a refusal. errors.Is and errors.AsType find it in every
// refusal.
type Kind uint8

// The kinds of refusal. The zero Kind is none of them. Their names are those of
// AWS's exceptions.
const (
	QueueDoesNotExist    Kind = iota + 1
	QueueNameExists           // a queue of that name with other attributes
	QueueDeletedRecently      // a queue of that name, less than 60 seconds ago
	PurgeQueueInProgress      // a purge less than 60 seconds ago
	ResourceNotFound          // a queue or a task of the operations on move tasks
	UnsupportedOperation
	RequestThrottled
	OverLimit // too many messages in flight, or too many permissions

	ReceiptHandleIsInvalid

	TooManyEntriesInBatchRequest
	EmptyBatchRequest
	BatchEntryIdsNotDistinct //nolint:revive // AWS's name
	InvalidBatchEntryID
	BatchRequestTooLong

	InvalidAttributeName // of a queue
	InvalidAttributeValue
	InvalidMessageContents // characters that no message may have
	InvalidParameterValue
	MissingParameter

	end // no Kind: all are smaller
)

// ofSQS begins the codes of most exceptions.
const ofSQS = "AWS.SimpleQueueService."

// codes are the codes of the query protocol, which AWS also puts into the entries
// of batches (docs/aws/sqs.md#codes-of-refusals).
var codes = [end]string{
	QueueDoesNotExist:            ofSQS + "NonExistentQueue",
	QueueNameExists:              "QueueAlreadyExists",
	QueueDeletedRecently:         ofSQS + "QueueDeletedRecently",
	PurgeQueueInProgress:         ofSQS + "PurgeQueueInProgress",
	ResourceNotFound:             "ResourceNotFoundException",
	UnsupportedOperation:         ofSQS + "UnsupportedOperation",
	RequestThrottled:             "RequestThrottled",
	OverLimit:                    "OverLimit",
	ReceiptHandleIsInvalid:       "ReceiptHandleIsInvalid",
	TooManyEntriesInBatchRequest: ofSQS + "TooManyEntriesInBatchRequest",
	EmptyBatchRequest:            ofSQS + "EmptyBatchRequest",
	BatchEntryIdsNotDistinct:     ofSQS + "BatchEntryIdsNotDistinct",
	InvalidBatchEntryID:          ofSQS + "InvalidBatchEntryId",
	BatchRequestTooLong:          ofSQS + "BatchRequestTooLong",
	InvalidAttributeName:         "InvalidAttributeName",
	InvalidAttributeValue:        "InvalidAttributeValue",
	InvalidMessageContents:       "InvalidMessageContents",
	InvalidParameterValue:        "InvalidParameterValue",
	MissingParameter:             "MissingParameter",
}

// Code returns the code of the query protocol, which is also that of a failed
// entry of a batch and of a failed move task.
func (k Kind) Code() string { return codes[k] }

func (k Kind) Error() string { return codes[k] }

// An Error is a refusal. Refusals with details are types of the packages that
// return them; they also unwrap to their Kind.
type Error = kinds.Refusal[Kind]

// New returns a refusal.
func New(kind Kind, message string) error { return kinds.New(kind, message) }

// Newf is New with a format, as fmt.Sprintf has it.
func Newf(kind Kind, format string, args ...any) error {
	return kinds.Newf(kind, format, args...)
}

// Missing returns a refusal of the kind MissingParameter.
func Missing(parameter string) error {
	return Newf(MissingParameter, "The request must contain the parameter %s.", parameter)
}

// Invalid returns a refusal of the kind InvalidParameterValue, whose message is
// AWS's usual preface and the reason.
func Invalid(value any, parameter, reason string) error {
	return Newf(InvalidParameterValue, "Value %v for parameter %s is invalid. Reason: %s", value, parameter, reason)
}

// All returns every kind.
func All() []Kind { return kinds.All(end) }
