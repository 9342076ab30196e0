// Package gosdk runs AWS's SDK for Go, in the version that the module names,
// without a network and in virtual time.
package gosdk

import (
	"bytes"
	"context"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/retry"
)

// since21 says whether the SDK has "Retry Behavior 2.1".
var since21 = !strings.HasPrefix(aws.SDKVersion, "1.47.")

// inVirtualTime runs f where the SDK's sleeps take no time and its jitter comes
// of a seed.
func inVirtualTime(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	cryptotest.SetGlobalRandom(t, 1)
	synctest.Test(t, f)
}

// A network answers what a client sends.
type network func() (*http.Response, error)

// Do makes it an HTTP client.
func (n network) Do(*http.Request) (*http.Response, error) { return n() }

// client returns a client of DynamoDB on a network; without options one whose
// retryer is the module's default.
func client(n network, options ...func(*sdkretry.StandardOptions)) *dynamodb.Client {
	o := dynamodb.Options{
		Region: "us-east-1", HTTPClient: n,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "y"}, nil
		}),
	}
	if len(options) > 0 {
		o.Retryer = sdkretry.NewStandard(options...)
	}
	return dynamodb.New(o)
}

func put(ctx context.Context, c *dynamodb.Client) error {
	_, err := c.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String("orders"),
		Item:      map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "1"}},
	})
	return err
}

// answer is what DynamoDB sends, with its checksum.
func answer(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status,
		Header: http.Header{
			"Content-Type": {"application/x-amz-json-1.0"},
			"X-Amz-Crc32":  {strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10)},
		},
		Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)),
	}
}

// failed is how an attempt fails on the network: by a refusal, an answer of 500,
// or none at all.
func failed(f retry.Failure) (*http.Response, error) {
	const kind = "com.amazonaws.dynamodb.v20120810#"
	if f.Class == retry.Timeout {
		return nil, os.ErrDeadlineExceeded
	}
	r := answer(http.StatusInternalServerError, `{"__type":"`+kind+`InternalServerError","message":"try again"}`)
	if f.Class.Throttled() {
		r = answer(http.StatusBadRequest, `{"__type":"`+kind+`ProvisionedThroughputExceededException","message":"too fast"}`)
	}
	if f.Hint != 0 {
		r.Header.Set("X-Amz-Retry-After", strconv.FormatInt(f.Hint.Milliseconds(), 10))
	}
	return r, nil
}

// policy returns the one of package retry.
func policy(t *testing.T, form retry.Form, o retry.Options) retry.Policy {
	t.Helper()
	p, err := retry.New(form, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ofSDK returns the policy of the version that runs, with the options that suit
// it.
func ofSDK(t *testing.T, before, since retry.Options) retry.Policy {
	t.Helper()
	if since21 {
		return policy(t, retry.V21, since)
	}
	return policy(t, retry.GoStandard, before)
}

// delays makes calls of which every attempt fails, each by a client of its own,
// and returns what they waited.
func delays(t *testing.T, f retry.Failure, calls int, options ...func(*sdkretry.StandardOptions)) [][]time.Duration {
	t.Helper()
	waited := make([][]time.Duration, calls)
	for i := range waited {
		var last time.Time
		c := client(func() (*http.Response, error) {
			now := time.Now()
			if !last.IsZero() {
				waited[i] = append(waited[i], now.Sub(last))
			}
			last = now
			return failed(f)
		}, options...)
		if err := put(t.Context(), c); err == nil {
			t.Fatal("a call succeeded whose attempts all fail")
		}
	}
	return waited
}
