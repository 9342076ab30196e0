package stack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
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
	declared := map[string]*template.Queue{}
	all := make([]queues.Declaration, len(s.template.Queues))
	for i, q := range s.template.Queues {
		declared[q.Name], all[i] = q, queueDeclaration(q)
	}
	err := s.queues.Declare(instant.Of(time.Now()), all...)
	if of, ok := errors.AsType[*queues.DeclarationError](err); ok {
		q := declared[of.Name]
		return fmt.Errorf("%v: queue %s: %w", q.Pos(), q.LogicalID, of.Err)
	}
	return s.warnOfLeftQueues(ctx, declared)
}

// queueDeclaration returns a queue of the template as queue/store declares it.
func queueDeclaration(q *template.Queue) queues.Declaration {
	d := queues.Declaration{Name: q.Name, Attributes: maps.Clone(q.Attributes)}
	if q.Policy != "" {
		d.Attributes["Policy"] = q.Policy
	}
	if len(q.Tags) > 0 {
		d.Tags = map[string]string{}
	}
	for _, tag := range q.Tags {
		d.Tags[tag.Key] = tag.Value
	}
	return d
}

// warnOfLeftQueues warns of queues that are no longer in the template.
func (s *Stack) warnOfLeftQueues(ctx context.Context, declared map[string]*template.Queue) error {
	in := request.ListQueuesInput{MaxResults: new(int32(1_000))}
	for {
		out, err := s.queues.ListQueues(ctx, instant.Of(time.Now()), &in)
		if err != nil {
			return err
		}
		for _, url := range out.QueueUrls {
			if name := path.Base(url); declared[name] == nil {
				s.say("warning: queue %s is in the data folder and not in the template: kept", name)
			}
		}
		if in.NextToken = out.NextToken; in.NextToken == "" {
			return nil
		}
	}
}
