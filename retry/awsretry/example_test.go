package awsretry_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/retry"
	"lullaby/retry/awsretry"
)

// A table that refuses everything, delays of 10, 20, ... seconds, and a client
// that has waited for 20 of API Gateway's 29 seconds before the function was
// there: it gets its answer at once, for a second attempt would come too late.
func Example() {
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","ThrottlingReasons":[`+
			`{"reason":"TableWriteProvisionedThroughputExceeded","resource":"arn:aws:dynamodb:us-east-1:123456789012:table/items"}]}`)
	}))
	defer table.Close()

	policy, err := retry.New(retry.Exponential, retry.Options{Base: 10 * time.Second})
	if err != nil {
		fmt.Println(err)
		return
	}
	retrier, err := awsretry.New(awsretry.Options{Limit: awsretry.APIGateway, Policy: policy})
	if err != nil {
		fmt.Println(err)
		return
	}
	db := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(table.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret"}, nil
		}),
	}, retrier.Attach)

	handle := func(ctx context.Context, requestTime time.Time) error {
		ctx, invocation := retrier.Begin(ctx, requestTime)
		defer invocation.End()
		_, err := db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: aws.String("items"), Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "a"}},
		})
		account := invocation.Account()
		fmt.Println("attempts:", account.Attempts)
		fmt.Println("refused:", account.Refusals[0].Reason)
		fmt.Println("ended by:", account.Ended())
		return err
	}
	err = handle(context.Background(), time.Now().Add(-20*time.Second))
	throttled, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err)
	fmt.Println("the service's error is there:", ok, len(throttled.ThrottlingReasons))
	// Output:
	// attempts: 1
	// refused: TableWriteProvisionedThroughputExceeded
	// ended by: deadline near
	// the service's error is there: true 1
}

// The SDK's bucket lets each new environment make a hundred retries. Where there
// may be fifty environments, each starts with two, and earns the others.
func ExampleOptions_concurrency() {
	_, err := awsretry.New(awsretry.Options{Limit: awsretry.APIGateway, Concurrency: 50})
	fmt.Println(err)
	_, err = awsretry.New(awsretry.Options{Concurrency: -50})
	fmt.Println(err)
	// Output:
	// <nil>
	// Concurrency is -50: it must be from 1 to 1000000, or 0 if it is not known
}
