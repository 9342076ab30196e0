package request

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"lullaby/topic/refusal"
)

// A check says what is wrong with the value of an attribute, "" if nothing is.
type check func(value string) (wrong string)

// unbuilt is the check of an attribute that Lullaby lacks. Nothing calls it.
func unbuilt(string) string { panic("an attribute that is not built has no values") }

// checks are those of the attributes that a client may set, by name.
type checks map[string]check

// topicAttributes are those of a topic (docs/aws/sns.md#topics).
var topicAttributes = checks{
	"DeliveryPolicy":   func(v string) string { _, wrong := parseTopicPolicy(v); return wrong },
	"DisplayName":      displayName,
	"FifoTopic":        oneOf("FifoTopic", "false"),
	"KmsMasterKeyId":   anything,
	"Policy":           policy,
	"SignatureVersion": oneOf("SignatureVersion", "1", "2"),
	"TracingConfig":    oneOf("TracingConfig", "PassThrough", "Active"),
}

// subscriptionAttributes are those of a subscription
// (docs/aws/sns.md#subscriptions).
var subscriptionAttributes = checks{
	"DeliveryPolicy":     func(v string) string { _, wrong := parseSubscriptionPolicy(v); return wrong },
	"RawMessageDelivery": boolean("RawMessageDelivery"),
	"RedrivePolicy":      func(v string) string { _, wrong := parseRedrive(v); return wrong },
}

// Attributes that AWS has and Lullaby lacks.
const (
	unbuiltOfTopics = "ApplicationFailureFeedbackRoleArn ApplicationSuccessFeedbackRoleArn ApplicationSuccessFeedbackSampleRate ArchivePolicy " +
		"ContentBasedDeduplication FifoThroughputScope FirehoseFailureFeedbackRoleArn FirehoseSuccessFeedbackRoleArn " +
		"FirehoseSuccessFeedbackSampleRate HTTPFailureFeedbackRoleArn HTTPSuccessFeedbackRoleArn HTTPSuccessFeedbackSampleRate " +
		"LambdaFailureFeedbackRoleArn LambdaSuccessFeedbackRoleArn LambdaSuccessFeedbackSampleRate SQSFailureFeedbackRoleArn " +
		"SQSSuccessFeedbackRoleArn SQSSuccessFeedbackSampleRate"
	unbuiltOfSubscriptions = "FilterPolicy FilterPolicyScope ReplayPolicy SubscriptionRoleArn"
)

func init() {
	for name := range strings.FieldsSeq(unbuiltOfTopics) {
		topicAttributes[name] = unbuilt
	}
	for name := range strings.FieldsSeq(unbuiltOfSubscriptions) {
		subscriptionAttributes[name] = unbuilt
	}
}

func anything(string) string { return "" }

func displayName(value string) string {
	if utf8.RuneCountInString(value) > 100 || strings.ContainsFunc(value, func(c rune) bool { return c < ' ' }) {
		return "DisplayName"
	}
	return ""
}

func policy(value string) string {
	var p map[string]json.RawMessage
	if value != "" && json.Unmarshal([]byte(value), &p) != nil {
		return "Policy Error: null"
	}
	return ""
}

func oneOf(name string, values ...string) check {
	return func(value string) string {
		if !slices.Contains(values, value) {
			return name + ": must be one of " + strings.Join(values, ", ")
		}
		return ""
	}
}

func boolean(name string) check {
	return func(value string) string {
		if !strings.EqualFold(value, "true") && !strings.EqualFold(value, "false") {
			return name + ": Invalid value [" + value + "]. Must be true or false."
		}
		return ""
	}
}

// checkAttributes checks the attributes that a request makes something with. Assumed:
// in the order of their names.
func checkAttributes(known checks, operation string, all map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		switch {
		case known[name] == nil:
			return refusal.Invalid("Attributes Reason: Unknown attribute " + name)
		case isUnbuilt(name):
			return refusal.Unbuilt(name, operation)
		}
		if wrong := known[name](all[name]); wrong != "" {
			return refusal.Invalid("Attributes Reason: " + wrong)
		}
	}
	return nil
}

// checkAttribute checks an attribute that a request sets.
func checkAttribute(known checks, operation, name, value string) error {
	switch {
	case known[name] == nil || name == "FifoTopic":
		return refusal.Invalid("AttributeName")
	case isUnbuilt(name):
		return refusal.Unbuilt(name, operation)
	}
	if wrong := known[name](value); wrong != "" {
		return refusal.Invalid(wrong)
	}
	return nil
}

func isUnbuilt(name string) bool {
	return slices.Contains(strings.Fields(unbuiltOfTopics+" "+unbuiltOfSubscriptions), name)
}
