package awsretry_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/retry"
	"lullaby/retry/awsretry"
)

// A service answers the requests of one operation after the other, without a
// socket, so that the SDK's own sleeps take virtual time in a synctest bubble.
type service struct {
	answer func(n int, operation, body string) answer // n counts requests from 1
	length int64                                      // of answers, as their header says; 0: none
	since  time.Time
	at     []time.Duration // of the requests, since that instant
	asked  []string        // their bodies
}

// An answer is a status, a body and perhaps x-amz-retry-after; an error instead
// is that of the connection.
type answer struct {
	status int
	body   string
	after  string
	err    error
}

func (s *service) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.at = append(s.at, time.Since(s.since))
	s.asked = append(s.asked, string(body))
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	a := s.answer(len(s.at), operation, string(body))
	if a.err != nil {
		return nil, a.err
	}
	h := http.Header{"Content-Type": {"application/x-amz-json-1.0"}}
	if a.after != "" {
		h.Set("X-Amz-Retry-After", a.after)
	}
	return &http.Response{StatusCode: a.status, Header: h, ContentLength: s.length, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// client returns a client of s that tries again as r says. The service's clock
// starts.
func client(s *service, r *awsretry.Retrier) *dynamodb.Client {
	s.since = time.Now()
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", HTTPClient: s, BaseEndpoint: aws.String("http://dynamodb"),
		Credentials: keys,
	}, r.Attach)
}

var keys = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret"}, nil
})

func retrier(t testing.TB, o awsretry.Options) *awsretry.Retrier {
	t.Helper()
	r, err := awsretry.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func policy(t testing.TB, f retry.Form, o retry.Options) retry.Policy {
	t.Helper()
	p, err := retry.New(f, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const tableARN = "arn:aws:dynamodb:us-east-1:123456789012:table/t"

// refusal is DynamoDB's, for reasons of the table t.
func refusal(reasons ...string) answer {
	list := make([]string, len(reasons))
	for i, r := range reasons {
		list[i] = fmt.Sprintf(`{"reason":%q,"resource":%q}`, r, tableARN)
	}
	return answer{status: 400, body: `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"m",` +
		`"ThrottlingReasons":[` + strings.Join(list, ",") + `]}`}
}

const (
	tableWrite    = "TableWriteProvisionedThroughputExceeded"
	keyRangeWrite = "TableWriteKeyRangeThroughputExceeded"
)

// always answers every request alike.
func always(a answer) *service {
	return &service{answer: func(int, string, string) answer { return a }}
}

// times refuses the first n requests, and answers the others.
func times(n int, refused, ok answer) *service {
	return &service{answer: func(i int, _, _ string) answer {
		if i <= n {
			return refused
		}
		return ok
	}}
}

var done = answer{status: 200, body: `{}`}

// put is the call that most tests make.
var put = &dynamodb.PutItemInput{
	TableName: aws.String("t"), Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "a"}},
}
