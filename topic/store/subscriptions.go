package store

import (
	"context"
	"errors"

	"lullaby/instant"
	model "lullaby/topic"
	"lullaby/topic/refusal"
	"lullaby/topic/request"
)

func isKind(err error, kind refusal.Kind) bool { return errors.Is(err, kind) }

// SubscribeOutput is the output of Subscribe and ConfirmSubscription.
type SubscribeOutput struct{ SubscriptionArn string }

// Subscribe performs the operation of that name. It asks a receiver that has to agree for
// a confirmation.
func (e *Engine) Subscribe(ctx context.Context, at instant.Instant, in *request.SubscribeInput) (*SubscribeOutput, error) {
	if err := e.checkSubscribe(ctx, in); err != nil {
		return nil, err
	}
	e.mu.Lock()
	t, err := e.topics.Find("TopicArn", in.TopicArn)
	if err != nil {
		e.mu.Unlock()
		return nil, err
	}
	s, err := e.subscribe(at, t, in, e.topics.Subscribe)
	return e.told(s, in.ReturnSubscriptionArn), err
}

// checkSubscribe returns the first refusal of a request, in AWS's order.
func (e *Engine) checkSubscribe(ctx context.Context, in *request.SubscribeInput) error {
	if _, _, err := request.ParseTopic(e.opts.Scope, "TopicArn", in.TopicArn); err != nil {
		return err
	}
	if err := in.Check(e.opts.Scope); err != nil {
		return err
	}
	if in.Protocol.Web() && e.opts.Reach != nil && e.Find(in.TopicArn) {
		if e.opts.Reach(ctx, in.Endpoint) != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return refusal.Invalid("Unreachable Endpoint")
		}
	}
	return nil
}

// A subscriber is a method of the model that performs a checked request.
type subscriber = func(at instant.Instant, t *model.Topic, in *request.SubscribeInput) (s *model.Subscription, asked bool, err error)

// subscribe performs a checked request on a topic, and unlocks e.mu.
func (e *Engine) subscribe(at instant.Instant, t *model.Topic, in *request.SubscribeInput, do subscriber) (*model.Subscription, error) {
	count := e.topics.Count(t)
	s, asked, err := do(at, t, in)
	if err != nil {
		e.mu.Unlock()
		return nil, err
	}
	if e.topics.Count(t) != count {
		e.open(s, false)
	}
	e.pace(s)
	c := e.change()
	c.subscription(s)
	if asked {
		e.send(c, e.topics.Confirmation(at, s), s)
	}
	return s, e.settle(c)
}

// told returns what a subscriber is told. Nothing of it changes after s was made but its
// state.
func (e *Engine) told(s *model.Subscription, always bool) *SubscribeOutput {
	if s == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if s.State == model.Pending && !always {
		return &SubscribeOutput{"pending confirmation"}
	}
	return &SubscribeOutput{e.topics.SubscriptionARN(s)}
}

// ConfirmSubscription performs the operation of that name.
func (e *Engine) ConfirmSubscription(_ context.Context, at instant.Instant, in *request.ConfirmSubscriptionInput) (*SubscribeOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	t, err := e.topics.Find("TopicArn", in.TopicArn)
	if err != nil {
		e.mu.Unlock()
		return nil, err
	}
	s, err := e.topics.Confirm(at, t, in)
	if err != nil {
		e.mu.Unlock()
		return nil, err
	}
	c, out := e.change(), &SubscribeOutput{e.topics.SubscriptionARN(s)}
	c.subscription(s)
	return out, e.settle(c)
}

// Unsubscribe performs the operation of that name. A subscription that does not exist has
// ended already.
func (e *Engine) Unsubscribe(_ context.Context, at instant.Instant, in *request.UnsubscribeInput) (*VoidOutput, error) {
	e.mu.Lock()
	s, err := e.topics.Subscription(in.SubscriptionArn)
	if err != nil {
		e.mu.Unlock()
		if isKind(err, refusal.NotFound) {
			return &VoidOutput{}, nil
		}
		return nil, err
	}
	t, _ := e.topics.ByNumber(s.Number)
	gone, err := e.topics.Unsubscribe(at, s, in.Signed)
	if err != nil {
		e.mu.Unlock()
		return nil, err
	}
	c := e.change()
	if gone {
		c.end(e, s)
		c.topic(t)
	} else {
		c.subscription(s)
		e.send(c, e.topics.Confirmation(at, s), s)
	}
	return &VoidOutput{}, e.settle(c)
}

// A SubscriptionMember is a subscription in a list.
type SubscriptionMember struct {
	SubscriptionArn, Owner string
	Protocol               request.Protocol
	Endpoint, TopicArn     string
}

// ListSubscriptionsOutput is the output of ListSubscriptions and
// ListSubscriptionsByTopic.
type ListSubscriptionsOutput struct {
	Subscriptions []SubscriptionMember
	NextToken     string `json:",omitzero"`
}

// ListSubscriptions performs the operation of that name.
func (e *Engine) ListSubscriptions(_ context.Context, _ instant.Instant, in *request.ListSubscriptionsInput) (*ListSubscriptionsOutput, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.list(nil, in.NextToken)
}

// ListSubscriptionsByTopic performs the operation of that name.
func (e *Engine) ListSubscriptionsByTopic(_ context.Context, _ instant.Instant, in *request.ListSubscriptionsByTopicInput) (*ListSubscriptionsOutput, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t, err := e.topics.Find("TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	return e.list(t, in.NextToken)
}

func (e *Engine) list(t *model.Topic, token string) (*ListSubscriptionsOutput, error) {
	after, err := readToken(token)
	if err != nil {
		return nil, err
	}
	page, more := e.topics.Subscriptions(t, after, pageSize)
	out := &ListSubscriptionsOutput{Subscriptions: []SubscriptionMember{}}
	for _, s := range page {
		m := SubscriptionMember{e.topics.SubscriptionARN(s), e.topics.Scope.Account, s.Protocol, s.Endpoint, e.topics.ARN(s.Topic)}
		if s.State == model.Pending {
			m.SubscriptionArn = "PendingConfirmation"
		}
		out.Subscriptions = append(out.Subscriptions, m)
	}
	if more {
		out.NextToken = pageToken(page[len(page)-1].Number)
	}
	return out, nil
}

// GetSubscriptionAttributes performs the operation of that name.
func (e *Engine) GetSubscriptionAttributes(_ context.Context, _ instant.Instant, in *request.GetSubscriptionAttributesInput) (*AttributesOutput, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s, err := e.topics.Subscription(in.SubscriptionArn)
	if err != nil {
		return nil, err
	}
	t, _ := e.topics.ByNumber(s.Number)
	return &AttributesOutput{e.topics.DescribeSubscription(t, s)}, nil
}

// SetSubscriptionAttributes performs the operation of that name.
func (e *Engine) SetSubscriptionAttributes(_ context.Context, _ instant.Instant, in *request.SetSubscriptionAttributesInput) (*VoidOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	s, err := e.topics.Subscription(in.SubscriptionArn)
	if err == nil {
		err = in.CheckFor(s.Protocol)
	}
	if err != nil {
		e.mu.Unlock()
		return nil, err
	}
	e.topics.SetSubscription(s, in.AttributeName, in.AttributeValue)
	e.pace(s)
	c := e.change()
	c.subscription(s)
	return &VoidOutput{}, e.settle(c)
}
