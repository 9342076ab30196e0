package template

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lullaby/internal/arn"
	"lullaby/topic/request"
)

// Topics of SNS, their policies and subscriptions (docs/aws/templates.md#topics).

const (
	typeTopic             = "AWS::SNS::Topic"
	typeTopicPolicy       = "AWS::SNS::TopicPolicy"
	typeTopicInlinePolicy = "AWS::SNS::TopicInlinePolicy"
	typeSubscription      = "AWS::SNS::Subscription"
)

// maxTopicName is the length of a topic's name ("CreateTopic").
const maxTopicName = 256

// topicAttributes are the properties of a topic that are attributes of SNS's CreateTopic
// with the same name.
const topicAttributes = "DisplayName KmsMasterKeyId SignatureVersion TracingConfig"

// fifoTopics is what a template lacks that has one.
const fifoTopics = "FIFO topics"

// TopicNames returns the names of topics that are given by name or logical id. An ARN,
// which may name one outside, stays. The error is of one that the template does not have.
func (t *Template) TopicNames(given []string) ([]string, error) {
	names := make([]string, 0, len(given))
	for _, id := range given {
		i := slices.IndexFunc(t.Topics, func(n *Topic) bool { return n.LogicalID == id || n.Name == id })
		switch a, err := arn.Parse(id); {
		case i >= 0:
			names = append(names, t.Topics[i].Name)
		case err == nil && a.Service == "sns":
			names = append(names, id)
		default:
			return nil, fmt.Errorf("the template has no topic %s; one outside is named by its ARN", id)
		}
	}
	return names, nil
}

func topic() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "FifoTopic Subscription Tags TopicName " + topicAttributes,
			later:    "ArchivePolicy ContentBasedDeduplication DataProtectionPolicy DeliveryStatusLogging FifoThroughputScope",
		},
		ref:        topicARN,
		attributes: attributes{"TopicArn": topicARN, "TopicName": topicName},
		read:       (*loader).readTopic,
		link:       (*loader).linkTopic,
	}
}

func topicPolicy() *resourceType {
	return &resourceType{
		properties: properties{honoured: "PolicyDocument Topics"},
		read:       func(*loader, *resource) error { return nil },
		link:       (*loader).linkTopicPolicy,
	}
}

func topicInlinePolicy() *resourceType {
	return &resourceType{
		properties: properties{honoured: "PolicyDocument TopicArn"},
		ref:        textIn("TopicArn"),
		read:       func(*loader, *resource) error { return nil },
		link:       (*loader).linkTopicPolicy,
	}
}

// topicName returns the name of a topic. A generated one of a FIFO topic ends as SNS
// asks.
func topicName(e *evaluator, r *resource) (string, error) {
	fifo, err := e.property(r, "FifoTopic", "false")
	if err != nil {
		return "", err
	}
	generated := e.stack.physicalName(r.id, maxTopicName)
	if fifo == "true" {
		generated = e.stack.physicalName(r.id, maxTopicName-len(fifoSuffix)) + fifoSuffix
	}
	return e.property(r, "TopicName", generated)
}

func topicARN(e *evaluator, r *resource) (string, error) {
	name, err := topicName(e, r)
	return e.stack.scope.ARN("sns", name), err
}

func (l *loader) readTopic(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	if in.oneOf("FifoTopic", "false", "true", "false") == "true" {
		l.omit(in.lineOf("FifoTopic"), r.id, fifoTopics)
		return *in.err
	}
	t := &Topic{Source: in.source(r.line, topicFields), LogicalID: r.id, Attributes: make(map[string]string)}
	var err error
	t.Name, err = topicName(l.evaluator, r)
	in.stick(err)
	for key := range strings.FieldsSeq(topicAttributes) {
		if in.value(key) != nil {
			t.Attributes[key] = in.text(key, "")
		}
	}
	t.Tags = in.tags()
	t.check(in)
	l.t.Topics = append(l.t.Topics, t)
	return *in.err
}

// CreateTopic returns the request that makes the topic as CloudFormation would, with its
// policy.
func (t *Topic) CreateTopic() *request.CreateTopicInput {
	in := &request.CreateTopicInput{Name: t.Name, Attributes: maps.Clone(t.Attributes)}
	if t.Policy != "" {
		in.Attributes["Policy"] = t.Policy
	}
	for _, tag := range t.Tags {
		in.Tags = append(in.Tags, request.Tag{Key: tag.Key, Value: tag.Value})
	}
	return in
}

// check adds what AWS would refuse of the topic, whose values in has read, where it
// stands.
func (t *Topic) check(in reader) {
	if err := t.CreateTopic().Check(); err != nil {
		in.fail(t.Pos(t.refused()...).Line, "%s%v", in.label, err)
	}
}

// refused returns the field that AWS refuses.
func (t *Topic) refused() []string {
	in := request.CreateTopicInput{Name: t.Name, Attributes: make(map[string]string)}
	if in.Check() != nil {
		return []string{"Name"}
	}
	for _, name := range slices.Sorted(maps.Keys(t.Attributes)) {
		if in.Attributes[name] = t.Attributes[name]; in.Check() != nil {
			return []string{"Attributes", name}
		}
	}
	return []string{"Tags"}
}

// linkTopic adds the subscriptions that stand in a topic.
func (l *loader) linkTopic(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	t := l.topicOf(r)
	if t == nil {
		return nil // told already
	}
	for i, item := range in.list("Subscription") {
		of := in.item("Subscription", i, item)
		of.only("Endpoint Protocol")
		s := &Subscription{Source: of.source(item.line, nil), LogicalID: r.id, UUID: l.stack.uuid("subscription", r.id, strconv.Itoa(i))}
		s.Protocol, s.Endpoint = of.required("Protocol"), of.required("Endpoint")
		l.addSubscription(of, s, t.Name, r.id)
	}
	return *in.err
}

// topicOf returns the topic that was read from r, nil if none was.
func (l *loader) topicOf(r *resource) *Topic {
	for _, t := range l.t.Topics {
		if t.LogicalID == r.id {
			return t
		}
	}
	return nil
}

// topicAt returns the topic of the template with an ARN, nil if there is none.
func (l *loader) topicAt(text string) *Topic {
	for _, t := range l.t.Topics {
		if l.stack.scope.ARN("sns", t.Name) == text {
			return t
		}
	}
	return nil
}

// linkTopicPolicy gives a policy to the topics that it names. A topic has one policy:
// the last of the file.
func (l *loader) linkTopicPolicy(r *resource) error {
	const outside = "policies of topics outside the template"
	in := l.reader(r.id+": ", r.line, r.properties)
	var topics []*node
	if r.typ == typeTopicPolicy {
		in.needed("Topics")
		topics = in.list("Topics")
	} else if in.required("TopicArn"); *in.err == nil {
		topics = []*node{in.value("TopicArn")}
	}
	in.needed("PolicyDocument")
	document := in.document("PolicyDocument")
	if l.lacks(in, r.id, outside) {
		return nil
	}
	if refused := (&request.CreateTopicInput{Name: "a", Attributes: map[string]string{"Policy": document}}).Check(); refused != nil {
		in.fail(in.lineOf("PolicyDocument"), "%s%v", in.label, refused)
	}
	for _, arn := range topics {
		t := l.topicAt(arn.text)
		if t == nil {
			l.omit(arn.line, r.id, outside)
			continue
		}
		if t.Policy != "" {
			l.warnOf(arn.line, t.LogicalID, "a topic has one policy: this one replaces the one before")
		}
		t.Policy = document
		t.apart = map[string]*node{"Policy": r.properties.get("PolicyDocument")}
	}
	return *in.err
}
