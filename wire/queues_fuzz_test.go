package wire

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"lullaby/queue/store"
)

// anyForms are the seeds of random requests to a queue: a form, or JSON behind the
// name of its operation.
var anyForms = []string{
	"Action=SendMessage&MessageBody=a&MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=AAE%3D",
	"Action=SendMessage&MessageBody=%00%FF%EF%BF%BE&DelaySeconds=1",
	"Action=SendMessageBatch&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=%3C%26&SendMessageBatchRequestEntry.3.Id=b",
	"Action=ReceiveMessage&MaxNumberOfMessages=10&WaitTimeSeconds=0&AttributeName.1=All&MessageAttributeName.1=.*",
	"Action=GetQueueAttributes&AttributeName.1=All",
	"Action=SetQueueAttributes&Attribute.1.Name=Policy&Attribute.1.Value=%7B%7D&Attribute.2.Name=RedrivePolicy&Attribute.2.Value=%7B%22maxReceiveCount%22%3A1%7D",
	"Action=TagQueue&Tag.1.Key=k&Tag.1.Value=%0D",
	"Action=ListQueueTags",
	"Action=ChangeMessageVisibilityBatch&ChangeMessageVisibilityBatchRequestEntry.1.Id=a&ChangeMessageVisibilityBatchRequestEntry.1.ReceiptHandle=b",
	"Action=AddPermission&Label=l&AWSAccountId.1=111122223333&ActionName.1=*",
	"Action=Nothing%3C",
	`SendMessage {"MessageBody":"a","MessageAttributes":{"n":{"DataType":"Number","StringValue":"1e5"}}}`,
	`ReceiveMessage {"MessageSystemAttributeNames":["All"],"WaitTimeSeconds":0,"VisibilityTimeout":0}`,
	`DeleteMessageBatch {"Entries":[{"Id":"a","ReceiptHandle":"AAAA"}]}`,
	`StartMessageMoveTask {"SourceArn":"arn:aws:sqs:us-east-1:123456789012:q"}`,
	`CancelMessageMoveTask {"TaskHandle":"e30="}`,
	`ListQueues {"MaxResults":1,"NextToken":"AA"}`,
}

// FuzzForms sends anything to a queue. The answer must be XML or JSON and a success
// or a client's error, and the request must not take memory out of proportion.
func FuzzForms(f *testing.F) {
	for _, form := range anyForms {
		f.Add(form)
	}
	s := queueServer(f, store.Options{Instant: true})
	s.cancel() // so that no poll waits
	send := func(uri, target, contentType, body string) (status int, text string) {
		var in fasthttp.Request
		in.Header.SetMethod("POST")
		in.SetRequestURI(uri)
		in.Header.Set("X-Amz-Target", target)
		in.Header.SetContentType(contentType)
		in.SetBodyString(body)
		var c fasthttp.RequestCtx
		c.Init(&in, nil, nil)
		s.handle(&c)
		return c.Response.StatusCode(), string(c.Response.Body())
	}
	f.Fuzz(func(t *testing.T, form string) {
		send("/", "AmazonSQS.CreateQueue", json10, plain)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var status int
		var text string
		operation, body, inJSON := strings.Cut(form, " {")
		if inJSON {
			status, text = send("/", "AmazonSQS."+operation, json10, `{"QueueUrl":"q",`+body)
		} else {
			status, text = send("/123456789012/q", "", formType, form)
		}
		runtime.ReadMemStats(&after)
		if status >= 500 || inJSON && !json.Valid([]byte(text)) || !inJSON && !isXML(text) {
			t.Fatalf("%q: %d %s", form, status, text)
		}
		if spent := after.TotalAlloc - before.TotalAlloc; spent > 32<<20+100*uint64(len(form)) {
			t.Fatalf("%d bytes took %d bytes of memory: %s", len(form), spent, form)
		}
	})
}

func isXML(text string) bool {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}
