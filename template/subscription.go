package template

import (
	"maps"
	"slices"
	"strings"

	"lullaby/lambda"
	"lullaby/topic/request"
)

// Subscriptions of topics: written as resources, in a topic, and as events of type SNS of
// SAM's functions (docs/aws/templates.md#topics).

const (
	// topicsOutside is what a subscription lacks whose topic the template does not make.
	topicsOutside = "subscriptions to topics of others"

	// subscriptionFilters are properties without which a subscription would get other
	// messages: one that has them is left out.
	subscriptionFilters = "FilterPolicy FilterPolicyScope ReplayPolicy"

	subscriptionDocuments = "DeliveryPolicy RedrivePolicy"
)

func subscription() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "Endpoint Protocol RawMessageDelivery TopicArn " + subscriptionDocuments,
			later:    "Region SubscriptionRoleArn " + subscriptionFilters,
		},
		ref:        subscriptionARN,
		attributes: attributes{"Arn": subscriptionARN},
		link:       (*loader).linkSubscription,
	}
}

// topicEvent are the properties of an event of type SNS.
var topicEvent = properties{
	honoured: "RedrivePolicy Topic",
	later:    "Region SqsSubscription FilterPolicy FilterPolicyScope",
}

// subscriptionARN returns the ARN of a subscription, which ends in a random UUID on AWS.
func subscriptionARN(e *evaluator, r *resource) (string, error) {
	topic, err := e.property(r, "TopicArn", "")
	return topic + ":" + e.stack.uuid("subscription", r.id), err
}

// linkSubscription adds a subscription that is a resource, if its topic is of the
// template.
func (l *loader) linkSubscription(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	s := &Subscription{Source: in.source(r.line, subscriptionFields), LogicalID: r.id, Attributes: make(map[string]string)}
	topic := in.required("TopicArn")
	s.Protocol, s.Endpoint = in.required("Protocol"), in.text("Endpoint", "")
	if in.value("RawMessageDelivery") != nil {
		s.Attributes["RawMessageDelivery"] = in.oneOf("RawMessageDelivery", "", "true", "false")
	}
	l.readDocuments(in, s, subscriptionDocuments)
	l.linkToTopic(in, s, topic, "TopicArn", r.id, r.def.properties)
	return *in.err
}

// readDocuments reads properties that are JSON.
func (l *loader) readDocuments(in reader, s *Subscription, keys string) {
	for key := range strings.FieldsSeq(keys) {
		if in.value(key) != nil {
			s.Attributes[key] = in.document(key)
		}
	}
}

// linkTopicEvent adds the subscription of an event of type SNS, with the key of the
// event, to the function of r, if the topic is of the template.
func (l *loader) linkTopicEvent(event reader, key string, r *resource) {
	in := event.under("Properties")
	s := &Subscription{Source: in.source(event.line, topicEventFields), LogicalID: r.id + key, Protocol: string(request.Lambda), Attributes: make(map[string]string)}
	s.apart = map[string]*node{"Endpoint": {line: r.line}, "Protocol": {line: r.line}}
	topic := in.required("Topic")
	l.readDocuments(in, s, "RedrivePolicy")
	f := l.functionOf(r)
	if f == nil {
		return // told already
	}
	s.Endpoint = lambda.FunctionARN(l.stack.scope, f.Name, l.textOf(r.properties.get("AutoPublishAlias")))
	l.linkToTopic(in, s, topic, "Topic", r.id, topicEvent)
}

// linkToTopic adds s to the topic of an ARN, which stands at a key. of is the logical id
// for messages.
func (l *loader) linkToTopic(in reader, s *Subscription, topic, key, of string, known properties) {
	t := l.topicAt(topic)
	switch {
	case l.lacks(in, of, topicsOutside):
		*in.err = nil
	case *in.err != nil:
	case t == nil:
		l.omit(in.lineOf(key), of, topicsOutside)
	case l.leavesOut(in, of):
	default:
		l.checkProperties(of, in.n, known)
		l.addSubscription(in, s, t.Name, of)
	}
}

// leavesOut reports whether a subscription is left out, since it would get other
// messages here.
func (l *loader) leavesOut(in reader, of string) bool {
	for key := range strings.FieldsSeq(subscriptionFilters + " SqsSubscription") {
		if v := in.value(key); v != nil && !off(v) {
			l.omit(in.lineOf(key), of, "subscriptions with "+key)
			return true
		}
	}
	return false
}

// addSubscription adds s to the topic of a name, unless SNS refuses it.
func (l *loader) addSubscription(in reader, s *Subscription, topic, of string) {
	s.TopicARN = l.stack.scope.ARN("sns", topic)
	if s.UUID == "" {
		s.UUID = l.stack.uuid("subscription", s.LogicalID)
	}
	if s.Protocol == "application" || s.Protocol == "firehose" {
		l.omit(in.lineOf("Protocol"), of, "subscriptions by "+s.Protocol)
		return
	}
	if *in.err != nil {
		return
	}
	if err := s.Subscribe().Check(l.stack.scope); err != nil {
		label := in.label
		if item, ok := strings.CutSuffix(label, "."); ok {
			label = item + ": "
		}
		in.fail(s.Pos(s.refused(l)...).Line, "%s%v", label, err)
		return
	}
	l.t.Subscriptions = append(l.t.Subscriptions, s)
}

// refused returns the field that AWS refuses.
func (s *Subscription) refused(l *loader) []string {
	in := s.Subscribe()
	if in.Attributes = nil; in.Check(l.stack.scope) != nil {
		if in.Endpoint = "a"; strings.Contains(in.Check(l.stack.scope).Error(), "protocol string") {
			return []string{"Protocol"}
		}
		return []string{"Endpoint"}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Attributes)) {
		in.Attributes = map[string]string{name: s.Attributes[name]}
		if in.Check(l.stack.scope) != nil {
			return []string{"Attributes", name}
		}
	}
	return nil
}

// Subscribe returns the request that CloudFormation would send for the subscription.
func (s *Subscription) Subscribe() *request.SubscribeInput {
	return &request.SubscribeInput{
		TopicArn: s.TopicARN, Protocol: request.Protocol(s.Protocol), Endpoint: s.Endpoint, Attributes: maps.Clone(s.Attributes),
		ReturnSubscriptionArn: true,
	}
}
