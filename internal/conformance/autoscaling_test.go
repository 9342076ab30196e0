package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	autoscaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scaled "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A storm is twenty writes a second at a table of five units, which a policy scales.
type storm struct {
	t      *testing.T
	up     string
	tables *dynamodb.Client
	target *autoscaling.Client

	throttled atomic.Int64
}

// A table that is written to faster than it can is throttled for as long as AWS needs:
// two full minutes and the lag of the metrics. Then AlarmHigh changes it, by what was
// consumed, throttling ends, and the activities tell it. A table with the burst of five
// idle minutes shows all of what is asked of it; one without shows no more than it has.
func TestAutoScalingOfALoad(t *testing.T) {
	t.Parallel()
	takesLong(t)
	needAWSCLI(t)
	for name, tt := range map[string]struct {
		args   []string
		target float64 // percent
		want   int64   // at least so many units
	}{
		"burst":   {nil, 50, 40},
		"drained": {[]string{"--drained"}, 20, 25},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStorm(t, start(t, append([]string{"--bare"}, tt.args...)...).AWS, tt.target)
			ctx, cancel := context.WithCancel(t.Context())
			var writing sync.WaitGroup
			writing.Go(func() { s.write(ctx) })
			units := s.changed(5)
			if units < tt.want || units > tt.want+1 {
				t.Errorf("the table has %d write units, want %d", units, tt.want)
			}
			if s.throttled.Load() == 0 {
				t.Error("nothing was throttled before the change")
			}
			// What was under way when the units changed may be refused still.
			time.Sleep(2 * time.Second)
			before := s.throttled.Load()
			time.Sleep(20 * time.Second)
			if more := s.throttled.Load() - before; more != 0 {
				t.Errorf("%d writes were throttled after the change", more)
			}
			cancel()
			writing.Wait()
			s.told(units)
		})
	}
}

func newStorm(t *testing.T, endpoint string, percent float64) *storm {
	t.Helper()
	c := credentials.NewStaticCredentialsProvider("x", "y", "")
	s := &storm{
		t: t, up: endpoint,
		tables: dynamodb.New(dynamodb.Options{BaseEndpoint: &endpoint, Region: "us-east-1", Credentials: c, Retryer: aws.NopRetryer{}}),
		target: autoscaling.New(autoscaling.Options{BaseEndpoint: &endpoint, Region: "us-east-1", Credentials: c}),
	}
	_, err := s.tables.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:             aws.String("tab"),
		AttributeDefinitions:  []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:             []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		ProvisionedThroughput: units(5, 5),
	})
	s.must(err)
	s.must(dynamodb.NewTableExistsWaiter(s.tables).Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("tab")}, time.Minute))
	_, err = s.target.RegisterScalableTarget(t.Context(), &autoscaling.RegisterScalableTargetInput{
		ServiceNamespace: scaled.ServiceNamespaceDynamodb, ResourceId: aws.String("table/tab"), ScalableDimension: scaled.ScalableDimensionDynamoDBTableWriteCapacityUnits,
		MinCapacity: aws.Int32(5), MaxCapacity: aws.Int32(200),
	})
	s.must(err)
	_, err = s.target.PutScalingPolicy(t.Context(), &autoscaling.PutScalingPolicyInput{
		ServiceNamespace: scaled.ServiceNamespaceDynamodb, ResourceId: aws.String("table/tab"), ScalableDimension: scaled.ScalableDimensionDynamoDBTableWriteCapacityUnits,
		PolicyName: aws.String("follow"), PolicyType: scaled.PolicyTypeTargetTrackingScaling,
		TargetTrackingScalingPolicyConfiguration: &scaled.TargetTrackingScalingPolicyConfiguration{
			TargetValue: &percent, PredefinedMetricSpecification: &scaled.PredefinedMetricSpecification{PredefinedMetricType: scaled.MetricTypeDynamoDBWriteCapacityUtilization},
			ScaleOutCooldown: aws.Int32(60), ScaleInCooldown: aws.Int32(60),
		},
	})
	s.must(err)
	return s
}

func (s *storm) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// write writes twenty items a second from the next full minute on, until ctx ends. A
// write that is late does not delay those that follow.
func (s *storm) write(ctx context.Context) {
	began := time.Now().Truncate(time.Minute).Add(time.Minute)
	var writes sync.WaitGroup
	defer writes.Wait()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(began.Add(time.Duration(i) * time.Second / 20))):
		}
		writes.Go(func() {
			_, err := s.tables.PutItem(ctx, &dynamodb.PutItemInput{
				TableName: aws.String("tab"), Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: fmt.Sprint(i)}},
			})
			_, throttled := errors.AsType[*types.ProvisionedThroughputExceededException](err)
			switch {
			case throttled:
				s.throttled.Add(1)
			case err != nil && ctx.Err() == nil:
				s.t.Error(err)
			}
		})
	}
}

// changed returns the write units that the table has when they are others than was.
func (s *storm) changed(was int64) int64 {
	s.t.Helper()
	for ends := time.Now().Add(10 * time.Minute); time.Now().Before(ends); time.Sleep(time.Second) {
		out, err := s.tables.DescribeTable(s.t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("tab")})
		s.must(err)
		if units := *out.Table.ProvisionedThroughput.WriteCapacityUnits; units != was && out.Table.TableStatus == types.TableStatusActive {
			return units
		}
	}
	s.t.Fatal("the table was not scaled")
	return 0
}

// told checks what the CLI tells of the change.
func (s *storm) told(units int64) {
	s.t.Helper()
	cli := awsCLI{s.up}
	out, stderr := cli.run(s.t, "application-autoscaling", "describe-scaling-activities", "--service-namespace", "dynamodb", "--resource-id", "table/tab")
	text := compact(out)
	for _, want := range []string{
		fmt.Sprintf(`"Description":"Setting write capacity units to %d."`, units),
		fmt.Sprintf(`"StatusMessage":"Successfully set write capacity units to %d. Change successfully fulfilled by dynamodb."`, units),
		`"StatusCode":"Successful"`, `"Cause":"monitor alarm TargetTracking-table/tab-AlarmHigh-`, ` in state ALARM triggered policy follow"`,
	} {
		if stderr != "" || !strings.Contains(text, want) {
			s.t.Errorf("describe-scaling-activities: %s%s, want %s", text, stderr, want)
		}
	}
	cli.expect(s.t, fmt.Sprintf(`"Threshold":%d.0`, units), "cloudwatch", "describe-alarms", "--alarm-name-prefix", "TargetTracking-table/tab-ProvisionedCapacityHigh")
}
