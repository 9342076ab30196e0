package request

import (
	"encoding/json"

	"lullaby/internal/arn"
	"lullaby/queue/refusal"
)

// AddPermissionInput is the request of AddPermission.
type AddPermissionInput struct {
	QueueUrl      string
	Label         string
	AWSAccountIds []string `query:"AWSAccountId"` //nolint:revive // AWS's name
	Actions       []string `query:"ActionName"`
}

// Check returns the first refusal that needs no queue. Assumed: the names of the
// lists, which are those of the query protocol.
func (in *AddPermissionInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	if err := checkLabel(in.Label); err != nil {
		return err
	}
	switch {
	case len(in.AWSAccountIds) == 0:
		return refusal.Missing("AWSAccountId")
	case len(in.Actions) == 0:
		return refusal.Missing("ActionName")
	}
	for _, account := range in.AWSAccountIds {
		if !isAccount(account) {
			return refusal.Invalid(account, "PrincipalId", "Unable to verify principal.")
		}
	}
	for _, action := range in.Actions {
		if err := checkAction(action); err != nil {
			return err
		}
	}
	return nil
}

// AddTo returns the policy of a queue, which may be empty, with the permission. The
// error is a refusal.
func (in *AddPermissionInput) AddTo(text string, queue arn.ARN) (string, error) {
	p := policy{Version: "2008-10-17", ID: queue.String() + "/SQSDefaultPolicy"}
	if text != "" {
		var err error
		if p, err = parsePolicy(text); err != nil {
			return "", err
		}
	}
	if p.find(in.Label) >= 0 {
		return "", refusal.Invalid(in.Label, "Label", "Already exists.")
	}
	p.Statement = append(p.Statement, in.statement(queue))
	return p.print()
}

// statement returns the permission as a statement, as AWS writes it
// (docs/aws/sqs.md#policies).
func (in *AddPermissionInput) statement(queue arn.ARN) statement {
	principals := make([]string, len(in.AWSAccountIds))
	for i, account := range in.AWSAccountIds {
		principals[i] = arn.Scope{Partition: queue.Scope.Partition, Account: account}.Global("iam", "root")
	}
	actions := make([]string, len(in.Actions))
	for i, action := range in.Actions {
		actions[i] = "SQS:" + action
	}
	return statement{
		"Sid": raw(in.Label), "Effect": raw("Allow"), "Principal": raw(map[string]any{"AWS": alone(principals)}),
		"Action": raw(alone(actions)), "Resource": raw(queue.String()),
	}
}

// RemovePermissionInput is the request of RemovePermission.
type RemovePermissionInput struct {
	QueueUrl string
	Label    string
}

// Check returns the first refusal that needs no queue.
func (in *RemovePermissionInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	return checkLabel(in.Label)
}

// RemoveFrom returns the policy of a queue without the permission, "" if it was the
// last one. The error is a refusal.
func (in *RemovePermissionInput) RemoveFrom(text string) (string, error) {
	p := policy{}
	if text != "" {
		var err error
		if p, err = parsePolicy(text); err != nil {
			return "", err
		}
	}
	i := p.find(in.Label)
	switch {
	case i < 0:
		return "", refusal.Invalid(in.Label, "Label", "can't find label on existing policy.")
	case len(p.Statement) == 1:
		return "", nil
	}
	p.Statement = append(p.Statement[:i:i], p.Statement[i+1:]...)
	return p.print()
}

// checkLabel checks the label of a permission (API Reference, "AddPermission").
// Assumed: the text for a wrong one.
func checkLabel(label string) error {
	switch {
	case label == "":
		return refusal.Missing("Label")
	case len(label) > maxName || !isWord(label):
		return refusal.Invalid(label, "Label", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

func isAccount(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return len(text) == 12
}

// find returns the index of the statement with a label, -1 if there is none.
func (p *policy) find(label string) int {
	for i, s := range p.Statement {
		var sid string
		if text, given := s["Sid"]; given && json.Unmarshal(text, &sid) == nil && sid == label {
			return i
		}
	}
	return -1
}

// print returns the policy as JSON, if it is within its bounds.
func (p *policy) print() (string, error) {
	var s Settings
	err := setPolicy(&s, string(raw(p)))
	return s.Policy, err
}

// alone returns the only element of a list, or the list.
func alone(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

func raw(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts, and what was read as JSON, have a JSON form
	}
	return text
}
