package stack

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/pager"
	"lullaby/pager/evidence"
	"lullaby/pager/outbox"
	"lullaby/storage"
	"lullaby/topic/refusal"
	"lullaby/watch"
)

// findPageTopics finds the topics that page in the template. Without one they are named.
func (s *Stack) findPageTopics() error {
	s.wake = s.opts.PageTopics
	if s.template == nil {
		return nil
	}
	names, err := s.template.TopicNames(s.opts.PageTopics)
	if err != nil {
		return fmt.Errorf("--page-topic: %w", err)
	}
	s.wake = names
	return nil
}

// openPages opens the pages, and sends them until the stack closes.
func (s *Stack) openPages() (err error) {
	s.pages, err = outbox.New(s.db, outbox.Options{
		Receivers: s.opts.Receivers, Show: s.showPage, Log: s.opts.Log,
		Seed: rand.Uint64(), //nolint:gosec // it spreads attempts
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.pages.Run(ctx) })
	s.onClose(func() error {
		cancel()
		running.Wait()
		s.sayWaiting()
		return nil
	})
	return nil
}

// showPage shows a page to whoever looks at this stack.
func (s *Stack) showPage(p pager.Page) {
	if s.opts.ShowPage != nil {
		s.opts.ShowPage(p)
	}
	if s.page != nil {
		s.page.Paged(p)
	}
}

// sayWaiting says that there are pages that their receivers have not got.
func (s *Stack) sayWaiting() {
	n := s.pages.Waiting()
	switch {
	case n == 0:
	case s.opts.Durability == storage.Memory:
		s.say("warning: receivers have not got %s, which --memory forgets", pager.Counted(int64(n), "page"))
	default:
		s.say("warning: receivers have not got %s: the next start sends them", pager.Counted(int64(n), "page"))
	}
}

// name returns the name of the stack, lullaby if it has no template.
func (s *Stack) name() string {
	if s.template == nil {
		return "lullaby"
	}
	return s.template.StackName
}

// actByPage pages, if the event of an alarm is a page. published is what came of telling
// the topic of the action: whoever reads the page learns that it does not exist.
func (s *Stack) actByPage(topicARN string, e watch.Event, d watch.Description, published error) error {
	source := evidence.Source{Stack: s.name(), Region: s.opts.Scope.WithDefaults().Region, Topics: s.wake, Readings: s.metrics.Readings, Units: s.units}
	return s.pages.Take(instant.Of(time.Now()), pager.Key(source.Stack, e.Alarm), &e, func(kind pager.Kind, since instant.Instant) pager.Page {
		p := source.Page(kind, since, &e, &d)
		if errors.Is(published, refusal.NotFound) {
			p.Notes = append(p.Notes, "Its topic does not exist here. If that is so on AWS, nobody is told there: "+topicARN)
		}
		return p
	})
}

// units returns what a table or its index is provisioned with, zero if it is gone.
func (s *Stack) units(table, index string) (read, write int64) {
	out, err := s.tables.DescribeTable(context.Background(), instant.Of(time.Now()), &request.DescribeTableInput{TableName: &table})
	if err != nil {
		return 0, 0
	}
	units := out.Table.ProvisionedThroughput
	for _, x := range out.Table.GlobalSecondaryIndexes {
		if x.IndexName == index {
			units = *x.ProvisionedThroughput
		}
	}
	return units.ReadCapacityUnits, units.WriteCapacityUnits
}
