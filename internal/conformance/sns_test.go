package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
)

func topicSDK(endpoint string) *sns.Client {
	return sns.New(sns.Options{
		BaseEndpoint: &endpoint, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""), Retryer: aws.NopRetryer{},
	})
}

// The SDK for Go speaks SNS.
func TestGoSDKTopics(t *testing.T) {
	t.Parallel()
	endpoint := start(t, "--bare").AWS
	c, q, ctx := topicSDK(endpoint), queueSDK(endpoint), t.Context()
	made, err := c.CreateTopic(ctx, &sns.CreateTopicInput{
		Name: aws.String("news"), Attributes: map[string]string{"DisplayName": "News"}, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("news")}); err != nil {
		t.Fatal(err)
	}
	subscribed, err := c.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn: made.TopicArn, Protocol: aws.String("sqs"), Endpoint: aws.String("arn:aws:sqs:us-east-1:123456789012:news"),
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := c.Publish(ctx, &sns.PublishInput{
		TopicArn: made.TopicArn, Message: aws.String("<ä>"),
		MessageAttributes: map[string]types.MessageAttributeValue{"b": {DataType: aws.String("Binary"), BinaryValue: []byte{0, 1}}},
	})
	if err != nil || *sent.MessageId == "" {
		t.Fatal(sent, err)
	}
	got, err := q.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(endpoint + "/123456789012/news"), WaitTimeSeconds: 10, MessageAttributeNames: []string{"All"},
	})
	if err != nil || len(got.Messages) != 1 || *got.Messages[0].Body != "<ä>" || !bytes.Equal(got.Messages[0].MessageAttributes["b"].BinaryValue, []byte{0, 1}) {
		t.Errorf("received %+v, %v", got, err)
	}
	attributes, err := c.GetSubscriptionAttributes(ctx, &sns.GetSubscriptionAttributesInput{SubscriptionArn: subscribed.SubscriptionArn})
	if err != nil || attributes.Attributes["RawMessageDelivery"] != "true" {
		t.Errorf("attributes %v, %v", attributes, err)
	}
	tags, err := c.ListTagsForResource(ctx, &sns.ListTagsForResourceInput{ResourceArn: made.TopicArn})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Value != "b" {
		t.Errorf("tags %+v, %v", tags, err)
	}
	topicErrors(t, c)
}

// topicErrors checks that refusals have the SDK's types.
func topicErrors(t *testing.T, c *sns.Client) {
	t.Helper()
	ctx := t.Context()
	_, err := c.Publish(ctx, &sns.PublishInput{TopicArn: aws.String("arn:aws:sns:us-east-1:123456789012:none"), Message: aws.String("a")})
	if _, ok := errors.AsType[*types.NotFoundException](err); !ok {
		t.Errorf("no topic: %v", err)
	}
	_, err = c.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("a b")})
	if e, ok := errors.AsType[*types.InvalidParameterException](err); !ok || *e.Message != "Invalid parameter: Topic Name" {
		t.Errorf("a name: %v", err)
	}
	_, err = c.ListTagsForResource(ctx, &sns.ListTagsForResourceInput{ResourceArn: aws.String("arn:aws:sns:us-east-1:123456789012:none")})
	if _, ok := errors.AsType[*types.ResourceNotFoundException](err); !ok {
		t.Errorf("no resource: %v", err)
	}
	_, err = c.PublishBatch(ctx, &sns.PublishBatchInput{
		TopicArn:                   aws.String("arn:aws:sns:us-east-1:123456789012:news"),
		PublishBatchRequestEntries: []types.PublishBatchRequestEntry{{Id: aws.String("a"), Message: aws.String("a")}},
	})
	if e, ok := errors.AsType[smithy.APIError](err); !ok || !strings.HasPrefix(e.ErrorMessage(), "PublishBatch is an operation of SNS that Lullaby does not have") {
		t.Errorf("a batch: %v", err)
	}
	for p := sns.NewListTopicsPaginator(c, &sns.ListTopicsInput{}); p.HasMorePages(); {
		if _, err := p.NextPage(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// AWS's validator for JavaScript accepts what a receiver gets: the confirmation that it
// is asked for, and notifications of both versions of signatures. It is told the host of
// the endpoint, and Node the certificate.
func TestSNSValidator(t *testing.T) {
	t.Parallel()
	takesLong(t)
	letters := make(chan []byte, 10) // sent to by the receiver; never closed
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		letters <- text
	}))
	defer server.Close()
	node(t) // skips the test if it is not installed
	endpoint := start(t, "--bare").AWS
	c, ctx := topicSDK(endpoint), t.Context()
	made, err := c.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("news")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Subscribe(ctx, &sns.SubscribeInput{TopicArn: made.TopicArn, Protocol: aws.String("http"), Endpoint: &server.URL}); err != nil {
		t.Fatal(err)
	}
	next := func() []byte {
		select {
		case letter := <-letters:
			return letter
		case <-time.After(20 * time.Second):
			t.Fatal("nothing was delivered")
			return nil
		}
	}
	all := make([][]byte, 0, 5)
	all = append(all, next())
	var asked struct{ Token, SigningCertURL string }
	if err := json.Unmarshal(all[0], &asked); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ConfirmSubscription(ctx, &sns.ConfirmSubscriptionInput{TopicArn: made.TopicArn, Token: &asked.Token}); err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"1", "2"} {
		set := &sns.SetTopicAttributesInput{TopicArn: made.TopicArn, AttributeName: aws.String("SignatureVersion"), AttributeValue: &version}
		if _, err := c.SetTopicAttributes(ctx, set); err != nil {
			t.Fatal(err)
		}
		for _, subject := range []*string{nil, aws.String("a subject")} {
			if _, err := c.Publish(ctx, &sns.PublishInput{TopicArn: made.TopicArn, Message: aws.String("ä \"message\"\n<&>"), Subject: subject}); err != nil {
				t.Fatal(err)
			}
			all = append(all, next())
		}
	}
	validate(t, asked.SigningCertURL, all)
}

// validate hands letters to the validator, and one that was changed.
func validate(t *testing.T, certificateURL string, all [][]byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.Replace(certificateURL, "https://", "http://", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	certificate := filepath.Join(t.TempDir(), "sns.pem")
	if err := errors.Join(err, os.WriteFile(certificate, text, 0o600)); err != nil {
		t.Fatal(err)
	}
	for i, letter := range append(all, bytes.Replace(all[1], []byte("message"), []byte("massage"), 1)) {
		cmd := node(t, "validate.js")
		cmd.Env = append(cmd.Env, "NODE_EXTRA_CA_CERTS="+certificate)
		cmd.Stdin = bytes.NewReader(letter)
		out, err := cmd.CombinedOutput()
		if valid := err == nil; valid != (i < len(all)) {
			t.Errorf("%s\n%s", letter, out)
		}
	}
}
