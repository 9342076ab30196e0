package stack

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // AWS's first version of signatures
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	queues "lullaby/queue/request"
	"lullaby/topic/request"
	alarms "lullaby/watch/request"
)

// letters is what a receiver by HTTP got. It confirms subscriptions as a browser would.
type letters chan map[string]any // capacity 100; sent to by handlers; never closed

// ServeHTTP implements http.Handler.
func (l letters) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	text, _ := io.ReadAll(r.Body)
	var letter map[string]any
	if json.Unmarshal(text, &letter) == nil {
		l <- letter
	}
}

func (l letters) next(t *testing.T) map[string]any {
	t.Helper()
	select {
	case letter := <-l:
		return letter
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was delivered")
		return nil
	}
}

// fetch gets a URL, by TLS with the certificate of roots alone.
func fetch(ctx context.Context, url string, roots *x509.CertPool) ([]byte, error) {
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	defer client.CloseIdleConnections()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, text)
	}
	return text, err
}

// verify checks the signature of a letter as a receiver does: by the certificate at its
// URL, which it gets by HTTPS.
func verify(ctx context.Context, letter map[string]any) error {
	url, _ := letter["SigningCertURL"].(string)
	plain, err := fetch(ctx, strings.Replace(url, "https://", "http://", 1), nil)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !strings.HasPrefix(url, "https://") || path.Ext(url) != ".pem" || !roots.AppendCertsFromPEM(plain) {
		return fmt.Errorf("the certificate is at %s", url)
	}
	text, err := fetch(ctx, url, roots)
	if err != nil {
		return err
	}
	block, _ := pem.Decode(text)
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil || certificate.Subject.CommonName != "sns.amazonaws.com" {
		return fmt.Errorf("the certificate is %s, %w", text, err)
	}
	var signed strings.Builder
	for _, name := range []string{"Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"} {
		if value, ok := letter[name].(string); ok {
			signed.WriteString(name + "\n" + value + "\n")
		}
	}
	signature, err := base64.StdEncoding.DecodeString(letter["Signature"].(string))
	key, ok := certificate.PublicKey.(*rsa.PublicKey)
	if err != nil || !ok {
		return errors.Join(err, errors.New("no RSA"))
	}
	if letter["SignatureVersion"] == "2" {
		sum := sha256.Sum256([]byte(signed.String()))
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	}
	sum := sha1.Sum([]byte(signed.String())) //nolint:gosec // as above
	return rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], signature)
}

// A receiver by HTTP confirms by the URL that it is told, verifies signatures of both
// versions, and ends its subscription by another URL.
func TestReceiver(t *testing.T) {
	got := make(letters, 100)
	server := httptest.NewServer(got)
	defer server.Close()
	s, _, err := startQueues(t, t.TempDir(), `
Resources:
  News: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
  Hook:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref News, Protocol: http, Endpoint: "`+server.URL+`"}
`)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const news = "arn:aws:sns:us-east-1:123456789012:news"
	asked := got.next(t)
	if err := verify(t.Context(), asked); err != nil || asked["Type"] != "SubscriptionConfirmation" {
		t.Fatalf("%v: %v", asked, err)
	}
	answer, err := fetch(t.Context(), asked["SubscribeURL"].(string), nil)
	if err != nil || !strings.Contains(string(answer), "<ConfirmSubscriptionResult><SubscriptionArn>"+news+":") {
		t.Fatalf("%s, %v", answer, err)
	}
	for _, version := range []string{"1", "2"} {
		in := &request.SetTopicAttributesInput{TopicArn: news, AttributeName: "SignatureVersion", AttributeValue: version}
		if _, err := s.topics.SetTopicAttributes(t.Context(), instant.Of(time.Now()), in); err != nil {
			t.Fatal(err)
		}
		for _, subject := range []*string{nil, new("a subject")} {
			in := &request.PublishInput{TopicArn: news, Message: "a \"message\"\n<&>\u00e4\u0000", Subject: subject}
			if _, err := s.topics.Publish(t.Context(), instant.Of(time.Now()), in); err != nil {
				t.Fatal(err)
			}
			letter := got.next(t)
			if err := verify(t.Context(), letter); err != nil || letter["Message"] != in.Message || letter["SignatureVersion"] != version {
				t.Errorf("%v: %v", letter, err)
			}
			letter["Message"] = "another"
			if verify(t.Context(), letter) == nil {
				t.Error("a signature fits another message")
			}
			if subject != nil && version == "2" {
				if _, err := fetch(t.Context(), letter["UnsubscribeURL"].(string), nil); err != nil {
					t.Error(err)
				}
			}
		}
	}
	if left := got.next(t); left["Type"] != "UnsubscribeConfirmation" || verify(t.Context(), left) != nil {
		t.Errorf("after it has left the receiver got %v", left)
	}
}

// An alarm publishes to its topic; the queue of the topic gets AWS's notice, and the history has it.
func TestAlarmPublishes(t *testing.T) {
	s, _, err := startQueues(t, t.TempDir(), `
Resources:
  Night:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: night
      Subscription: [{Protocol: sqs, Endpoint: !GetAtt Pages.Arn}]
  Pages: {Type: AWS::SQS::Queue, Properties: {QueueName: pages}}
`)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, at := t.Context(), instant.Of(time.Now())
	one, two := 1, 60
	threshold := 70.0
	put := &alarms.PutMetricAlarmInput{
		AlarmName: "high", Namespace: "App", MetricName: "m", Statistic: "Average", Period: &two, EvaluationPeriods: &one, Threshold: &threshold,
		ComparisonOperator: "GreaterThanThreshold",
	}
	put.AlarmActions = []string{"arn:aws:sns:us-east-1:123456789012:night", "arn:aws:sns:us-east-1:123456789012:nobody"}
	if _, err := s.metrics.PutMetricAlarm(ctx, at, put); err != nil {
		t.Fatal(err)
	}
	set := &alarms.SetAlarmStateInput{AlarmName: "high", StateValue: "ALARM", StateReason: "a > b"}
	if _, err := s.metrics.SetAlarmState(ctx, at, set); err != nil {
		t.Fatal(err)
	}
	wait := int32(10)
	out, err := s.queues.ReceiveMessage(ctx, instant.Of(time.Now()), &queues.ReceiveMessageInput{QueueUrl: "pages", WaitTimeSeconds: &wait})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("the queue has %+v, %v", out, err)
	}
	var letter, notice map[string]any
	if err := json.Unmarshal([]byte(out.Messages[0].Body), &letter); err != nil {
		t.Fatal(err)
	}
	if letter["Subject"] != `ALARM: "high" in US East (N. Virginia)` {
		t.Errorf("subject %v", letter["Subject"])
	}
	if err := json.Unmarshal([]byte(letter["Message"].(string)), &notice); err != nil || notice["AlarmName"] != "high" || notice["NewStateReason"] != "a > b" {
		t.Errorf("the notice is %v, %v", letter["Message"], err)
	}
	history, err := s.metrics.DescribeAlarmHistory(ctx, at, &alarms.DescribeAlarmHistoryInput{HistoryItemType: "Action"})
	if err != nil || len(history.AlarmHistoryItems) != 2 {
		t.Fatalf("history %+v, %v", history, err)
	}
	for _, item := range history.AlarmHistoryItems {
		done := strings.HasPrefix(item.HistorySummary, "Successfully")
		if done != strings.Contains(item.HistoryData, `"publishedMessage":"{\"default\":\"{\\\"AlarmName\\\":\\\"high\\\"`) {
			t.Errorf("%s: %s", item.HistorySummary, item.HistoryData)
		}
	}
}

// What AWS refuses of a subscription is refused at its place, and a topic that is no longer in the template stays.
func TestTopicsOfATemplate(t *testing.T) {
	dir := t.TempDir()
	s, _, err := startQueues(t, dir, "Resources: {News: {Type: AWS::SNS::Topic, Properties: {TopicName: news, DisplayName: a}}}")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, said, err := startQueues(t, dir, "Resources: {Other: {Type: AWS::SNS::Topic, Properties: {TopicName: other}}}")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if want := "warning: topic news is in the data folder and not in the template: kept"; !strings.Contains(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
}
