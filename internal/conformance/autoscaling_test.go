package conformance

import (
	"context"
	"errors"
	"fmt"
	"strconv"
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
// idle minutes shows what is asked of it in a full minute; one without shows no more than
// it has, and what it gained while it was idle. Both are one test, since it mostly waits.
func TestAutoScalingOfALoad(t *testing.T) {
	t.Parallel()
	takesLong(t)
	needAWSCLI(t)
	burst := newStorm(t, start(t, "--bare", "--control-plane", "real").AWS, 50)
	drained := newStorm(t, start(t, "--bare", "--control-plane", "real", "--drained").AWS, 20)
	ctx, cancel := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	now := time.Now()
	writing.Go(func() { burst.write(ctx, now.Truncate(time.Minute).Add(time.Minute)) })
	writing.Go(func() { drained.write(ctx, now) })
	drained.scaled(25, 60) // 5 a second, and what a slow start has saved up
	burst.scaled(40, 41)
	cancel()
	writing.Wait()
}

// scaled waits until the table is scaled, and checks what came before and comes after.
func (s *storm) scaled(least, most int64) {
	s.t.Helper()
	units := s.changed(5)
	if units < least || units > most {
		s.t.Errorf("the table has %d write units, want %d to %d", units, least, most)
	}
	if s.throttled.Load() == 0 {
		s.t.Error("nothing was throttled before the change")
	}
	time.Sleep(2 * time.Second) // what was under way may be refused still
	before := s.throttled.Load()
	time.Sleep(20 * time.Second)
	if more := s.throttled.Load() - before; more != 0 {
		s.t.Errorf("%d writes were throttled after the change to %d", more, units)
	}
	s.told(units)
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

// write writes twenty items a second from an instant on, until ctx ends. A write that is
// late does not delay those that follow.
func (s *storm) write(ctx context.Context, began time.Time) {
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
				TableName: aws.String("tab"), Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: strconv.Itoa(i)}},
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
	cli.expect(s.t, fmt.Sprintf(`"Threshold":%d}`, units), "cloudwatch", "describe-alarms", "--alarm-name-prefix", "TargetTracking-table/tab-ProvisionedCapacityHigh")
}
