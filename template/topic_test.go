package template_test

import (
	"slices"
	"testing"

	"lullaby/template"
)

const topicStack = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Night: {Type: AWS::SNS::Topic, Properties: {TopicName: woken}}
  Morning: {Type: AWS::SNS::Topic}
  Letters: {Type: AWS::SQS::Queue}
  Mail:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      CodeUri: .
      Events:
        Told: {Type: SNS, Properties: {Topic: !Ref Morning}}
  Kept:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Night, Protocol: sqs, Endpoint: !GetAtt Letters.Arn}
`

// Topics are given by name, by logical id, or by the ARN of one outside.
func TestTopicNames(t *testing.T) {
	tmpl := mustLoad(t, topicStack, template.Options{})
	given := []string{"Night", "woken", "Morning", "arn:aws:sns:us-east-1:123456789012:theirs"}
	got, err := tmpl.TopicNames(given)
	if want := []string{"woken", "woken", tmpl.Topics[1].Name, given[3]}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q are %q, %v, want %q", given, got, err, want)
	}
	for _, wrong := range []string{"Nobody", "arn:aws:sqs:us-east-1:123456789012:Night", ""} {
		if got, err := tmpl.TopicNames([]string{wrong}); err == nil {
			t.Errorf("%q is %q", wrong, got)
		}
	}
}

// Who delivers nothing leaves out what is subscribed, not the topics.
func TestPublished(t *testing.T) {
	all := mustLoad(t, topicStack, template.Options{}).Published()
	got := make([]string, 0, len(all))
	for _, o := range all {
		got = append(got, o.Of+": "+o.What)
	}
	slices.Sort(got)
	if want := []string{"Letters: messages of topics", "Mail: events of type SNS"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
