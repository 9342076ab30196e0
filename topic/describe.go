package topic

import (
	"encoding/json"
	"maps"
	"strconv"

	"lullaby/topic/request"
)

// Describe returns the attributes of a topic as GetTopicAttributes lists them
// (docs/aws/sns.md#topics).
func (ts *Topics) Describe(t *Topic) map[string]string {
	count := map[State]int{}
	for _, s := range t.subscriptions {
		count[s.State]++
	}
	all := map[string]string{
		"TopicArn": ts.ARN(t.Name), "Owner": ts.Scope.Account, "DisplayName": "", "Policy": ts.defaultPolicy(t.Name),
		"SubscriptionsConfirmed":  strconv.Itoa(count[Confirmed]),
		"SubscriptionsPending":    strconv.Itoa(count[Pending]),
		"SubscriptionsDeleted":    strconv.Itoa(t.Ended + count[Left]),
		"EffectiveDeliveryPolicy": effectiveOfTopic(t),
	}
	maps.Copy(all, t.Attributes)
	return all
}

// DescribeSubscription returns the attributes of a subscription as
// GetSubscriptionAttributes lists them (docs/aws/sns.md#subscriptions).
func (ts *Topics) DescribeSubscription(t *Topic, s *Subscription) map[string]string {
	all := map[string]string{
		"SubscriptionArn": ts.SubscriptionARN(s), "TopicArn": ts.ARN(s.Topic), "Owner": ts.Scope.Account,
		"Protocol": string(s.Protocol), "Endpoint": s.Endpoint, "RawMessageDelivery": "false",
		"PendingConfirmation":          strconv.FormatBool(s.State != Confirmed),
		"ConfirmationWasAuthenticated": strconv.FormatBool(s.Authenticates || !s.Protocol.Confirms()),
		"SubscriptionPrincipal":        ts.Scope.Global("iam", "root"),
	}
	if s.Protocol.Web() {
		all["EffectiveDeliveryPolicy"] = effectiveOfSubscription(t, s)
	}
	maps.Copy(all, s.Attributes)
	return all
}

// defaultPolicy returns the policy of a topic that nobody has given one.
func (ts *Topics) defaultPolicy(name string) string {
	const actions = `["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission",` +
		`"SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"]`
	return `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow",` +
		`"Principal":{"AWS":"*"},"Action":` + actions + `,"Resource":"` + ts.ARN(name) + `",` +
		`"Condition":{"StringEquals":{"AWS:SourceOwner":"` + ts.Scope.Account + `"}}}]}`
}

func retriesJSON(p request.RetryPolicy) string {
	return `{"minDelayTarget":` + strconv.Itoa(int(p.Min.Seconds())) + `,"maxDelayTarget":` + strconv.Itoa(int(p.Max.Seconds())) +
		`,"numRetries":` + strconv.Itoa(p.Retries) + `,"numMaxDelayRetries":` + strconv.Itoa(p.AtMax) + `,"numNoDelayRetries":` + strconv.Itoa(p.NoDelay) +
		`,"numMinDelayRetries":` + strconv.Itoa(p.AtMin) + `,"backoffFunction":"` + string(p.Backoff) + `"}`
}

func requestJSON(contentType string) string {
	text, err := json.Marshal(contentType)
	if err != nil {
		return "null" // no text has one
	}
	return `{"headerContentType":` + string(text) + `}`
}

func throttleJSON(perSecond int) string {
	if perSecond == 0 {
		return "null"
	}
	return `{"maxReceivesPerSecond":` + strconv.Itoa(perSecond) + `}`
}

func effectiveOfTopic(t *Topic) string {
	p := effective(t, nil)
	return `{"http":{"defaultHealthyRetryPolicy":` + retriesJSON(*p.Retries) +
		`,"disableSubscriptionOverrides":` + strconv.FormatBool(p.NoOverriding) + `,"defaultRequestPolicy":` + requestJSON(p.ContentType) + `}}`
}

func effectiveOfSubscription(t *Topic, s *Subscription) string {
	p := effective(t, s)
	return `{"healthyRetryPolicy":` + retriesJSON(*p.Retries) + `,"sicklyRetryPolicy":null,"throttlePolicy":` + throttleJSON(p.PerSecond) +
		`,"requestPolicy":` + requestJSON(p.ContentType) + `,"guaranteed":false}`
}
