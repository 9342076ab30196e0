package conformance

import "testing"

// Debian's AWS CLI speaks SNS.
func TestAWSCLITopics(t *testing.T) {
	t.Parallel()
	takesLong(t)
	needAWSCLI(t)
	c := awsCLI{start(t, "--bare").AWS}
	const topic, queue = "arn:aws:sns:us-east-1:123456789012:news", "arn:aws:sqs:us-east-1:123456789012:news"
	c.expect(t, `{"TopicArn":"`+topic+`"}`, "sns", "create-topic", "--name", "news", "--attributes", "DisplayName=News", "--tags", "Key=a,Value=b")
	c.expect(t, `{"Topics":[{"TopicArn":"`+topic+`"}]}`, "sns", "list-topics")
	c.expect(t, `"DisplayName":"News"`, "sns", "get-topic-attributes", "--topic-arn", topic)
	c.expect(t, "", "sns", "set-topic-attributes", "--topic-arn", topic, "--attribute-name", "SignatureVersion", "--attribute-value", "2")
	c.expect(t, `/123456789012/news"}`, "sqs", "create-queue", "--queue-name", "news")
	c.expect(t, `{"SubscriptionArn":"`+topic+`:`, "sns", "subscribe", "--topic-arn", topic, "--protocol", "sqs", "--notification-endpoint", queue)
	c.expect(t, `{"SubscriptionArn":"pending confirmation"}`, "sns", "subscribe", "--topic-arn", topic, "--protocol", "email", "--notification-endpoint", "night@example.com")
	c.expect(t, `"SubscriptionArn":"PendingConfirmation"`, "sns", "list-subscriptions")
	c.expect(t, `{"MessageId":"`, "sns", "publish", "--topic-arn", topic, "--message", "a message", "--subject", "a subject",
		"--message-attributes", `{"colour":{"DataType":"String","StringValue":"red"}}`)
	c.expect(t, `\"SignatureVersion\" : \"2\"`, "sqs", "receive-message", "--queue-url", "http://localhost/123456789012/news", "--wait-time-seconds", "10")
	c.expect(t, `{"Tags":[{"Key":"a","Value":"b"}]}`, "sns", "list-tags-for-resource", "--resource-arn", topic)
	c.expect(t, "", "sns", "untag-resource", "--resource-arn", topic, "--tag-keys", "a")

	c.refused(t, "(InvalidParameter) when calling the Publish operation: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
		"sns", "publish", "--topic-arn", "news", "--message", "a")
	c.refused(t, "(NotFound) when calling the Publish operation: Topic does not exist", "sns", "publish", "--topic-arn", topic+"paper", "--message", "a")
	c.refused(t, "(InvalidParameter) when calling the ConfirmSubscription operation: Invalid parameter: Token",
		"sns", "confirm-subscription", "--topic-arn", topic, "--token", "a")
	c.expect(t, "", "sns", "delete-topic", "--topic-arn", topic)
	c.expect(t, `{"Subscriptions":[]}`, "sns", "list-subscriptions")
}
