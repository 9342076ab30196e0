package request

import (
	"encoding/json"
	"slices"
	"strings"

	"lullaby/queue/refusal"
)

// Bounds of the policy of a queue (docs/aws/sqs.md#policies).
const (
	maxPolicy     = 8_192 // bytes
	maxStatements = 20
	maxActions    = 7  // of SQS, of a statement
	maxPrincipals = 50 // of a statement
	maxConditions = 10 // of a statement
)

// A policy is what SQS reads of the policy of a queue. Its statements stay as they
// are.
type policy struct {
	Version   string      `json:",omitempty"`
	ID        string      `json:"Id,omitempty"` //nolint:tagliatelle // IAM's name
	Statement []statement `json:"Statement"`
}

// A statement is kept with all of its members.
type statement map[string]json.RawMessage

// oneOrMore reads a list, or its only element alone.
type oneOrMore[T any] []T

func (l *oneOrMore[T]) UnmarshalJSON(text []byte) error {
	var many []T
	if json.Unmarshal(text, &many) == nil {
		*l = many
		return nil
	}
	var one T
	if err := json.Unmarshal(text, &one); err != nil {
		return err
	}
	*l = []T{one}
	return nil
}

func parsePolicy(text string) (policy, error) {
	var p struct {
		Version   string
		ID        string `json:"Id"`
		Statement oneOrMore[statement]
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil || len(p.Statement) == 0 {
		return policy{}, invalidAttribute("Policy", "")
	}
	return policy{p.Version, p.ID, p.Statement}, nil
}

// setPolicy keeps the policy of a queue, as it is. Lullaby checks its form and its
// bounds, and lets every caller do everything.
func setPolicy(s *Settings, value string) error {
	if value == "" {
		s.Policy = ""
		return nil
	}
	if len(value) > maxRead {
		return errLongPolicy
	}
	p, err := parsePolicy(value)
	if err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	if len(value) > maxPolicy {
		return errLongPolicy
	}
	s.Policy = value
	return nil
}

var errLongPolicy = refusal.New(refusal.OverLimit, "Submitted policy is over max allowed size.")

// maxRead is the length of the longest policy of a kind that is read, in bytes. A
// longer one is refused unread: it would take many times its length of memory.
const maxRead = 64 << 10

func (p *policy) check() error {
	if n := len(p.Statement); n > maxStatements {
		return refusal.Newf(refusal.OverLimit, "%d statements were found in the submitted policy, max allowed is %d", n, maxStatements)
	}
	for _, s := range p.Statement {
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

// check checks the actions of a statement, and how much it has.
func (s statement) check() error {
	var actions oneOrMore[string]
	if text, given := s["Action"]; given {
		if err := json.Unmarshal(text, &actions); err != nil {
			return invalidAttribute("Policy", "")
		}
	}
	actions = slices.DeleteFunc(actions, isForeign)
	for _, most := range []struct {
		what   string
		number int
		max    int
	}{
		{"actions", len(actions), maxActions},
		{"principals", countMembers(s["Principal"]), maxPrincipals},
		{"conditions", countMembers(s["Condition"]), maxConditions},
	} {
		if most.number > most.max {
			return refusal.Newf(refusal.OverLimit, "%d %s were found in a statement from the submitted policy, max allowed is %d", most.number, most.what, most.max)
		}
	}
	for _, action := range actions {
		if err := checkAction(action); err != nil {
			return err
		}
	}
	return nil
}

// isForeign reports whether an action is one of another service. It is taken as it
// is, and does not count.
func isForeign(action string) bool {
	prefix, _, found := strings.Cut(action, ":")
	return found && !strings.EqualFold(prefix, "sqs")
}

// countMembers counts the principals or the conditions of a statement: the members
// of each of its kinds, as in {"AWS": ["1", "2"]} or {"StringEquals": {"a": "1"}}.
func countMembers(text json.RawMessage) (n int) {
	var kinds map[string]json.RawMessage
	if json.Unmarshal(text, &kinds) != nil {
		return 0 // there are none, or "*"
	}
	for _, kind := range kinds {
		var list []json.RawMessage
		var object map[string]json.RawMessage
		switch {
		case json.Unmarshal(kind, &list) == nil:
			n += len(list)
		case json.Unmarshal(kind, &object) == nil:
			n += len(object)
		default:
			n++
		}
	}
	return n
}

// permitted are the actions that a policy names: a batch has none of its own
// (docs/aws/sqs.md#policies).
var permitted = []string{
	"AddPermission", "CancelMessageMoveTask", "ChangeMessageVisibility", "CreateQueue", "DeleteMessage", "DeleteQueue", "GetQueueAttributes",
	"GetQueueUrl", "ListDeadLetterSourceQueues", "ListMessageMoveTasks", "ListQueueTags", "ListQueues", "PurgeQueue", "ReceiveMessage",
	"RemovePermission", "SendMessage", "SetQueueAttributes", "StartMessageMoveTask", "TagQueue", "UntagQueue",
}

// checkAction checks an action of a policy, with SQS's prefix or without it. A
// pattern is taken as it is.
func checkAction(action string) error {
	name := action
	if prefix, rest, found := strings.Cut(action, ":"); found && strings.EqualFold(prefix, "sqs") {
		name = rest
	}
	known := func(p string) bool { return strings.EqualFold(p, name) }
	if !strings.ContainsAny(name, "*?") && !slices.ContainsFunc(permitted, known) {
		return refusal.Invalid(action, "ActionName", "Please refer to the appropriate WSDL for a list of valid actions.")
	}
	return nil
}
