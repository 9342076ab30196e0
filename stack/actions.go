package stack

import (
	"context"
	"errors"
	"sync"

	"lullaby/internal/arn"
	"lullaby/lambda"
	"lullaby/watch"
	"lullaby/watch/store"
)

// act performs an action of an alarm, which an ARN names. Each service that has actions
// is a line here. The error is that of the service, or store.ErrNoReceiver.
func (s *Stack) act(action string, e watch.Event, d watch.Description) error {
	a, err := arn.Parse(action)
	if err != nil {
		return store.ErrNoReceiver
	}
	switch a.Service {
	case "autoscaling":
		return s.scaling.Act(action, &e)
	case "lambda":
		return s.actByFunction(action, e, d)
	case "sns":
		return s.actBySNS(action, e, d)
	}
	return store.ErrNoReceiver
}

// actBySNS publishes to a topic and pages. The error is that of the topic, or of storage.
func (s *Stack) actBySNS(topicARN string, e watch.Event, d watch.Description) error {
	err := s.actByTopic(topicARN, e, d)
	if !s.wake.Wake(topicARN) {
		return err
	}
	return errors.Join(err, s.actByPage(topicARN, e, d, err))
}

// actByFunction invokes a function asynchronously, with what AWS tells it of an alarm.
func (s *Stack) actByFunction(function string, e watch.Event, d watch.Description) error {
	if s.host == nil {
		return store.ErrNoReceiver
	}
	payload, err := s.metrics.Notice(e, d)
	if err != nil {
		return err
	}
	_, err = s.host.Invoke(context.Background(), lambda.InvokeInput{FunctionName: function, InvocationType: lambda.Event, Payload: payload})
	return err
}

// watchAlarms evaluates the alarms and scales the tables until the stack closes. It comes when
// all that alarms act on is there.
func (s *Stack) watchAlarms(context.Context) error { //nolint:contextcheck // the stack outlives Start's context
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.metrics.Run(ctx) })
	running.Go(func() { s.scaling.Run(ctx) })
	s.onClose(func() error {
		cancel()
		running.Wait()
		return nil
	})
	return nil
}
