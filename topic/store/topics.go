package store

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"slices"

	"lullaby/instant"
	model "lullaby/topic"
	"lullaby/topic/refusal"
	"lullaby/topic/request"
)

// pageSize is how many topics or subscriptions a list has (docs/aws/sns.md#lists).
const pageSize = 100

// An EmptyOutput is an output that is a structure without members. That of a void
// operation is not even that.
type EmptyOutput struct{}

// EmptyStructure says that a protocol writes the structure.
func (EmptyOutput) EmptyStructure() {}

// A VoidOutput is that of an operation without an output.
type VoidOutput struct{}

// CreateTopicOutput is the output of CreateTopic.
type CreateTopicOutput struct{ TopicArn string }

// CreateTopic performs the operation of that name.
func (e *Engine) CreateTopic(_ context.Context, at instant.Instant, in *request.CreateTopicInput) (*CreateTopicOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	t, err := e.topics.Create(at, in)
	if err != nil {
		e.mu.Unlock()
		return nil, err
	}
	c, out := e.change(), &CreateTopicOutput{e.topics.ARN(t.Name)}
	c.topic(t)
	return out, e.settle(c)
}

// DeleteTopic performs the operation of that name. A topic that does not exist is
// deleted already.
func (e *Engine) DeleteTopic(_ context.Context, _ instant.Instant, in *request.DeleteTopicInput) (*VoidOutput, error) {
	e.mu.Lock()
	t, err := e.topics.Find("TopicArn", in.TopicArn)
	if err != nil {
		e.mu.Unlock()
		if isKind(err, refusal.NotFound) {
			return &VoidOutput{}, nil
		}
		return nil, err
	}
	c := e.change()
	for _, s := range e.topics.Delete(t) {
		c.end(e, s)
	}
	c.b.Delete(topicKey(t.Name))
	delete(e.meters, t.Name)
	return &VoidOutput{}, e.settle(c)
}

// A TopicMember is a topic in a list.
type TopicMember struct{ TopicArn string }

// ListTopicsOutput is the output of ListTopics.
type ListTopicsOutput struct {
	Topics    []TopicMember
	NextToken string `json:",omitzero"`
}

// ListTopics performs the operation of that name.
func (e *Engine) ListTopics(_ context.Context, _ instant.Instant, in *request.ListTopicsInput) (*ListTopicsOutput, error) {
	after, err := base64.RawURLEncoding.DecodeString(in.NextToken)
	if err != nil {
		return nil, refusal.Invalid("NextToken")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	names, more := e.topics.List(string(after), pageSize)
	out := &ListTopicsOutput{Topics: []TopicMember{}}
	for _, name := range names {
		out.Topics = append(out.Topics, TopicMember{e.topics.ARN(name)})
	}
	if more {
		out.NextToken = base64.RawURLEncoding.EncodeToString([]byte(names[len(names)-1]))
	}
	return out, nil
}

// AttributesOutput is the output of GetTopicAttributes and GetSubscriptionAttributes.
type AttributesOutput struct{ Attributes map[string]string }

// GetTopicAttributes performs the operation of that name.
func (e *Engine) GetTopicAttributes(_ context.Context, _ instant.Instant, in *request.GetTopicAttributesInput) (*AttributesOutput, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t, err := e.topics.Find("TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	return &AttributesOutput{e.topics.Describe(t)}, nil
}

// SetTopicAttributes performs the operation of that name.
func (e *Engine) SetTopicAttributes(_ context.Context, _ instant.Instant, in *request.SetTopicAttributesInput) (*VoidOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	err := e.changeTopic(func() (*model.Topic, error) { return e.topics.Find("TopicArn", in.TopicArn) }, func(t *model.Topic) error {
		e.topics.Set(t, in.AttributeName, in.AttributeValue)
		page, _ := e.topics.Subscriptions(t, 0, e.opts.MaxSubscriptions)
		for _, s := range page {
			e.pace(s)
		}
		return nil
	})
	return &VoidOutput{}, err
}

// changeTopic changes the topic that find returns.
func (e *Engine) changeTopic(find func() (*model.Topic, error), edit func(t *model.Topic) error) error {
	e.mu.Lock()
	t, err := find()
	if err == nil {
		err = edit(t)
	}
	if err != nil {
		e.mu.Unlock()
		return err
	}
	c := e.change()
	c.topic(t)
	return e.settle(c)
}

// ListTagsForResourceOutput is the output of ListTagsForResource.
type ListTagsForResourceOutput struct{ Tags []request.Tag }

// ListTagsForResource performs the operation of that name.
func (e *Engine) ListTagsForResource(_ context.Context, _ instant.Instant, in *request.ListTagsForResourceInput) (*ListTagsForResourceOutput, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t, err := e.topics.OfResource(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := &ListTagsForResourceOutput{Tags: []request.Tag{}}
	for _, name := range slices.Sorted(maps.Keys(t.Tags)) {
		out.Tags = append(out.Tags, request.Tag{Key: name, Value: t.Tags[name]})
	}
	return out, nil
}

// TagResource performs the operation of that name.
func (e *Engine) TagResource(_ context.Context, _ instant.Instant, in *request.TagResourceInput) (*EmptyOutput, error) {
	if err := request.CheckTags(in.Tags); err != nil {
		return nil, err
	}
	err := e.changeTopic(func() (*model.Topic, error) { return e.topics.OfResource(in.ResourceArn) }, func(t *model.Topic) error {
		return e.topics.Tag(t, in.Tags)
	})
	return &EmptyOutput{}, err
}

// UntagResource performs the operation of that name.
func (e *Engine) UntagResource(_ context.Context, _ instant.Instant, in *request.UntagResourceInput) (*EmptyOutput, error) {
	err := e.changeTopic(func() (*model.Topic, error) { return e.topics.OfResource(in.ResourceArn) }, func(t *model.Topic) error {
		e.topics.Untag(t, in.TagKeys)
		return nil
	})
	return &EmptyOutput{}, err
}

// pageToken writes the number of the last subscription of a page.
func pageToken(number uint64) string {
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, number))
}

// readToken is the reverse of pageToken; of "" it is 0.
func readToken(text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) != 8 {
		return 0, refusal.Invalid("NextToken")
	}
	return binary.BigEndian.Uint64(b), nil
}
