package request

import (
	"encoding/json"
	"slices"
	"strconv"

	"lullaby/queue/refusal"
)

// A Redrive says where the messages of a queue go that nobody could process
// (docs/aws/sqs.md#redrive-policies).
type Redrive struct {
	Target          string // ARN of the dead-letter queue
	MaxReceiveCount int32  // receives after which a message goes there, 1 to 1,000
}

// String returns r as the attribute RedrivePolicy has it, "" for nil.
func (r *Redrive) String() string {
	if r == nil {
		return ""
	}
	return `{"deadLetterTargetArn":` + string(raw(r.Target)) + `,"maxReceiveCount":` + strconv.Itoa(int(r.MaxReceiveCount)) + `}`
}

// A RedriveAllow says which queues may have a queue as their dead-letter queue.
type RedriveAllow struct {
	Permission Permission
	Sources    []string // ARNs, for ByQueue
}

// A Permission is one of the three of a RedriveAllow, with AWS's name.
type Permission string

// The permissions.
const (
	AllowAll Permission = "allowAll"
	DenyAll  Permission = "denyAll"
	ByQueue  Permission = "byQueue"
)

// Allows reports whether the queue with the ARN source may have the queue as its
// dead-letter queue; any may if r is nil.
func (r *RedriveAllow) Allows(source string) bool {
	return r == nil || r.Permission == AllowAll || r.Permission == ByQueue && slices.Contains(r.Sources, source)
}

// String returns r as the attribute RedriveAllowPolicy has it, "" for nil.
func (r *RedriveAllow) String() string {
	if r == nil {
		return ""
	}
	return string(raw(struct {
		Permission Permission `json:"redrivePermission"`
		Sources    []string   `json:"sourceQueueArns,omitempty"`
	}{r.Permission, r.Sources}))
}

// maxSources is the most queues of a RedriveAllow (API Reference, "CreateQueue").
const maxSources = 10

// maxReceives bounds maxReceiveCount.
const maxReceives = 1_000

// setRedrive reads a RedrivePolicy. Whether there is such a queue, the store knows.
func setRedrive(s *Settings, value string) error {
	if value == "" {
		s.Redrive = nil
		return nil
	}
	refuse := func(reason string) error { return refusal.Invalid(value, "RedrivePolicy", reason) }
	var members map[string]json.RawMessage
	if len(value) > maxRead || json.Unmarshal([]byte(value), &members) != nil || members == nil {
		return refuse("Redrive policy is not a valid JSON map.")
	}
	for _, name := range []string{"maxReceiveCount", "deadLetterTargetArn"} {
		if _, given := members[name]; !given {
			return refuse("Redrive policy does not contain mandatory attribute: " + name + ".")
		}
	}
	if len(members) > 2 {
		return refuse("Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].")
	}
	count := string(members["maxReceiveCount"])
	if text := ""; json.Unmarshal(members["maxReceiveCount"], &text) == nil {
		count = text
	}
	n, err := strconv.ParseInt(count, 10, 32)
	if err != nil || n < 1 || n > maxReceives {
		return refuse("Invalid value for maxReceiveCount: " + count + ", valid values are from 1 to 1000 both inclusive.")
	}
	var target string
	if json.Unmarshal(members["deadLetterTargetArn"], &target) != nil {
		return refuse("Invalid value for deadLetterTargetArn.")
	}
	if _, ok := ParseARN(target); !ok {
		return refuse("Invalid value for deadLetterTargetArn.")
	}
	s.Redrive = &Redrive{target, int32(n)}
	return nil
}

// setRedriveAllow reads a RedriveAllowPolicy. Assumed: the texts.
func setRedriveAllow(s *Settings, value string) error {
	if value == "" {
		s.RedriveAllow = nil
		return nil
	}
	refuse := func(reason string) error { return refusal.Invalid(value, "RedriveAllowPolicy", reason) }
	var members map[string]json.RawMessage // whose names have AWS's case, as those of a struct need not
	var allow RedriveAllow
	if len(value) > maxRead || json.Unmarshal([]byte(value), &members) != nil || !decode(members["redrivePermission"], &allow.Permission) || !decode(members["sourceQueueArns"], &allow.Sources) {
		return refuse("Redrive allow policy is not a valid JSON map.")
	}
	switch allow.Permission {
	case AllowAll, DenyAll:
		if allow.Sources != nil {
			return refuse("Amazon SQS can't create the redrive allow policy. You can specify sourceQueueArns only with the byQueue permission type.")
		}
	case ByQueue:
		if len(allow.Sources) == 0 {
			return refuse("Amazon SQS can't create the redrive allow policy. When you specify the byQueue permission type you must specify one or more sourceQueueArns values.")
		}
	default:
		return refuse("Amazon SQS can't create the redrive allow policy. Specify one of the following redrivePermission values: allowAll | denyAll | byQueue.")
	}
	if len(allow.Sources) > maxSources {
		return refuse("Amazon SQS can't create the redrive allow policy. You can specify up to 10 sourceQueueArns.")
	}
	s.RedriveAllow = &allow
	return nil
}

// decode reads a member that may be missing.
func decode(member json.RawMessage, into any) bool {
	return member == nil || json.Unmarshal(member, into) == nil
}
