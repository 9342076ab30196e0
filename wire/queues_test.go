package wire

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/valyala/fasthttp"

	"lullaby/queue/store"
	"lullaby/storage"
)

// queueServer is an endpoint with SQS alone.
func queueServer(t testing.TB, o store.Options) *Server {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	e, err := store.New(db, o)
	if err != nil {
		t.Fatal(err)
	}
	halt := RunEngine(e)
	t.Cleanup(func() {
		halt()
		_ = db.Close()
	})
	return New(Services{SQS: e}, Options{})
}

// Queue URLs have the scheme and the host with which their client came, in each
// protocol, and a client may send requests to them.
func TestQueueURLs(t *testing.T) {
	s := queueServer(t, store.Options{})
	const header, xml = `<?xml version="1.0"?>`, ` xmlns="http://queue.amazonaws.com/doc/2012-11-05/">`
	const end = `<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></`
	tests := []struct{ line, header, body, want string }{
		{"GET /?Action=CreateQueue&QueueName=a", "", "", header + `<CreateQueueResponse` + xml + `<CreateQueueResult><QueueUrl>http://localhost:4566/123456789012/a</QueueUrl></CreateQueueResult>` + end + `CreateQueueResponse>`},
		{"POST /", "X-Amz-Target: AmazonSQS.GetQueueUrl", `{"QueueName":"a"}`, `{"QueueUrl":"http://localhost:4566/123456789012/a"}`},
		{"POST /", "X-Amz-Target: AmazonSQS.ListQueues\nHost: 127.0.0.1\nX-Forwarded-Proto: https", `{}`, `{"QueueUrls":["https://127.0.0.1/123456789012/a"]}`},
		{"GET /123456789012/a?Action=SendMessage&MessageBody=%3Ca%3E", "", "", header + `<SendMessageResponse` + xml + `<SendMessageResult><MD5OfMessageBody>e2fc207215939b25e8dd4c6f9db3cc38</MD5OfMessageBody><MessageId>ID</MessageId></SendMessageResult>` + end + `SendMessageResponse>`},
		{"POST /123456789012/a", "", "Action=ReceiveMessage&WaitTimeSeconds=0", header + `<ReceiveMessageResponse` + xml + `<ReceiveMessageResult><Message><MessageId>ID</MessageId><ReceiptHandle>ID</ReceiptHandle><MD5OfBody>e2fc207215939b25e8dd4c6f9db3cc38</MD5OfBody><Body>&lt;a&gt;</Body></Message></ReceiveMessageResult>` + end + `ReceiveMessageResponse>`},
		{"POST /123456789012/a", "", "Action=ReceiveMessage&WaitTimeSeconds=0", header + `<ReceiveMessageResponse` + xml + `<ReceiveMessageResult/>` + end + `ReceiveMessageResponse>`},
		{"POST /", "X-Amz-Target: AmazonSQS.ReceiveMessage", `{"QueueUrl":"http://elsewhere:1/123456789012/a"}`, `{}`},
		{"GET /123456789012/a?Action=SetQueueAttributes&Attribute.Name=DelaySeconds&Attribute.Value=7", "", "", header + `<SetQueueAttributesResponse` + xml + end + `SetQueueAttributesResponse>`},
		{"GET /123456789012/a?Action=GetQueueAttributes&AttributeName=DelaySeconds", "", "", header + `<GetQueueAttributesResponse` + xml + `<GetQueueAttributesResult><Attribute><Name>DelaySeconds</Name><Value>7</Value></Attribute></GetQueueAttributesResult>` + end + `GetQueueAttributesResponse>`},
		{"POST /123456789012/a", "", "Action=PurgeQueue&Version=2012-11-05", header + `<PurgeQueueResponse` + xml + end + `PurgeQueueResponse>`},
		{"POST /123456789012/a", "", "Action=ListQueues", header + `<ErrorResponse` + xml + `<Error><Type>Sender</Type><Code>InvalidAction</Code><Message>The action ListQueues is not valid for this endpoint.</Message><Detail/></Error><RequestId>ID</RequestId></ErrorResponse>`},
		{"POST /123456789012/b", "", "Action=DeleteQueue", header + `<ErrorResponse` + xml + `<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist for this wsdl version.</Message><Detail/></Error><RequestId>ID</RequestId></ErrorResponse>`},
		{"POST /123456789012/a", "X-Amz-Target: AmazonSQS.DeleteQueue", ofQueue + "}", `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}`},
	}
	for _, tt := range tests {
		c := new(fasthttp.RequestCtx)
		method, uri, _ := strings.Cut(tt.line, " ")
		c.Request.Header.SetMethod(method)
		c.Request.SetRequestURI(uri)
		c.Request.Header.SetHost("localhost:4566")
		c.Request.Header.SetContentType(formType)
		for h := range strings.Lines(tt.header) {
			name, value, _ := strings.Cut(strings.TrimSpace(h), ": ")
			c.Request.Header.Set(name, value)
		}
		c.Request.SetBodyString(tt.body)
		s.handle(c)
		if diff := cmp.Diff(tt.want, anonymous(string(c.Response.Body()))); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.line, tt.body, diff)
		}
	}
}

// anonymous replaces what differs from run to run by ID.
func anonymous(text string) string {
	for _, name := range []string{"RequestId", "MessageId", "ReceiptHandle"} {
		before, rest, found := strings.Cut(text, "<"+name+">")
		if !found {
			continue
		}
		_, after, _ := strings.Cut(rest, "</"+name+">")
		text = before + "<" + name + ">ID</" + name + ">" + after
	}
	return text
}
