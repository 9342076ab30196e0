package conformance

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

const ordersARN = "arn:aws:sqs:us-east-1:123456789012:orders"

// startConsumer starts a stack with a function and three queues, of which short has
// a shorter visibility timeout than the function's timeout.
func startConsumer(t *testing.T) (endpoint string) {
	t.Helper()
	code, err := filepath.Abs(filepath.Join(itemsDir, "fail-item"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "template.yaml")
	text := `Transform: AWS::Serverless-2016-10-31
Resources:
  Consumer:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: go1.x}
    Properties: {FunctionName: consumer, CodeUri: ` + code + `, Handler: bootstrap, Runtime: provided.al2023, Timeout: 10}
  Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}
  Steps: {Type: AWS::SQS::Queue, Properties: {QueueName: steps.fifo, FifoQueue: true}}
  Short: {Type: AWS::SQS::Queue, Properties: {QueueName: short, VisibilityTimeout: 9}}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, path, "--control-plane", "instant").AWS
}

func TestAWSCLIMappings(t *testing.T) {
	t.Parallel()
	takesLong(t)
	needAWSCLI(t)
	c := awsCLI{startConsumer(t)}
	c.expect(t, `"State":"Enabled"`, "lambda", "create-event-source-mapping", "--function-name", "consumer", "--event-source-arn", ordersARN,
		"--batch-size", "100", "--maximum-batching-window-in-seconds", "1", "--function-response-types", "ReportBatchItemFailures",
		"--filter-criteria", `{"Filters":[{"Pattern":"{\"body\":{\"kind\":[\"order\"]}}"}]}`)
	uuid, stderr := c.run(t, "lambda", "list-event-source-mappings", "--function-name", "consumer", "--query", "EventSourceMappings[0].UUID", "--output", "text")
	if uuid = strings.TrimSpace(uuid); len(uuid) != 36 {
		t.Fatalf("list-event-source-mappings: %s%s", uuid, stderr)
	}
	c.expect(t, `"BatchSize":100,`, "lambda", "get-event-source-mapping", "--uuid", uuid)
	c.expect(t, `"State":"Disabled"`, "lambda", "update-event-source-mapping", "--uuid", uuid, "--no-enabled")
	c.refused(t, "(ResourceConflictException) when calling the CreateEventSourceMapping operation: An event source mapping with SQS arn (\" "+ordersARN+" \")",
		"lambda", "create-event-source-mapping", "--function-name", "consumer", "--event-source-arn", ordersARN)
	c.refused(t, "(InvalidParameterValueException) when calling the CreateEventSourceMapping operation: Queue visibility timeout: 9 seconds is less than Function timeout: 10 seconds",
		"lambda", "create-event-source-mapping", "--function-name", "consumer", "--event-source-arn", "arn:aws:sqs:us-east-1:123456789012:short")
	c.expect(t, `"UUID":"`+uuid+`"`, "lambda", "delete-event-source-mapping", "--uuid", uuid)
	c.refused(t, "(ResourceNotFoundException) when calling the GetEventSourceMapping operation: The resource you requested does not exist.",
		"lambda", "get-event-source-mapping", "--uuid", uuid)
}

func TestBoto3Mappings(t *testing.T) {
	t.Parallel()
	takesLong(t)
	need(t, "boto3", client(t, pythonPath, "-c", "import boto3").Run())
	cmd := client(t, pythonPath, "-B", filepath.Join("python", "mappings.py"), "--verbose")
	cmd.Env = append(cmd.Env, "ENDPOINT="+startConsumer(t))
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}

func TestGoSDKMappings(t *testing.T) {
	t.Parallel()
	endpoint := startConsumer(t)
	c := lambda.New(lambda.Options{BaseEndpoint: &endpoint, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("x", "y", "")})
	created, err := c.CreateEventSourceMapping(t.Context(), &lambda.CreateEventSourceMappingInput{
		FunctionName: aws.String("arn:aws:lambda:us-east-1:123456789012:function:consumer"), EventSourceArn: aws.String(ordersARN),
		ScalingConfig: &types.ScalingConfig{MaximumConcurrency: aws.Int32(2)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if *created.State != "Enabled" || *created.BatchSize != 10 || *created.ScalingConfig.MaximumConcurrency != 2 || time.Since(*created.LastModified) > time.Minute {
		t.Errorf("created %+v", created)
	}
	updated, err := c.UpdateEventSourceMapping(t.Context(), &lambda.UpdateEventSourceMappingInput{
		UUID: created.UUID, BatchSize: aws.Int32(5), ScalingConfig: &types.ScalingConfig{},
	})
	if err != nil || *updated.BatchSize != 5 || updated.ScalingConfig != nil && updated.ScalingConfig.MaximumConcurrency != nil {
		t.Errorf("updated %+v, %v", updated, err)
	}
	if _, err := c.CreateEventSourceMapping(t.Context(), &lambda.CreateEventSourceMappingInput{
		FunctionName: aws.String("consumer"), EventSourceArn: aws.String("arn:aws:sqs:us-east-1:123456789012:steps.fifo"), Enabled: aws.Bool(false),
	}); err != nil {
		t.Fatal(err)
	}
	listed := 0
	for pages := lambda.NewListEventSourceMappingsPaginator(c, &lambda.ListEventSourceMappingsInput{MaxItems: aws.Int32(1)}); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		listed += len(page.EventSourceMappings)
	}
	if listed != 2 {
		t.Errorf("listed %d mappings, want 2", listed)
	}

	_, err = c.CreateEventSourceMapping(t.Context(), &lambda.CreateEventSourceMappingInput{
		FunctionName: aws.String("consumer"), EventSourceArn: aws.String(ordersARN), BatchSize: aws.Int32(100),
	})
	if invalid := new(types.InvalidParameterValueException); !errors.As(err, &invalid) || *invalid.Type != "User" || !strings.HasPrefix(*invalid.Message, "Maximum batch window") {
		t.Errorf("a large batch without a window: %v", err)
	}
	if _, err := c.DeleteEventSourceMapping(t.Context(), &lambda.DeleteEventSourceMappingInput{UUID: created.UUID}); err != nil {
		t.Error(err)
	}
	_, err = c.GetEventSourceMapping(t.Context(), &lambda.GetEventSourceMappingInput{UUID: created.UUID})
	var status *awshttp.ResponseError
	if missing := new(types.ResourceNotFoundException); !errors.As(err, &missing) || !errors.As(err, &status) || status.HTTPStatusCode() != http.StatusNotFound {
		t.Errorf("a deleted mapping: %v", err)
	}
}
