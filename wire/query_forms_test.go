package wire

import (
	"regexp"
	"testing"

	"github.com/valyala/fasthttp"

	"lullaby/queue/store"
)

// The forms of clients of many years get what AWS answers: the code and the message
// of a refusal, or nothing.
func TestFormsOfClients(t *testing.T) {
	s := queueServer(t, store.Options{})
	ask := func(form string) string {
		c := new(fasthttp.RequestCtx)
		c.Request.Header.SetMethod("POST")
		c.Request.SetRequestURI("/")
		c.Request.Header.SetHost("localhost:4566")
		c.Request.Header.SetContentType(formType)
		c.Request.SetBodyString("Version=2012-11-05&QueueUrl=/123456789012/q&Action=" + form)
		s.handle(c)
		return string(c.Response.Body())
	}
	ask("CreateQueue&QueueName=q")
	refusal := regexp.MustCompile(`<Code>(.*)</Code><Message>(.*)</Message>`)
	const noName = "InvalidParameterValue: The request must contain non-empty message attribute name."
	for _, tt := range []struct{ form, want string }{
		{"TagQueue&Tags.1.Key=a&Tags.1.Value=b", ""},
		{"SendMessage&MessageBody=a&MessageAttributes.1.Name=a&MessageAttributes.1.Value.DataType=String&MessageAttributes.1.Value.StringValue=b", ""},
		{"SendMessage&MessageBody=a&MessageAttributes.1.key=a&MessageAttributes.1.value.StringValue=b&MessageAttributes.1.value.DataType=String", noName},
		{"SendMessage&MessageBody=a&MessageAttribute.1.key=a&MessageAttribute.1.value.BinaryValue=&MessageAttribute.1.value.DataType=string", noName},
		{"SendMessage&MessageBody=a&MessageAttribute=", noName},
		{"SetQueueAttributes&Attribute.Name=DelaySeconds&Attribute.Value=7", ""},
		{"SetQueueAttributes&Attribute=", "MissingParameter: The request must contain the parameter Attribute.Name."},
		{"GetQueueAttributes&AttributeName=All", ""},
		{"ReceiveMessage&WaitTimeSeconds=0&AttributeName=", ""},
		{"ReceiveMessage&WaitTimeSeconds=0&MessageAttributeNames.member.1=All", "MalformedInput: Start of list found where not expected"},
		{"ReceiveMessage&WaitTimeSeconds=0&AttributeName.0=All", "MalformedInput: 0 is not a valid index"},
		{"SendMessageBatch&SendMessageBatchRequestEntry=", "MissingParameter: The request must contain the parameter SendMessageBatchRequestEntry.1.Id."},
		{"SendMessageBatch", "AWS.SimpleQueueService.EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request."},
		{"DeleteMessageBatch&Entries.1.Id=a&Entries.1.ReceiptHandle=b", "MalformedInput: Top level element may not be treated as a list"},
	} {
		got, answer := "", ask(tt.form)
		if parts := refusal.FindStringSubmatch(answer); parts != nil {
			got = parts[1] + ": " + parts[2]
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q in\n%s", tt.form, got, tt.want, answer)
		}
	}
}
