package request

import (
	"strings"

	"lullaby/queue/refusal"
)

// maxName is the most characters of a queue's name, the suffix of a FIFO queue
// included (docs/aws/sqs.md#names-of-queues).
const maxName = 80

// fifoSuffix ends the names of FIFO queues.
const fifoSuffix = ".fifo"

// isFIFOName reports whether a queue of that name is a FIFO queue.
func isFIFOName(name string) bool { return strings.HasSuffix(name, fifoSuffix) }

// isName reports whether a queue may have a name.
func isName(name string) bool {
	return len(name) <= maxName && isWord(strings.TrimSuffix(name, fifoSuffix))
}

// isWord reports whether a text is not empty and has letters, digits, hyphens and
// underscores alone.
func isWord(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return text != ""
}

// checkName checks the name of a new queue. The error is a
// refusal.InvalidParameterValue.
func checkName(name string, fifo bool) error {
	switch {
	case name == "":
		return refusal.Missing("QueueName")
	case fifo && (!isFIFOName(name) || !isName(name)):
		return refusal.New(refusal.InvalidParameterValue, "The name of a FIFO queue can only include alphanumeric characters, "+
			"hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.")
	case !fifo && (isFIFOName(name) || !isName(name)):
		return refusal.New(refusal.InvalidParameterValue, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}
