package request

import (
	"errors"
	"strconv"

	"lullaby/internal/ellipsis"
	"lullaby/queue/refusal"
)

// BatchResultErrorEntry is an entry of a batch that failed.
type BatchResultErrorEntry struct {
	Id          string
	SenderFault bool
	Code        string // that of the query protocol
	Message     string `json:",omitzero"`
}

// Failed returns the entry for a refusal. Any other error is a fault of SQS's and
// has no details.
func Failed(id string, err error) BatchResultErrorEntry {
	if kind, ok := errors.AsType[refusal.Kind](err); ok {
		message := ellipsis.Cut(err.Error(), maxEntryMessage)
		return BatchResultErrorEntry{Id: id, SenderFault: true, Code: kind.Code(), Message: message}
	}
	return BatchResultErrorEntry{Id: id, Code: "InternalError"}
}

// maxEntryMessage bounds the message of an entry that failed, in bytes of its JSON:
// a message repeats what it refuses. Assumed: no bound of AWS's is known.
const maxEntryMessage = 8 << 10

// Bounds of batches (docs/aws/sqs.md#batches).
const (
	maxEntries = 10
	maxEntryID = 80 // characters of the Id of an entry
)

// checkBatch checks how many entries a batch has, and their IDs. The name is that
// of an entry in the query protocol.
func checkBatch(name string, n int, id func(i int) string) error {
	switch {
	case n == 0:
		return refusal.Newf(refusal.EmptyBatchRequest, "There should be at least one %s in the request.", name)
	case n > maxEntries:
		return refusal.Newf(refusal.TooManyEntriesInBatchRequest, "Maximum number of entries per request are %d. You have sent %d.", maxEntries, n)
	}
	for i := range n {
		if id(i) == "" {
			return missingInEntry(name, i, "Id")
		}
		if len(id(i)) > maxEntryID || !isWord(id(i)) {
			return refusal.Newf(refusal.InvalidBatchEntryID, "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "+
				"It can be at most %d letters long.", maxEntryID)
		}
	}
	for i := range n {
		for j := range i {
			if id(j) == id(i) {
				return refusal.Newf(refusal.BatchEntryIdsNotDistinct, "Id %s repeated.", id(i))
			}
		}
	}
	return nil
}

// missingInEntry refuses an entry without a parameter: "...Entry.1.Id".
func missingInEntry(name string, i int, parameter string) error {
	return refusal.Missing(name + "." + strconv.Itoa(i+1) + "." + parameter)
}
