package stack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	scaling "lullaby/autoscale/request"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

const scaledTemplate = `
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: dynamodb
      ResourceId: !Sub table/${Orders}
      ScalableDimension: dynamodb:table:WriteCapacityUnits
      MinCapacity: 5
      MaxCapacity: 200
      ScheduledActions:
        - {ScheduledActionName: morning, Schedule: "cron(0 8 * * ? *)", ScalableTargetAction: {MinCapacity: 20}}
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      PolicyName: writes
      PolicyType: TargetTrackingScaling
      ScalingTargetId: !Ref Target
      TargetTrackingScalingPolicyConfiguration: {TargetValue: 50, PredefinedMetricSpecification: {PredefinedMetricType: DynamoDBWriteCapacityUtilization}}
`

// scaledState tells the units of the table, targets, policies with how many alarms, and
// scheduled actions.
func scaledState(t *testing.T, s *Stack) string {
	t.Helper()
	now, dynamodb := instant.Of(time.Now()), new("dynamodb")
	table, err := s.tables.DescribeTable(t.Context(), now, &request.DescribeTableInput{TableName: new("orders")})
	if err != nil {
		t.Fatal(err)
	}
	units := table.Table.ProvisionedThroughput
	var text strings.Builder
	fmt.Fprintf(&text, "%d and %d units", units.ReadCapacityUnits, units.WriteCapacityUnits)
	targets, err := s.scaling.DescribeScalableTargets(t.Context(), now, &scaling.DescribeScalableTargetsInput{ServiceNamespace: dynamodb})
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range targets.ScalableTargets {
		fmt.Fprintf(&text, ", %s %d to %d", of.ScalableDimension, of.MinCapacity, of.MaxCapacity)
	}
	filter := scaling.Filter{ServiceNamespace: dynamodb}
	policies, err := s.scaling.DescribeScalingPolicies(t.Context(), now, &scaling.DescribeScalingPoliciesInput{Filter: filter})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range policies.ScalingPolicies {
		fmt.Fprintf(&text, ", policy %s at %v with %d alarms", p.PolicyName, *p.TargetTrackingScalingPolicyConfiguration.TargetValue, len(p.Alarms))
	}
	actions, err := s.scaling.DescribeScheduledActions(t.Context(), now, &scaling.DescribeScheduledActionsInput{Filter: filter})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range actions.ScheduledActions {
		fmt.Fprintf(&text, ", %s %s", a.ScheduledActionName, a.Schedule)
	}
	return text.String()
}

// The scaling of a template is there when a stack has started, and changes when the
// template does. The table keeps the units that it was scaled to, and gets those of the
// template when it is scaled no more.
func TestScalingOfATemplate(t *testing.T) {
	dir := t.TempDir()
	start := func(text string) *Stack {
		t.Helper()
		s, said, err := startQueues(t, dir, text)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(said, "warning") {
			t.Errorf("said %s", said)
		}
		return s
	}
	s := start(scaledTemplate)
	const first = ", dynamodb:table:WriteCapacityUnits 5 to 200, policy writes at 50 with 4 alarms, morning cron(0 8 * * ? *)"
	same(t, "first", scaledState(t, s), "5 and 5 units"+first)
	forty, five := int64(40), int64(5)
	if _, err := s.tables.UpdateTable(t.Context(), instant.Of(time.Now()), &request.UpdateTableInput{
		TableName: new("orders"), ProvisionedThroughput: &request.ProvisionedThroughput{ReadCapacityUnits: &forty, WriteCapacityUnits: &forty},
	}); err != nil {
		t.Fatal(err)
	}
	stop := func() {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	s = start(scaledTemplate)
	same(t, "again", scaledState(t, s), fmt.Sprintf("%d and %d units", five, forty)+first)
	stop()

	s = start(strings.NewReplacer("TargetValue: 50", "TargetValue: 70", "MaxCapacity: 200", "MaxCapacity: 100", "morning", "noon").Replace(scaledTemplate))
	same(t, "changed", scaledState(t, s), "5 and 40 units, dynamodb:table:WriteCapacityUnits 5 to 100, policy writes at 70 with 4 alarms, noon cron(0 8 * * ? *)")
	stop()

	table, _, _ := strings.Cut(scaledTemplate, "  Target:")
	s = start(table)
	same(t, "not scaled any more", scaledState(t, s), "5 and 40 units")
	stop()
	s = start(table)
	defer stop()
	same(t, "later", scaledState(t, s), "5 and 5 units")
}
