package conformance

import (
	"encoding/json"
	"testing"
)

// Debian's AWS CLI speaks SQS in the query protocol, to the URL of the queue.
func TestAWSCLIQueues(t *testing.T) {
	t.Parallel()
	takesLong(t)
	needAWSCLI(t)
	endpoint := start(t, "--bare", "--control-plane", "real").AWS
	c := awsCLI{endpoint}
	url := endpoint + "/123456789012/orders"

	c.expect(t, `{"QueueUrl":"`+url+`"}`, "sqs", "create-queue", "--queue-name", "orders", "--attributes", "VisibilityTimeout=60", "--tags", "a=1,b=2")
	c.expect(t, `{"QueueUrls":["`+url+`"]}`, "sqs", "list-queues")
	c.expect(t, `{"QueueUrl":"`+url+`"}`, "sqs", "get-queue-url", "--queue-name", "orders")
	c.expect(t, `{"Tags":{"a":"1","b":"2"}}`, "sqs", "list-queue-tags", "--queue-url", url)
	c.expect(t, `"VisibilityTimeout":"60"`, "sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "All")
	c.expect(t, `"MD5OfMessageBody":"49f68a5c8493ec2c0bf489821c21fc3b"`, "sqs", "send-message", "--queue-url", url, "--message-body", "hi",
		"--message-attributes", `{"Weeks":{"DataType":"Number","StringValue":"6"}}`)
	out, stderr := c.run(t, "sqs", "receive-message", "--queue-url", url, "--attribute-names", "All", "--message-attribute-names", "All", "--wait-time-seconds", "1")
	var got struct {
		Messages []struct {
			Body, ReceiptHandle string
			Attributes          map[string]string
			MessageAttributes   map[string]struct{ StringValue, DataType string }
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || len(got.Messages) != 1 {
		t.Fatalf("receive-message: %s%s", out, stderr)
	}
	m := got.Messages[0]
	if m.Body != "hi" || m.Attributes["ApproximateReceiveCount"] != "1" || m.MessageAttributes["Weeks"].StringValue != "6" {
		t.Errorf("received %+v", m)
	}
	c.expect(t, "", "sqs", "change-message-visibility", "--queue-url", url, "--receipt-handle", m.ReceiptHandle, "--visibility-timeout", "0")
	c.expect(t, `"Body":"hi"`, "sqs", "receive-message", "--queue-url", url)
	c.expect(t, "", "sqs", "delete-message", "--queue-url", url, "--receipt-handle", m.ReceiptHandle)
	c.expect(t, `{"Successful":[{"Id":"a",`, "sqs", "send-message-batch", "--queue-url", url, "--entries", "Id=a,MessageBody=x", "Id=b,MessageBody=y,DelaySeconds=900")
	c.expect(t, "", "sqs", "purge-queue", "--queue-url", url)

	c.refused(t, "(AWS.SimpleQueueService.NonExistentQueue) when calling the SendMessage operation: The specified queue does not exist for this wsdl version.",
		"sqs", "send-message", "--queue-url", url+"-not", "--message-body", "hi")
	c.refused(t, "(AWS.SimpleQueueService.PurgeQueueInProgress) when calling the PurgeQueue operation: Only one PurgeQueue operation on orders is allowed every 60 seconds.",
		"sqs", "purge-queue", "--queue-url", url)
	c.refused(t, "(ReceiptHandleIsInvalid) when calling the DeleteMessage operation: The input receipt handle \"garbage\" is not a valid receipt handle.",
		"sqs", "delete-message", "--queue-url", url, "--receipt-handle", "garbage")
	c.refused(t, "(InvalidAttributeName) when calling the CreateQueue operation: Unknown Attribute Foobar.",
		"sqs", "create-queue", "--queue-name", "other", "--attributes", "Foobar=1")
	c.expect(t, "", "sqs", "delete-queue", "--queue-url", url)
	c.refused(t, "(AWS.SimpleQueueService.QueueDeletedRecently) when calling the CreateQueue operation: You must wait 60 seconds",
		"sqs", "create-queue", "--queue-name", "orders")
}
