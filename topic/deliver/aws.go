package deliver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
	queuerefusal "lullaby/queue/refusal"
	queues "lullaby/queue/request"
	"lullaby/topic"
	"lullaby/topic/request"
	"lullaby/topic/store"
)

// enqueue sends a letter to the queue of an ARN: as HTTP has it, or the message alone
// with its attributes (docs/aws/sns.md#queues).
func (d *Deliverer) enqueue(ctx context.Context, queueARN string, a *store.Attempt) error {
	l := a.Letter
	target, ok := queues.ParseARN(queueARN)
	if !ok {
		return errGone
	}
	in := &queues.SendMessageInput{QueueUrl: queues.URLPath(target.Scope.Account, target.Resource)}
	in.MessageBody = string(l.JSON())
	if a.Subscription.Raw() && l.Kind == topic.Notification {
		if len(l.Attributes) > maxRawAttributes {
			return fmt.Errorf("%w: %d attributes", errGone, len(l.Attributes))
		}
		in.MessageBody, in.MessageAttributes = l.Text, rawAttributes(l.Attributes)
	}
	in.MessageGroupId = a.Message.Group
	in.Trace(a.Message.Trace)
	_, err := d.opts.Queues.SendMessage(ctx, instant.Of(time.Now()), in)
	if kind, refused := errors.AsType[queuerefusal.Kind](err); refused && kind != queuerefusal.RequestThrottled && kind != queuerefusal.OverLimit {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	return err
}

// maxRawAttributes is how many attributes a message of a queue has.
const maxRawAttributes = 10

func rawAttributes(all map[string]request.MessageAttributeValue) map[string]queues.MessageAttributeValue {
	if len(all) == 0 {
		return nil
	}
	of := make(map[string]queues.MessageAttributeValue, len(all))
	for name, v := range all {
		value := queues.MessageAttributeValue{DataType: v.DataType, BinaryValue: v.BinaryValue}
		if len(v.BinaryValue) == 0 {
			value.StringValue = &v.StringValue
		}
		of[name] = value
	}
	return of
}

// invoke gives a letter to a function, as an event (docs/aws/sns.md#functions).
func (d *Deliverer) invoke(ctx context.Context, a *store.Attempt) error {
	if d.opts.Functions == nil {
		return fmt.Errorf("%w: there are no functions", errGone)
	}
	_, err := d.opts.Functions.Invoke(ctx, lambda.InvokeInput{
		FunctionName: a.Subscription.Endpoint, InvocationType: lambda.Event, Payload: a.Letter.Event(), TraceID: a.Message.Trace,
	})
	for _, vain := range []error{lambda.ErrFunctionNotFound, lambda.ErrRequestTooLarge, lambda.ErrInvalidContent, lambda.ErrRecursive} {
		if errors.Is(err, vain) {
			return fmt.Errorf("%w: %w", errGone, err)
		}
	}
	return err
}

// show shows what goes to people: nothing leaves the machine.
func (d *Deliverer) show(a *store.Attempt) {
	l, s := a.Letter, &a.Subscription
	text := l.Text
	switch {
	case s.Protocol == request.EmailJSON:
		text = string(l.JSON())
	case l.SubscribeURL != "":
		text += "\n" + l.SubscribeURL
	}
	subject := ""
	if l.Subject != "" && s.Protocol != request.SMS {
		subject = ", " + l.Subject
	}
	d.opts.Say(fmt.Sprintf("%s to %s of topic %s%s:\n    %s", s.Protocol, s.Endpoint, s.Topic, subject, strings.ReplaceAll(text, "\n", "\n    ")))
}
