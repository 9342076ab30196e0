package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/autoscale/request"
	"lullaby/dynamo"
	dynamorequest "lullaby/dynamo/request"
	"lullaby/storage"
)

// A scaledStack is what of a stack has to do with scaling, in virtual time from
// midnight on: tables, metrics, alarms, and what scales tables.
type scaledStack struct {
	*Stack
	t       *testing.T
	refused int // writes
}

func inScaledStack(t *testing.T, do func(s *scaledStack)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &scaledStack{t: t, Stack: &Stack{opts: Options{Out: io.Discard, Log: slog.New(slog.DiscardHandler)}}}
		var err error
		if s.db, err = storage.Open("", storage.Options{Durability: storage.Memory}); err != nil {
			t.Fatal(err)
		}
		if err := s.openMetrics(); err != nil {
			t.Fatal(err)
		}
		s.tables, err = dynamo.New(s.db, dynamo.Options{Metrics: s.sink, Changed: func(table string) { s.scaling.Changed(table) }})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.openScaling(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		for _, run := range []func(context.Context){s.tables.Run, s.metrics.Run, s.scaling.Run} {
			running.Go(func() { run(ctx) })
		}
		do(s)
		cancel()
		running.Wait()
		if err := errors.Join(s.tables.Close(), s.metrics.Close(), s.db.Close()); err != nil {
			t.Error(err)
		}
	})
}

// traffic writes so many items a second, evenly, until some time after midnight.
func (s *scaledStack) traffic(perSecond int, until time.Duration) {
	s.t.Helper()
	midnight := time.Now().Truncate(24 * time.Hour)
	put := input[dynamorequest.PutItemInput](s.t, `{"TableName":"items","Item":{"id":{"S":"a"}}}`)
	for n, began := 0, time.Now(); ; n++ {
		at := began.Add(time.Duration(n) * time.Second / time.Duration(perSecond))
		if !at.Before(midnight.Add(until)) {
			break
		}
		time.Sleep(time.Until(at))
		if _, err := s.tables.PutItem(s.t.Context(), now(), put); err != nil {
			s.refused++
		}
	}
	s.idle(until)
}

// idle waits until some time after midnight.
func (s *scaledStack) idle(until time.Duration) {
	time.Sleep(time.Until(time.Now().Truncate(24 * time.Hour).Add(until)))
	synctest.Wait()
}

// activities returns what activities say, the oldest first.
func (s *scaledStack) activities() []string {
	s.t.Helper()
	in := request.DescribeScalingActivitiesInput{Filter: request.Filter{ServiceNamespace: new("dynamodb")}}
	var all []string
	for {
		out, err := s.scaling.DescribeScalingActivities(s.t.Context(), now(), &in)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, a := range out.ScalingActivities {
			line := a.StartTime.Instant().Time().Format("15:04:05") + " " + string(a.StatusCode) + ": " + a.Description
			if a.StatusCode == "Failed" {
				reason, _, _ := strings.Cut(a.StatusMessage, ":")
				line += " " + reason
			}
			all = append(all, line)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
	}
	slices.Reverse(all)
	return all
}

// The article's scenario from midnight on, by the services themselves: two writes a
// second for ten minutes, then five waves of five minutes at twenty a second and 25
// minutes of nothing. autoscale/testdata/article.txt plays it by the model.
func TestTheArticleScaled(t *testing.T) {
	inScaledStack(t, func(s *scaledStack) {
		s.declareItems()
		s.traffic(2, 10*time.Minute)
		if s.refused != 0 {
			t.Errorf("%d writes were refused before the waves", s.refused)
		}
		var want []string
		for wave := range 5 {
			began := time.Duration(10+30*wave) * time.Minute
			s.idle(began)
			s.traffic(20, began+5*time.Minute)
			clock := func(minutes int) string {
				return time.Time{}.Add(began + time.Duration(minutes)*time.Minute).Format("15:04:05")
			}
			want = append(want, clock(3)+" Successful: Setting write capacity units to 40.")
			if wave < 4 {
				want = append(want, clock(21)+" Successful: Setting write capacity units to 5.")
			}
		}
		for minute := 151; minute <= 181; minute++ {
			want = append(want, fmt.Sprintf("%02d:%02d:00 Failed: Setting write capacity units to 5. Failed to set write capacity units to 5. Reason", minute/60, minute%60))
		}
		want = append(want, "03:02:00 Successful: Setting write capacity units to 5.")
		s.idle(4 * time.Hour)
		got := s.activities()
		if !slices.Equal(got, want) {
			t.Errorf("activities\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if s.refused != 5*1223 { // as in the script
			t.Errorf("%d writes were refused, want 1,223 in each wave", s.refused)
		}
	})
}

// declareItems makes the table of the article with its target and its policy.
func (s *scaledStack) declareItems() {
	s.t.Helper()
	table := input[dynamorequest.CreateTableInput](s.t, `{"TableName":"items","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
		"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}}`)
	if err := s.tables.Declare(s.t.Context(), now(), dynamo.Declaration{Table: table}); err != nil {
		s.t.Fatal(err)
	}
	const scalable = `{"ServiceNamespace":"dynamodb","ResourceId":"table/items","ScalableDimension":"dynamodb:table:WriteCapacityUnits",`
	target := input[request.RegisterScalableTargetInput](s.t, scalable+`"MinCapacity":5,"MaxCapacity":200}`)
	if _, err := s.scaling.RegisterScalableTarget(s.t.Context(), now(), target); err != nil {
		s.t.Fatal(err)
	}
	policy := input[request.PutScalingPolicyInput](s.t, scalable+`"PolicyName":"TableScalingPolicy-Write","PolicyType":"TargetTrackingScaling",
		"TargetTrackingScalingPolicyConfiguration":{"TargetValue":50,"ScaleInCooldown":60,"ScaleOutCooldown":60,
		"PredefinedMetricSpecification":{"PredefinedMetricType":"DynamoDBWriteCapacityUtilization"}}}`)
	if _, err := s.scaling.PutScalingPolicy(s.t.Context(), now(), policy); err != nil {
		s.t.Fatal(err)
	}
}
