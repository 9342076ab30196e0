package conformance

import (
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	autoscaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
)

// goScaling is a client of Application Auto Scaling and the test that it serves. Its
// table is orders.
type goScaling struct {
	t *testing.T
	*autoscaling.Client
	id *string
	of types.ScalableDimension
}

// The SDK for Go speaks Application Auto Scaling, with its paginators, instants and
// error types.
func TestGoSDKAutoScaling(t *testing.T) {
	t.Parallel()
	up := start(t, "--bare").AWS
	goSDK{t, sdk(up)}.createOrders()
	c := goScaling{t, autoscaling.New(autoscaling.Options{
		BaseEndpoint: &up, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""),
	}), aws.String("table/orders"), types.ScalableDimensionDynamoDBTableReadCapacityUnits}
	c.targets()
	c.actions()
	c.refusals()
}

func (c goScaling) must(what string, err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatalf("%s: %v", what, err)
	}
}

func (c goScaling) targets() {
	ctx := c.t.Context()
	for _, of := range []types.ScalableDimension{c.of, types.ScalableDimensionDynamoDBTableWriteCapacityUnits} {
		_, err := c.RegisterScalableTarget(ctx, &autoscaling.RegisterScalableTargetInput{
			ServiceNamespace: types.ServiceNamespaceDynamodb, ResourceId: c.id, ScalableDimension: of, MinCapacity: aws.Int32(1), MaxCapacity: aws.Int32(9),
			Tags: map[string]string{"team": "a"},
		})
		c.must("RegisterScalableTarget", err)
	}
	var found []types.ScalableTarget
	pages := autoscaling.NewDescribeScalableTargetsPaginator(c, &autoscaling.DescribeScalableTargetsInput{ServiceNamespace: types.ServiceNamespaceDynamodb, MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		c.must("DescribeScalableTargets", err)
		found = append(found, page.ScalableTargets...)
	}
	if len(found) != 2 || found[0].ScalableDimension != c.of || time.Since(*found[0].CreationTime) > time.Hour {
		c.t.Fatalf("targets %+v", found)
	}
	arn := found[0].ScalableTargetARN
	_, err := c.TagResource(ctx, &autoscaling.TagResourceInput{ResourceARN: arn, Tags: map[string]string{"stage": "test"}})
	c.must("TagResource", err)
	_, err = c.UntagResource(ctx, &autoscaling.UntagResourceInput{ResourceARN: arn, TagKeys: []string{"team"}})
	c.must("UntagResource", err)
	tags, err := c.ListTagsForResource(ctx, &autoscaling.ListTagsForResourceInput{ResourceARN: arn})
	c.must("ListTagsForResource", err)
	if !maps.Equal(tags.Tags, map[string]string{"stage": "test"}) {
		c.t.Errorf("tags %v", tags.Tags)
	}
}

func (c goScaling) actions() {
	ctx, ends := c.t.Context(), time.Now().Add(time.Hour).Truncate(time.Second)
	_, err := c.PutScheduledAction(ctx, &autoscaling.PutScheduledActionInput{
		ServiceNamespace: types.ServiceNamespaceDynamodb, ResourceId: c.id, ScalableDimension: c.of, ScheduledActionName: aws.String("a"),
		Schedule: aws.String("rate(1 day)"), EndTime: &ends, ScalableTargetAction: &types.ScalableTargetAction{MaxCapacity: aws.Int32(20)},
	})
	c.must("PutScheduledAction", err)
	out, err := c.DescribeScheduledActions(ctx, &autoscaling.DescribeScheduledActionsInput{ServiceNamespace: types.ServiceNamespaceDynamodb, ScheduledActionNames: []string{"a", "b"}})
	c.must("DescribeScheduledActions", err)
	if len(out.ScheduledActions) != 1 || !out.ScheduledActions[0].EndTime.Equal(ends) || out.ScheduledActions[0].StartTime != nil {
		c.t.Errorf("scheduled actions %+v", out.ScheduledActions)
	}
	_, err = c.DeleteScheduledAction(ctx, &autoscaling.DeleteScheduledActionInput{
		ServiceNamespace: types.ServiceNamespaceDynamodb, ResourceId: c.id, ScalableDimension: c.of, ScheduledActionName: aws.String("a"),
	})
	c.must("DeleteScheduledAction", err)
}

func (c goScaling) refusals() {
	ctx := c.t.Context()
	_, err := c.DeleteScalingPolicy(ctx, &autoscaling.DeleteScalingPolicyInput{
		ServiceNamespace: types.ServiceNamespaceDynamodb, ResourceId: c.id, ScalableDimension: c.of, PolicyName: aws.String("none"),
	})
	if _, ok := errors.AsType[*types.ObjectNotFoundException](err); !ok {
		c.t.Errorf("a policy that is not there: %v", err)
	}
	_, err = c.DescribeScalingActivities(ctx, &autoscaling.DescribeScalingActivitiesInput{ServiceNamespace: types.ServiceNamespaceDynamodb, NextToken: aws.String("?")})
	if _, ok := errors.AsType[*types.InvalidNextTokenException](err); !ok {
		c.t.Errorf("a token of nobody's: %v", err)
	}
	arn := aws.String("arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/nothing")
	_, err = c.ListTagsForResource(ctx, &autoscaling.ListTagsForResourceInput{ResourceARN: arn})
	if e, ok := errors.AsType[*types.ResourceNotFoundException](err); !ok || *e.ResourceName != *arn || *e.Message == "" {
		c.t.Errorf("tags of nothing: %v", err)
	}
	_, err = c.GetPredictiveScalingForecast(ctx, &autoscaling.GetPredictiveScalingForecastInput{
		ServiceNamespace: types.ServiceNamespaceDynamodb, ResourceId: c.id, ScalableDimension: c.of, PolicyName: aws.String("p"),
		StartTime: aws.Time(time.Now()), EndTime: aws.Time(time.Now()),
	})
	if _, ok := errors.AsType[*types.ValidationException](err); !ok {
		c.t.Errorf("a forecast: %v", err)
	}
}
