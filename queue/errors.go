//nolint:errname // the refusals of a receipt are read with their package: queue.Expired
package queue

import (
	"time"

	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// ErrOverLimit refuses a receive that finds too many messages in flight
// (docs/aws/sqs.md#messages-in-flight).
var ErrOverLimit = refusal.New(refusal.OverLimit,
	"Too many messages have been received without being deleted.\nPlease delete your received messages or let them timeout before receiving more.")

// maxHidden is how long after its receive a message can be hidden.
const maxHidden = request.MaxVisibility * time.Second

// A ReceiptError refuses what a caller wants of a receive
// (docs/aws/sqs.md#receipt-handles).
type ReceiptError uint8

// The refusals of a receipt. The zero ReceiptError is none.
const (
	Expired     ReceiptError = iota + 1 // the message of a FIFO queue is no longer in flight by it
	Unavailable                         // the message is gone, or was received again
	BeyondLimit                         // hidden for more than 12 hours after the receive
)

var receiptErrors = [...]string{
	Expired:     "The receipt handle has expired.",
	Unavailable: "Message does not exist or is not available for visibility timeout change.",
	BeyondLimit: request.BeyondMaxVisibility,
}

func (e ReceiptError) Error() string { return receiptErrors[e] }

// Refusal returns AWS's refusal of a receipt handle, or of a visibility in seconds.
func (e ReceiptError) Refusal(handle string, visibility int32) error {
	if e == BeyondLimit {
		return refusal.Invalid(visibility, "VisibilityTimeout", e.Error())
	}
	return refusal.Invalid(handle, "ReceiptHandle", e.Error())
}
