package store

import (
	"lullaby/instant"
	model "lullaby/topic"
	"lullaby/topic/request"
)

// Declare makes a topic as a stack update would: one that exists gets the declared
// attributes and tags in place of its own. The error is a refusal, or of storage.
func (e *Engine) Declare(at instant.Instant, in *request.CreateTopicInput) error {
	if err := in.Check(); err != nil {
		return err
	}
	e.mu.Lock()
	c := e.change()
	c.topic(e.topics.Declare(at, in))
	return e.settle(c)
}

// DeclareSubscription makes a subscription with an identifier as a stack update would. Nobody has to be
// there yet; a receiver that has not confirmed it is asked once more. The error is a
// refusal, or of storage.
func (e *Engine) DeclareSubscription(at instant.Instant, in *request.SubscribeInput, id string) error {
	if err := in.Check(e.opts.Scope); err != nil {
		return err
	}
	e.mu.Lock()
	t, err := e.topics.Find("TopicArn", in.TopicArn)
	if err != nil {
		e.mu.Unlock()
		return err
	}
	_, err = e.subscribe(at, t, in, func(at instant.Instant, t *model.Topic, in *request.SubscribeInput) (*model.Subscription, bool, error) {
		return e.topics.DeclareSubscription(at, t, in, id)
	})
	return err
}

// Names returns the names of the topics.
func (e *Engine) Names() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	names, _ := e.topics.List("", e.opts.MaxTopics)
	return names
}
