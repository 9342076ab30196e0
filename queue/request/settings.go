package request

import (
	"maps"
	"slices"
	"time"

	"lullaby/queue/refusal"
)

// Settings are what the attributes of a queue set. The zero value is no valid
// one: see [Defaults].
type Settings struct {
	FIFO bool // set when the queue is made

	Visibility     time.Duration // for which a received message is hidden; 0 to 12 hours
	Retention      time.Duration // after which a message is lost, 1 minute to 14 days
	Delay          time.Duration // before a sent message is visible; 0 to 15 minutes
	Wait           time.Duration // of a receive that finds nothing; 0 to 20 seconds
	MaxMessageSize int64         // bytes of a message with its attributes, 1,024 to MaxSize

	Redrive      *Redrive      // nil: no dead-letter queue
	RedriveAllow *RedriveAllow // nil: any queue may have this one as its dead-letter queue

	ContentBasedDeduplication bool // FIFO: the ID is made of the body if the message has none
	DeduplicationPerGroup     bool // FIFO: an ID is a duplicate only within its message group
	ThroughputPerGroup        bool // FIFO, and only with DeduplicationPerGroup: high throughput

	Policy          string        // JSON; empty: none
	ManagedSSE      bool          // by SQS's own key
	KMSKey          string        // empty: not encrypted by KMS
	KMSDataKeyReuse time.Duration // 1 minute to 24 hours
}

// MaxSize is the most bytes of a message with its attributes, and of all messages
// of a batch (API Reference, "SendMessage").
const MaxSize = 1 << 20

// Defaults returns the settings of a new queue without attributes
// (docs/aws/sqs.md#attributes-of-a-queue).
func Defaults(fifo bool) Settings {
	return Settings{
		FIFO:       fifo,
		Visibility: 30 * time.Second, Retention: 4 * 24 * time.Hour, MaxMessageSize: MaxSize,
		ManagedSSE: true, KMSDataKeyReuse: defaultKMSDataKeyReuse,
	}
}

// NewSettings returns the settings of a new queue with attributes. The error is a
// refusal, as CreateQueue reports it.
func NewSettings(attributes map[string]string) (Settings, error) {
	given, declared := attributes["FifoQueue"]
	if declared {
		switch given {
		case "true":
		case "false": // AWS knows the attribute of FIFO queues alone
			return Settings{}, unknownAttribute("FifoQueue")
		default:
			return Settings{}, invalidAttribute("FifoQueue", "")
		}
	}
	return Defaults(declared).With(attributes)
}

// With returns the settings of a queue whose attributes are changed. An empty
// policy or key takes away the one that the queue has. The error is a refusal, as
// SetQueueAttributes reports it.
func (s Settings) With(attributes map[string]string) (Settings, error) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if name == "" {
			return Settings{}, refusal.Missing("Attribute.Name")
		}
		if !slices.ContainsFunc(settable, func(a setting) bool { return a.name == name }) {
			return Settings{}, unknownAttribute(name)
		}
	}
	for _, a := range settable {
		value, given := attributes[a.name]
		if !given {
			continue
		}
		if a.fifo && !s.FIFO {
			return Settings{}, a.refuseStandard()
		}
		if err := a.set(&s, value); err != nil {
			return Settings{}, err
		}
	}
	if err := checkEncryption(attributes); err != nil {
		return Settings{}, err
	}
	return s, s.checkThroughput()
}

// Attributes returns the attributes as GetQueueAttributes lists them: those that
// are not at a default which AWS leaves out.
func (s *Settings) Attributes() map[string]string {
	listed := make(map[string]string, len(settable))
	for _, a := range settable {
		if a.fifo && !s.FIFO {
			continue
		}
		if value := a.print(s); value != "" {
			listed[a.name] = value
		}
	}
	return listed
}

// Differing returns the name of the first of the attributes that sets another
// value than s has, "" if there is none: CreateQueue refuses to make a queue that
// exists with another value. Assumed: it compares those that it is given alone.
func (s *Settings) Differing(attributes map[string]string) string {
	for _, a := range settable {
		value, given := attributes[a.name]
		if !given {
			continue
		}
		wanted := *s
		if err := a.set(&wanted, value); err != nil || a.print(&wanted) != a.print(s) {
			return a.name
		}
	}
	return ""
}

// IsAttribute reports whether GetQueueAttributes knows an attribute of that name.
func IsAttribute(name string) bool {
	return slices.Contains(readOnly, name) || slices.ContainsFunc(settable, func(a setting) bool { return a.name == name })
}

// readOnly are the attributes that no client sets, and the name of all.
var readOnly = []string{
	"All", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible",
	"CreatedTimestamp", "LastModifiedTimestamp", "QueueArn",
}

func unknownAttribute(name string) error {
	return refusal.Newf(refusal.InvalidAttributeName, "Unknown Attribute %s.", name)
}

// invalidAttribute refuses a value of an attribute; the reason may be empty.
func invalidAttribute(name, reason string) error {
	if reason != "" {
		reason = " Reason: " + reason
	}
	return refusal.Newf(refusal.InvalidAttributeValue, "Invalid value for the parameter %s.%s", name, reason)
}

// checkThroughput refuses high throughput without deduplication by groups. Assumed:
// the text, which is a sentence of the API Reference, "CreateQueue".
func (s *Settings) checkThroughput() error {
	if s.ThroughputPerGroup && !s.DeduplicationPerGroup {
		return refusal.New(refusal.InvalidAttributeValue,
			"The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.")
	}
	return nil
}
