package request

import "lullaby/queue/refusal"

// ChangeMessageVisibilityInput is the request of ChangeMessageVisibility.
type ChangeMessageVisibilityInput struct {
	QueueUrl          string
	ReceiptHandle     string
	VisibilityTimeout *int32 // in seconds from now
}

// Check returns the first refusal that needs no queue.
func (in *ChangeMessageVisibilityInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	switch {
	case in.ReceiptHandle == "":
		return refusal.Missing("ReceiptHandle")
	case in.VisibilityTimeout == nil:
		return refusal.Missing("VisibilityTimeout")
	}
	return checkVisibility(*in.VisibilityTimeout)
}

// ChangeMessageVisibilityBatchInput is the request of ChangeMessageVisibilityBatch.
type ChangeMessageVisibilityBatchInput struct {
	QueueUrl string
	Entries  []ChangeMessageVisibilityBatchRequestEntry `query:"ChangeMessageVisibilityBatchRequestEntry"`
}

// ChangeMessageVisibilityBatchRequestEntry is a message whose visibility a batch
// changes.
type ChangeMessageVisibilityBatchRequestEntry struct {
	Id                string
	ReceiptHandle     string
	VisibilityTimeout *int32 // in seconds from now; Check requires it
}

// Check returns the first refusal of the whole batch that needs no queue.
func (in *ChangeMessageVisibilityBatchInput) Check() error {
	const name = "ChangeMessageVisibilityBatchRequestEntry"
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	if err := checkBatch(name, len(in.Entries), func(i int) string { return in.Entries[i].Id }); err != nil {
		return err
	}
	for i := range in.Entries {
		switch e := &in.Entries[i]; {
		case e.ReceiptHandle == "":
			return missingInEntry(name, i, "ReceiptHandle")
		case e.VisibilityTimeout == nil:
			return missingInEntry(name, i, "VisibilityTimeout")
		}
	}
	return nil
}

// Check returns the first refusal of the entry alone; the others may be changed.
func (e *ChangeMessageVisibilityBatchRequestEntry) Check() error {
	return checkVisibility(*e.VisibilityTimeout)
}

// BeyondMaxVisibility is why a message is not hidden for longer than MaxVisibility
// after its receive (docs/aws/sqs.md#longest-visibility).
const BeyondMaxVisibility = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"

// checkVisibility checks a timeout from now. One beyond 12 hours is refused as one
// that is too long after the receive (docs/aws/sqs.md#longest-visibility). Assumed:
// that, and the text for less than 0.
func checkVisibility(seconds int32) error {
	if seconds < 0 {
		return refusal.Invalid(seconds, "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided.")
	}
	if seconds > MaxVisibility {
		return refusal.Invalid(seconds, "VisibilityTimeout", BeyondMaxVisibility)
	}
	return nil
}
