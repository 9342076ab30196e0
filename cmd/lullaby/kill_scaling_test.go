package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// A scaler is a client of Application Auto Scaling of one up, and what it knows.
type scaler struct {
	url string

	policies   map[string]string // by name: there, gone, or what was asked for last
	minimum    int               // acknowledged
	asked      int               // the minimum that was asked for last
	activities map[string]bool   // by id: all that were told
}

// call performs an operation of a service, by its target.
func (s *scaler) call(ctx context.Context, target string, in map[string]any, out any) error {
	version := "1.0"
	if strings.HasPrefix(target, "AnyScale") {
		version = "1.1"
	}
	return askTarget(ctx, s.url, target, in, out, "Content-Type:application/x-amz-json-"+version, "X-Amz-Date:20260101T000000Z",
		"Authorization:AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a")
}

// target performs an operation on the write units of the table.
func (s *scaler) target(ctx context.Context, operation string, in map[string]any, out any) error {
	in["ServiceNamespace"], in["ResourceId"], in["ScalableDimension"] = "dynamodb", "table/tab", "dynamodb:table:WriteCapacityUnits"
	return s.call(ctx, "AnyScaleFrontendService."+operation, in, out)
}

// After kill -9 at any instant no target, policy or activity is lost that was
// acknowledged or told, no deleted policy comes back, the alarms are those of the
// policies, and what was under way comes to its end.
func TestKilledUpKeepsItsScaling(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	s := &scaler{policies: map[string]string{}, activities: map[string]bool{}}
	for round := range kills() {
		p := up(t, "--bare", "--data", data, "--control-plane", []string{"real", "instant"}[round%2])
		s.url = p.AWS
		if round == 0 {
			s.create(t)
		} else if err := s.check(t.Context()); err != nil {
			t.Fatalf("seed %d, kill %d: %v", seed, round, err)
		}
		enough := 5 + time.Now().UnixNano()%60 // not of rng, which the steps draw from
		workUntilKilled(t, p, 1, enough, func(int, int) error { return s.step(t.Context(), rng) })
	}
	s.url = up(t, "--bare", "--data", data).AWS
	if err := s.check(t.Context()); err != nil {
		t.Fatalf("seed %d, the last kill: %v", seed, err)
	}
	t.Logf("%d kills, %d policies, %d activities", kills(), len(s.policies), len(s.activities))
}

func (s *scaler) create(t *testing.T) {
	t.Helper()
	err := s.call(t.Context(), "DynamoDB_20120810.CreateTable", map[string]any{
		"TableName": "tab", "KeySchema": []any{map[string]any{"AttributeName": "id", "KeyType": "HASH"}},
		"AttributeDefinitions":  []any{map[string]any{"AttributeName": "id", "AttributeType": "S"}},
		"ProvisionedThroughput": map[string]any{"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { // what is not active is not moved into its bounds
		out, err := s.table(t.Context())
		return err == nil && out.TableStatus == "ACTIVE"
	})
	if err := s.target(t.Context(), "RegisterScalableTarget", map[string]any{"MinCapacity": 1, "MaxCapacity": 40_000}, nil); err != nil {
		t.Fatal(err)
	}
	s.minimum, s.asked = 1, 1
}

// step makes or deletes a policy, or raises the minimum, or looks at the activities. The
// error is that of the kill.
func (s *scaler) step(ctx context.Context, rng *rand.Rand) error {
	name := fmt.Sprintf("p%d", rng.IntN(8))
	switch rng.IntN(4) {
	case 0:
		s.asked = s.minimum + 1
		err := s.target(ctx, "RegisterScalableTarget", map[string]any{"MinCapacity": s.asked}, nil)
		if err == nil {
			s.minimum = s.asked
		}
		return err
	case 1:
		return s.look(ctx)
	case 2:
		if s.policies[name] != "there" {
			return nil
		}
		s.policies[name] = "deleting"
		err := s.target(ctx, "DeleteScalingPolicy", map[string]any{"PolicyName": name}, nil)
		if err == nil {
			s.policies[name] = "gone"
		}
		return err
	}
	config := map[string]any{"TargetValue": 50}
	if name == "p0" { // its alarms change with the table
		config["PredefinedMetricSpecification"] = map[string]any{"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"}
	} else {
		config["CustomizedMetricSpecification"] = map[string]any{"Namespace": "App", "MetricName": name, "Statistic": "Average"}
	}
	s.policies[name] = "putting"
	err := s.target(ctx, "PutScalingPolicy", map[string]any{
		"PolicyName": name, "PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": config,
	}, nil)
	if err == nil {
		s.policies[name] = "there"
	}
	return err
}

type scalingActivity struct{ ActivityId, StatusCode, StatusMessage string }

// list returns all activities.
func (s *scaler) list(ctx context.Context) (all []scalingActivity, err error) {
	in := map[string]any{}
	for {
		var out struct {
			ScalingActivities []scalingActivity
			NextToken         string
		}
		if err := s.target(ctx, "DescribeScalingActivities", in, &out); err != nil {
			return nil, err
		}
		all = append(all, out.ScalingActivities...)
		if out.NextToken == "" {
			return all, nil
		}
		in["NextToken"] = out.NextToken
	}
}

// look remembers the activities.
func (s *scaler) look(ctx context.Context) error {
	all, err := s.list(ctx)
	for _, a := range all {
		s.activities[a.ActivityId] = true
	}
	return err
}

// settled reports whether nothing is under way.
func (s *scaler) settled(ctx context.Context) bool {
	all, err := s.list(ctx)
	return err == nil && !slices.ContainsFunc(all, func(a scalingActivity) bool { return a.StatusCode == "InProgress" })
}

// check compares what there is with what the client knows, which it then knows better.
func (s *scaler) check(ctx context.Context) error {
	for deadline := time.Now().Add(time.Minute); !s.settled(ctx); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			return errors.New("an activity is under way after a minute")
		}
	}
	policies, alarms, err := s.described(ctx)
	if err != nil {
		return err
	}
	there, err := s.alarms(ctx)
	if err != nil {
		return err
	}
	if slices.Sort(alarms); !slices.Equal(there, alarms) {
		return fmt.Errorf("the alarms are\n%s\nand the policies have\n%s", strings.Join(there, "\n"), strings.Join(alarms, "\n"))
	}
	for name, known := range s.policies {
		exists := slices.Contains(policies, name)
		if known == "there" && !exists || known == "gone" && exists {
			return fmt.Errorf("policy %s was acknowledged as %s: %v", name, known, exists)
		}
		if s.policies[name] = "gone"; exists {
			s.policies[name] = "there"
		}
	}
	return errors.Join(s.checkMinimum(ctx), s.checkActivities(ctx))
}

// described returns the names of the policies and of their alarms.
func (s *scaler) described(ctx context.Context) (policies, alarms []string, err error) {
	var out struct {
		ScalingPolicies []struct {
			PolicyName string
			Alarms     []struct{ AlarmName string }
		}
	}
	err = s.target(ctx, "DescribeScalingPolicies", map[string]any{}, &out)
	for _, p := range out.ScalingPolicies {
		policies = append(policies, p.PolicyName)
		for _, a := range p.Alarms {
			alarms = append(alarms, a.AlarmName)
		}
	}
	return policies, alarms, err
}

// alarms returns the names of the alarms that policies have made.
func (s *scaler) alarms(ctx context.Context) (names []string, err error) {
	var out struct{ MetricAlarms []struct{ AlarmName string } }
	err = s.call(ctx, "GraniteServiceVersion20100801.DescribeAlarms", map[string]any{"AlarmNamePrefix": "TargetTracking-"}, &out)
	for _, a := range out.MetricAlarms {
		names = append(names, a.AlarmName)
	}
	return names, err
}

// checkMinimum compares the minimum, and the units that it asks for.
func (s *scaler) checkMinimum(ctx context.Context) error {
	var targets struct{ ScalableTargets []struct{ MinCapacity int } }
	if err := s.call(ctx, "AnyScaleFrontendService.DescribeScalableTargets", map[string]any{"ServiceNamespace": "dynamodb"}, &targets); err != nil {
		return err
	}
	got := targets.ScalableTargets[0].MinCapacity
	if got != s.minimum && got != s.asked {
		return fmt.Errorf("the minimum is %d; %d was acknowledged, %d asked for", got, s.minimum, s.asked)
	}
	s.minimum, s.asked = got, got
	table, err := s.table(ctx)
	if units := table.ProvisionedThroughput.WriteCapacityUnits; err == nil && units != s.minimum {
		return fmt.Errorf("the table has %d units, and the target asks for %d", units, s.minimum)
	}
	return err
}

type scaledTable struct {
	TableStatus           string
	ProvisionedThroughput struct{ WriteCapacityUnits int }
}

func (s *scaler) table(ctx context.Context) (scaledTable, error) {
	var out struct{ Table scaledTable }
	err := s.call(ctx, "DynamoDB_20120810.DescribeTable", map[string]any{"TableName": "tab"}, &out)
	return out.Table, err
}

// checkActivities looks for an activity that was told and is lost.
func (s *scaler) checkActivities(ctx context.Context) error {
	all, err := s.list(ctx)
	for id := range s.activities {
		if !slices.ContainsFunc(all, func(a scalingActivity) bool { return a.ActivityId == id }) {
			return errors.Join(err, fmt.Errorf("activity %s is lost", id))
		}
	}
	return err
}
