package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/template"
	"lullaby/topic"
	"lullaby/topic/deliver"
	"lullaby/topic/refusal"
	"lullaby/topic/request"
	topics "lullaby/topic/store"
	"lullaby/watch"
)

// openTopics opens the topics. The URLs in what receivers get lead to the AWS endpoint.
func (s *Stack) openTopics() (err error) {
	hosts := make([]string, 0, len(s.opts.Hosts)+1)
	for _, host := range s.hosts(s.opts.AWSAddr) {
		hosts = append(hosts, string(host))
	}
	s.topics, err = topics.New(s.db, topics.Options{
		Scope: s.opts.Scope, Log: s.opts.Log, Metrics: s.sink,
		Base: "http://" + s.receiversHost(), Hosts: hosts, Reach: deliver.Reach,
	})
	return err
}

// receiversHost returns host and port of the AWS endpoint as receivers reach it: the
// address at which it listens, or a name of it if that is all addresses.
func (s *Stack) receiversHost() string {
	at := strings.TrimPrefix(s.AWSURL(), "http://")
	name, port, err := net.SplitHostPort(at)
	if ip, notIP := netip.ParseAddr(name); err != nil || notIP == nil && !ip.IsUnspecified() {
		return at
	}
	if len(s.opts.Hosts) > 0 {
		return net.JoinHostPort(string(s.opts.Hosts[0]), port)
	}
	return net.JoinHostPort("localhost", port)
}

// declareTopics makes the topics and subscriptions as the template declares them, as a
// stack update would.
func (s *Stack) declareTopics(context.Context) error {
	if s.template == nil {
		return nil
	}
	now := instant.Of(time.Now())
	for _, t := range s.template.Topics {
		if err := s.topics.Declare(now, t.CreateTopic()); err != nil {
			return declined(err, t.Pos(), "topic "+t.LogicalID)
		}
	}
	for _, name := range s.topics.Names() {
		if !slices.ContainsFunc(s.template.Topics, func(t *template.Topic) bool { return t.Name == name }) {
			s.say("warning: topic %s is in the data folder and not in the template: kept", name)
		}
	}
	return nil
}

// subscribe makes the subscriptions of the template. Receivers are asked for
// confirmations when the endpoint answers.
func (s *Stack) subscribe(context.Context) error {
	if s.template == nil {
		return nil
	}
	now := instant.Of(time.Now())
	for _, n := range s.template.Subscriptions {
		if err := s.topics.DeclareSubscription(now, n.Subscribe(), n.UUID); err != nil {
			return declined(err, n.Pos(), "subscription "+n.LogicalID)
		}
	}
	return nil
}

// declined adds the place in the template to a refusal.
func declined(err error, at template.Pos, what string) error {
	if _, refused := errors.AsType[refusal.Kind](err); refused {
		return fmt.Errorf("%v: %s: %w", at, what, err)
	}
	return err
}

// notify delivers messages of topics until the stack closes.
func (s *Stack) notify(context.Context) error { //nolint:contextcheck // the stack outlives Start's context
	o := deliver.Options{
		Queues: s.queues, CertificateBase: "https://" + s.receiversHost(), Log: s.opts.Log,
		Say: func(text string) { s.say("%s", text) },
	}
	if s.host != nil {
		o.Functions = s.host
	}
	d := deliver.New(s.topics, o)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	s.onClose(func() error {
		cancel()
		running.Wait()
		return nil
	})
	return nil
}

// noticeOf returns what an alarm publishes to the topics that are its actions.
func (s *Stack) noticeOf(e watch.Event, d watch.Description) *topic.Notice {
	return topic.OfAlarm(s.opts.Scope, e, d)
}

// actByTopic publishes the notice of an alarm to a topic.
func (s *Stack) actByTopic(topicARN string, e watch.Event, d watch.Description) error {
	n := s.noticeOf(e, d)
	_, err := s.topics.Publish(context.Background(), instant.Of(time.Now()), &request.PublishInput{
		TopicArn: topicARN, Subject: &n.Subject, Message: n.Message(), MessageStructure: "json",
	})
	return err
}

// published returns what an action of an alarm has published, "" if nothing.
func (s *Stack) published(action string, e watch.Event, d watch.Description) string {
	if a, err := arn.Parse(action); err == nil && a.Service == "sns" {
		n := s.noticeOf(e, d)
		return n.Message()
	}
	return ""
}
