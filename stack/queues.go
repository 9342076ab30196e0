package stack

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"lullaby/instant"
	"lullaby/queue/request"
	queues "lullaby/queue/store"
	"lullaby/template"
)

// declareQueues makes the queues as the template declares them, as a stack update
// would.
func (s *Stack) declareQueues(ctx context.Context) error {
	if s.template == nil {
		return nil
	}
	all := make([]*request.CreateQueueInput, len(s.template.Queues))
	for i, q := range s.template.Queues {
		all[i] = q.CreateQueue()
	}
	err := s.queues.Declare(instant.Of(time.Now()), all)
	if refused, ok := errors.AsType[*queues.DeclareError](err); ok {
		q := s.template.Queues[slices.IndexFunc(s.template.Queues, func(q *template.Queue) bool { return q.Name == refused.Queue })]
		return fmt.Errorf("%v: queue %s: %w", q.Pos(), q.LogicalID, refused.Err)
	}
	if err != nil {
		return err
	}
	return s.warnOfLeftQueues(ctx)
}

// warnOfLeftQueues warns of queues that are no longer in the template.
func (s *Stack) warnOfLeftQueues(ctx context.Context) error {
	in := request.ListQueuesInput{MaxResults: new(int32(1_000))}
	for {
		out, err := s.queues.ListQueues(ctx, instant.Of(time.Now()), &in)
		if err != nil {
			return err
		}
		for _, url := range out.QueueUrls {
			name := path.Base(url)
			if !slices.ContainsFunc(s.template.Queues, func(q *template.Queue) bool { return q.Name == name }) {
				s.say("warning: queue %s is in the data folder and not in the template: kept", name)
			}
		}
		if out.NextToken == "" {
			return nil
		}
		in.NextToken = out.NextToken
	}
}
