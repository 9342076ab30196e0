package topic_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/internal/scripttest"
	"lullaby/topic"
	"lullaby/topic/refusal"
	"lullaby/topic/request"
)

// A script is a list of commands in virtual time.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		s := newScript(t)
		scripttest.Answers(t, file, func(line string) []string {
			if answer, ok := s.play(line); ok {
				return []string{answer}
			}
			return nil
		})
	})
}

type script struct {
	t      *testing.T
	topics *topic.Topics
	lines  *topic.Lines
	now    instant.Instant
	policy string // of the topic whose schedules are asked for
	ids    int
	tokens int
	taken  map[string]topic.Delivery
}

var begin = instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))

func newScript(t *testing.T) *script {
	s := &script{t: t, now: begin, lines: topic.NewLines(4), taken: map[string]topic.Delivery{}}
	s.topics = topic.New(arn.Scope{}, func() string {
		s.ids++
		return fmt.Sprint("id-", s.ids)
	}, func() string {
		s.tokens++
		return fmt.Sprint("token-", s.tokens)
	})
	s.topics.MaxTopics, s.topics.MaxSubscriptions = 10, 10
	return s
}

// play performs a command. ok: it has an answer.
func (s *script) play(line string) (answer string, ok bool) {
	words := strings.Fields(line)
	if words[0] == "at" {
		at, err := time.ParseDuration(words[1])
		if err != nil {
			s.t.Fatal(err)
		}
		s.now, words = begin.Add(at), words[2:]
	}
	if answer, known := s.playLines(words); known {
		return answer, answer != "none"
	}
	switch words[0] {
	case "create":
		if _, err := s.topics.Create(s.now, &request.CreateTopicInput{Name: words[1]}); err != nil {
			return said(err), true
		}
		return "", false
	case "topic":
		s.policy = words[1]
		return "", false
	case "schedule":
		return s.schedule(request.Protocol(words[1]), words[2]), true
	}
	answer, err := s.change(words)
	if err != nil {
		return said(err), true
	}
	return answer, true
}

func said(err error) string {
	kind, ok := errors.AsType[refusal.Kind](err)
	if !ok {
		return "no refusal: " + err.Error()
	}
	return kind.Code() + ": " + err.Error()
}

func (s *script) change(words []string) (string, error) {
	switch words[0] {
	case "subscribe":
		t, err := s.topics.Find("TopicArn", s.topics.ARN(words[1]))
		if err != nil {
			return "", err
		}
		n, asked, err := s.topics.Subscribe(s.now, t, &request.SubscribeInput{Protocol: request.Protocol(words[2]), Endpoint: words[3]})
		return state(n, asked), err
	case "confirm":
		t, err := s.topics.Find("TopicArn", s.topics.ARN(words[1]))
		if err != nil {
			return "", err
		}
		in := &request.ConfirmSubscriptionInput{Token: words[2]}
		if len(words) > 3 {
			in.Signed, in.AuthenticateOnUnsubscribe = true, "true"
		}
		n, err := s.topics.Confirm(s.now, t, in)
		return state(n, false), err
	case "unsubscribe":
		n := s.find(words[1])
		gone, err := s.topics.Unsubscribe(s.now, n, words[2] == "signed")
		if gone {
			return "gone", err
		}
		return state(n, true), err
	case "expire":
		return list(s.topics.Expire(s.now)), nil
	case "receivers":
		t, err := s.topics.Find("TopicArn", s.topics.ARN(words[1]))
		return list(s.topics.Receivers(t)), err
	case "delete":
		t, err := s.topics.Find("TopicArn", s.topics.ARN(words[1]))
		return list(s.topics.Delete(t)), err
	}
	s.t.Fatalf("no command %q", words[0])
	return "", nil
}

func (s *script) find(endpoint string) *topic.Subscription {
	all, _ := s.topics.Subscriptions(nil, 0, 100)
	for _, n := range all {
		if n.Endpoint == endpoint {
			return n
		}
	}
	s.t.Fatalf("nobody at %s", endpoint)
	return nil
}

func state(n *topic.Subscription, asked bool) string {
	switch {
	case n == nil:
		return ""
	case asked:
		return string(n.State) + ", asked " + n.Token
	}
	return string(n.State)
}

func list(all []*topic.Subscription) string {
	texts := make([]string, 0, len(all))
	for _, n := range all {
		texts = append(texts, string(n.Protocol)+" "+n.Endpoint)
	}
	return strings.Join(texts, ", ")
}

// schedule returns the delays of a delivery that always fails.
func (s *script) schedule(p request.Protocol, policy string) string {
	t := &topic.Topic{Name: "t", Attributes: map[string]string{"DeliveryPolicy": s.policy}}
	n := &topic.Subscription{Protocol: p, Attributes: map[string]string{"DeliveryPolicy": policy}}
	var delays []string
	at := begin
	for failures := 1; ; failures++ {
		next, again := s.topics.Again(t, n, begin, at, failures)
		if !again {
			break
		}
		delays = append(delays, next.Sub(at).String())
		at = next
	}
	end := "end"
	switch n := len(delays); {
	case n > 1_000:
		return strings.Join(delays[:n-100_000], " ") + " and 100,000 of " + delays[n-1] + " end after " + at.Sub(begin).String()
	case n > 20:
		return strings.Join(delays[:3], " ") + fmt.Sprintf(" and %d more end after ", n-3) + at.Sub(begin).String()
	}
	return strings.Join(append(delays, end), " ")
}

// playLines performs a command on lines of deliveries.
func (s *script) playLines(words []string) (answer string, known bool) {
	var number, message uint64
	parse := func() { _, _ = fmt.Sscan(strings.Join(words[1:], " "), &number, &message) } // some have no message
	switch words[0] {
	case "open":
		parse()
		s.lines.Open(number, len(words) > 2 && words[2] == "more")
		return "none", true
	case "close":
		parse()
		s.lines.Close(number)
		return "none", true
	case "pace":
		_, _ = fmt.Sscan(words[1], &number)
		gap, err := time.ParseDuration(words[2])
		if err != nil {
			s.t.Fatal(err)
		}
		s.lines.Pace(number, gap)
		return "none", true
	case "add":
		parse()
		s.lines.Add(number, topic.Delivery{Due: s.now, Message: message})
		return "none", true
	case "take":
		return s.take(), true
	case "done":
		parse()
		id := fmt.Sprint(number, "/", message)
		s.lines.Done(number, s.taken[id])
		delete(s.taken, id)
		return "none", true
	case "next":
		next := s.lines.Next(s.now)
		if next == 0 {
			return "never", true
		}
		return next.Sub(begin).String(), true
	case "short":
		return strings.Trim(fmt.Sprint(s.lines.Short()), "[]"), true
	case "read":
		s.read(words[1:])
		return "none", true
	}
	return "", false
}

// take takes all that may begin.
func (s *script) take() string {
	var all []string
	for {
		number, d, ok := s.lines.Take(s.now)
		if !ok {
			return strings.Join(all, " ")
		}
		id := fmt.Sprint(number, "/", d.Message)
		s.taken[id] = d
		all = append(all, id)
	}
}

// read hands a line what was read from the disk: "read 1 5 6 all".
func (s *script) read(words []string) {
	var number uint64
	_, _ = fmt.Sscan(words[0], &number)
	var found []topic.Delivery
	for _, word := range words[1:] {
		var message uint64
		if n, _ := fmt.Sscan(word, &message); n == 1 {
			found = append(found, topic.Delivery{Due: s.now, Message: message})
		}
	}
	s.lines.Read(number, found, words[len(words)-1] == "all")
}
