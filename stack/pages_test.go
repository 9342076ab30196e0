package stack

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/dynamo"
	dynamorequest "lullaby/dynamo/request"
	"lullaby/pager"
	"lullaby/pager/outbox"
	"lullaby/storage"
	topicrequest "lullaby/topic/request"
	watchrequest "lullaby/watch/request"
)

// A pagedStack is what of a stack has to do with pages, in virtual time from midnight
// on: a table of 5 units, metrics, alarms, and a receiver.
type pagedStack struct {
	*Stack
	t       *testing.T
	refused int

	mu  sync.Mutex
	got []pager.Page // by the receiver
}

func (s *pagedStack) ID() string   { return "phone" }
func (s *pagedStack) Name() string { return "phone" }

func (s *pagedStack) Send(_ context.Context, p *pager.Page) outbox.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, *p)
	return outbox.Answer{}
}

// pages returns what the receiver has got, as times since midnight and kinds.
func (s *pagedStack) pages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]string, len(s.got))
	for i := range s.got {
		all[i] = s.got[i].At.Time().Format("15:04:05 ") + string(s.got[i].Kind)
	}
	return all
}

func inPagedStack(t *testing.T, do func(s *pagedStack)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &pagedStack{t: t}
		s.Stack = &Stack{opts: Options{Out: io.Discard, Log: slog.New(slog.DiscardHandler), AWSAddr: "127.0.0.1:4566", Receivers: []outbox.Receiver{s}}}
		s.awsErr = errors.New("nobody listens")
		var err error
		if s.db, err = storage.Open("", storage.Options{Durability: storage.Memory}); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(s.openMetrics(), s.openTopics(), s.openPages()); err != nil {
			t.Fatal(err)
		}
		if s.tables, err = dynamo.New(s.db, dynamo.Options{Metrics: s.sink}); err != nil {
			t.Fatal(err)
		}
		s.declareItems()
		if _, err := s.topics.CreateTopic(t.Context(), now(), &topicrequest.CreateTopicInput{Name: "night"}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		for _, run := range []func(context.Context){s.tables.Run, s.metrics.Run} {
			running.Go(func() { run(ctx) })
		}
		do(s)
		cancel()
		running.Wait()
		if err := errors.Join(s.tables.Close(), s.closeAll(), s.db.Close()); err != nil {
			t.Error(err)
		}
	})
}

func (s *pagedStack) declareItems() {
	s.t.Helper()
	table := input[dynamorequest.CreateTableInput](s.t, `{"TableName":"items","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
		"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}}`)
	if err := s.tables.Declare(s.t.Context(), now(), dynamo.Declaration{Table: table}); err != nil {
		s.t.Fatal(err)
	}
}

// alarm makes the alarm on throttled writes, with further members.
func (s *pagedStack) alarm(more string) {
	s.t.Helper()
	in := input[watchrequest.PutMetricAlarmInput](s.t, `{"AlarmName":"items-throttled","Namespace":"AWS/DynamoDB","MetricName":"WriteThrottleEvents",
		"Dimensions":[{"Name":"TableName","Value":"items"}],"Statistic":"Sum","Period":60,"EvaluationPeriods":1,"Threshold":0,
		"ComparisonOperator":"GreaterThanThreshold","AlarmActions":["arn:aws:sns:us-east-1:123456789012:night"],
		"OKActions":["arn:aws:sns:us-east-1:123456789012:night"]`+more+`}`)
	if _, err := s.metrics.PutMetricAlarm(s.t.Context(), now(), in); err != nil {
		s.t.Fatal(err)
	}
}

// storm writes twenty items a second from some time after midnight on.
func (s *pagedStack) storm(from, length time.Duration) {
	s.t.Helper()
	s.idle(from)
	put := input[dynamorequest.PutItemInput](s.t, `{"TableName":"items","Item":{"id":{"S":"a"}}}`)
	for range int(math.Round(length.Seconds() * 20)) {
		if _, err := s.tables.PutItem(s.t.Context(), now(), put); err != nil {
			s.refused++
		}
		time.Sleep(time.Second / 20)
	}
}

func (s *pagedStack) idle(until time.Duration) {
	time.Sleep(time.Until(time.Now().Truncate(24 * time.Hour).Add(until)))
	synctest.Wait()
}

// The article's storm, three times in a night: one page and one recovery a storm, and
// the page says what refused how much. The burst of 1,500 units lasts for 100 s of it, and
// what is measured of a minute arrives a minute later; the alarm looks two minutes further
// back than it must (docs/aws/cloudwatch.md#evaluation-range).
func TestPagesOfTheArticle(t *testing.T) {
	inPagedStack(t, func(s *pagedStack) {
		s.alarm(`,"TreatMissingData":"notBreaching"`)
		want := make([]string, 0, 6)
		for _, began := range []time.Duration{time.Hour, 2 * time.Hour, 3*time.Hour + 12*time.Minute} {
			s.storm(began, 5*time.Minute)
			clock := func(minutes int) string {
				return time.Time{}.Add(began + time.Duration(minutes)*time.Minute).Format("15:04:05 ")
			}
			want = append(want, clock(3)+"trigger", clock(9)+"recovery")
		}
		s.idle(8 * time.Hour)
		if got := s.pages(); !slices.Equal(got, want) {
			t.Errorf("pages %q, want %q", got, want)
			return
		}
		text := strings.Join(s.got[0].Lines(time.UTC, 0), "\n")
		for _, part := range []string{ // 1,200 or 1,201: one is refused at the very instant
			"PAGE  01:03:00 UTC items-throttled went off, bad since 01:01:00.",
			"table items refused 1,20", " writes in 5 minutes: it has 5 write units a second, and no burst left",
			"ends by  less traffic, or more than 5 write units",
		} {
			if !strings.Contains(text, part) {
				t.Errorf("the page lacks %q:\n%s", part, text)
			}
		}
		if s.refused < 3*2_900 || s.refused > 3*3_100 {
			t.Errorf("%d writes were refused, want some 3,000 in each storm", s.refused)
		}
	})
}

// Without notBreaching the alarm stays as it is when nothing is refused any more: the
// page never ends, no further storm pages, and the page says so.
func TestPageThatNeverEnds(t *testing.T) {
	inPagedStack(t, func(s *pagedStack) {
		s.alarm("")
		s.storm(time.Hour, 5*time.Minute)
		s.storm(2*time.Hour, 5*time.Minute)
		s.idle(20 * time.Hour)
		if got, want := s.pages(), []string{"01:03:00 trigger"}; !slices.Equal(got, want) {
			t.Errorf("pages %q, want %q", got, want)
			return
		}
		if notes := s.got[0].Notes; len(notes) != 1 || !strings.Contains(notes[0], "notBreaching ends it") {
			t.Errorf("notes %q", notes)
		}
	})
}
