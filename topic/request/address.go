package request

import (
	"strconv"
	"strings"

	"lullaby/internal/arn"
	"lullaby/topic/refusal"
)

// maxTopicName is the length of a topic's name in characters
// (docs/aws/sns.md#topics).
const maxTopicName = 256

// fifoSuffix ends the names of FIFO topics and queues.
const fifoSuffix = ".fifo"

// ParseTopic returns the account and the name of a topic's ARN, which must be of the
// partition and region of scope. The error refuses the parameter of a name.
func ParseTopic(scope arn.Scope, parameter, text string) (account, name string, err error) {
	a, err := parse(scope, parameter, text)
	if err == nil && strings.Contains(a.Resource, ":") {
		err = refusal.Invalid(parameter)
	}
	return a.Scope.Account, a.Resource, err
}

// ParseSubscription returns the account of a subscription's ARN, the name of its
// topic, and its own identifier.
func ParseSubscription(scope arn.Scope, text string) (account, topic, id string, err error) {
	const parameter = "SubscriptionArn"
	a, err := parse(scope, parameter, text)
	topic, id, ok := strings.Cut(a.Resource, ":")
	if err == nil && !ok {
		err = refusal.Invalid(parameter + " Reason: An ARN must have at least 7 elements, not 6")
	}
	return a.Scope.Account, topic, id, err
}

func parse(scope arn.Scope, parameter, text string) (arn.ARN, error) {
	if err := checkARN(parameter, text); err != nil {
		return arn.ARN{}, err
	}
	a, err := arn.Parse(text)
	own := scope.WithDefaults()
	if err != nil || a.Service != "sns" || a.Scope.Partition != own.Partition || a.Scope.Region != own.Region {
		return a, refusal.Invalid(parameter)
	}
	return a, nil
}

// checkARN refuses what cannot be an ARN.
func checkARN(parameter, text string) error {
	if text == "" {
		return refusal.Missing(parameter)
	}
	if n := strings.Count(text, ":") + 1; n < 6 {
		return refusal.Invalid(parameter + " Reason: An ARN must have at least 6 elements, not " + strconv.Itoa(n))
	}
	return nil
}

// checkName refuses a name that no topic may have.
func checkName(name string) error {
	if strings.HasSuffix(name, fifoSuffix) && isWord(strings.TrimSuffix(name, fifoSuffix)) {
		return refusal.Unbuilt("a FIFO topic", "CreateTopic")
	}
	if name == "" || len(name) > maxTopicName || !isWord(name) {
		return refusal.Invalid("Topic Name")
	}
	return nil
}

// isWord reports whether text has letters of ASCII, digits, hyphens and underscores alone.
func isWord(text string) bool {
	return strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}
