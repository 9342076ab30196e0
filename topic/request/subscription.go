package request

import (
	"maps"
	"strings"

	"lullaby/internal/arn"
	"lullaby/topic/refusal"
)

// SubscribeInput is the request of Subscribe.
type SubscribeInput struct {
	TopicArn              string
	Protocol              Protocol
	Endpoint              string
	Attributes            map[string]string
	ReturnSubscriptionArn bool
}

// Check returns the first refusal that needs no topic.
func (in *SubscribeInput) Check(scope arn.Scope) error {
	if err := checkEndpoint(scope, in.Protocol, in.Endpoint); err != nil {
		return err
	}
	if err := checkAttributes(subscriptionAttributes, "Subscribe", in.Attributes); err != nil {
		return err
	}
	return checkProtocol(in.Protocol, in.Attributes)
}

// checkProtocol refuses attributes that a protocol does not have.
func checkProtocol(p Protocol, attributes map[string]string) error {
	if strings.EqualFold(attributes["RawMessageDelivery"], "true") && !p.Web() && p != SQS {
		return refusal.Invalid("Attributes Reason: Delivery protocol [" + string(p) + "] does not support raw message delivery.")
	}
	if attributes["DeliveryPolicy"] != "" && !p.Web() {
		return refusal.Invalid("Attributes Reason: Delivery protocol [" + string(p) + "] does not support a delivery policy.")
	}
	return nil
}

// Kept returns the attributes as they are kept: without those of which nothing is said.
func Kept(attributes map[string]string) map[string]string {
	kept := map[string]string{}
	for name, value := range attributes {
		if name == "RawMessageDelivery" {
			value = strings.ToLower(value)
		}
		if value != "" && value != "{}" && (name != "RawMessageDelivery" || value == "true") {
			kept[name] = value
		}
	}
	return kept
}

// ConfirmSubscriptionInput is the request of ConfirmSubscription.
type ConfirmSubscriptionInput struct {
	TopicArn                  string
	Token                     string
	AuthenticateOnUnsubscribe string

	Signed bool `query:"-"` // set by whoever has taken the request
}

// Check returns the first refusal that needs no topic.
func (in *ConfirmSubscriptionInput) Check() error {
	if in.Token == "" {
		return refusal.Invalid("Token")
	}
	return nil
}

// Authenticates reports whether nobody without a signature may unsubscribe.
func (in *ConfirmSubscriptionInput) Authenticates() bool {
	return in.Signed && strings.EqualFold(in.AuthenticateOnUnsubscribe, "true")
}

// UnsubscribeInput is the request of Unsubscribe.
type UnsubscribeInput struct {
	SubscriptionArn string

	Signed bool `query:"-"` // set by whoever has taken the request
}

// ListSubscriptionsInput is the request of ListSubscriptions.
type ListSubscriptionsInput struct{ NextToken string }

// ListSubscriptionsByTopicInput is the request of ListSubscriptionsByTopic.
type ListSubscriptionsByTopicInput struct {
	TopicArn  string
	NextToken string
}

// GetSubscriptionAttributesInput is the request of GetSubscriptionAttributes.
type GetSubscriptionAttributesInput struct{ SubscriptionArn string }

// SetSubscriptionAttributesInput is the request of SetSubscriptionAttributes.
type SetSubscriptionAttributesInput struct {
	SubscriptionArn string
	AttributeName   string
	AttributeValue  string
}

// Check returns the first refusal that needs no subscription.
func (in *SetSubscriptionAttributesInput) Check() error {
	return checkAttribute(subscriptionAttributes, "SetSubscriptionAttributes", in.AttributeName, in.AttributeValue)
}

// CheckFor returns the first refusal that the protocol of the subscription decides.
func (in *SetSubscriptionAttributesInput) CheckFor(p Protocol) error {
	err := checkProtocol(p, map[string]string{in.AttributeName: in.AttributeValue})
	if err != nil {
		return refusal.Invalid(strings.TrimPrefix(err.Error(), "Invalid parameter: Attributes Reason: "))
	}
	return nil
}

// With returns the attributes that a topic or a subscription has then.
func With(attributes map[string]string, name, value string) map[string]string {
	changed := maps.Clone(attributes)
	if changed == nil {
		changed = map[string]string{}
	}
	changed[name] = value
	return Kept(changed)
}
