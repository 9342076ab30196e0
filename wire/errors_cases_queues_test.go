package wire

import (
	"fmt"
	"strings"
	"testing/synctest"
	"time"

	"lullaby/dynamo"
	"lullaby/storage"
)

const (
	deadQueue = `{"QueueName":"dead"}`
	fifoQueue = `{"QueueName":"q.fifo","Attributes":{"FifoQueue":"true"}}`
	plain     = `{"QueueName":"q"}`
	ofQueue   = `{"QueueUrl":"http://localhost/123456789012/q"`
)

// queued returns a request of SQS's to a world with a queue.
func queued(operation, members string) faultCase {
	return func(w *faultWorld) faultAnswer {
		w.queue("CreateQueue", plain)
		return w.queue(operation, ofQueue+members+"}")
	}
}

// queue calls an operation of SQS.
func (w *faultWorld) queue(operation, body string) faultAnswer {
	return w.ask("AmazonSQS."+operation, body)
}

// entries returns the member Entries of a batch of n messages.
func entries(n int, id func(i int) string, body string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = `{"Id":"` + id(i) + `","MessageBody":"` + body + `"}`
	}
	return `,"Entries":[` + strings.Join(list, ",") + `]`
}

func numbered(i int) string { return fmt.Sprint("e", i) }

// returned changes the visibility of a message that is visible again.
func returned(w *faultWorld) faultAnswer {
	w.queue("CreateQueue", fifoQueue)
	const url = `{"QueueUrl":"/123456789012/q.fifo"`
	w.queue("SendMessage", url+`,"MessageBody":"a","MessageGroupId":"g","MessageDeduplicationId":"d"}`)
	handle := read(w.queue("ReceiveMessage", url+"}").text, "Messages", "ReceiptHandle")
	time.Sleep(31 * time.Second)
	return w.queue("ChangeMessageVisibility", url+`,"ReceiptHandle":"`+handle+`","VisibilityTimeout":5}`)
}

// throttledQueue sends to a FIFO queue until it is refused.
func throttledQueue(w *faultWorld) faultAnswer {
	w.queue("CreateQueue", fifoQueue)
	for n := range 1_000 {
		a := w.queue("SendMessage", fmt.Sprintf(`{"QueueUrl":"/123456789012/q.fifo","MessageBody":"a","MessageGroupId":"g","MessageDeduplicationId":"%d"}`, n))
		if a.status != 200 {
			return a
		}
	}
	return faultAnswer{}
}

// undecodableQueue receives a message whose record is nothing that the store has
// written.
func undecodableQueue(w *faultWorld) faultAnswer {
	w.queue("CreateQueue", plain)
	w.queue("SendMessage", ofQueue+`,"MessageBody":"a"}`)
	w.spoil(storage.Messages)
	return w.queue("ReceiveMessage", ofQueue+"}")
}

// unreadableQueue receives a message from a disk that fails. A start reads the last
// message, so it receives another.
func unreadableQueue(w *faultWorld) faultAnswer {
	w.queue("CreateQueue", plain)
	for range 5 {
		w.queue("SendMessage", ofQueue+`,"MessageBody":"`+strings.Repeat("a", 100_000)+`"}`)
	}
	w.close()
	time.Sleep(time.Second) // until a message is visible of which a start knows the second alone
	w.open(dynamo.Options{}, nil)
	w.fails.Store(true)
	defer w.fails.Store(false)
	return w.queue("ReceiveMessage", ofQueue+"}")
}

// twice calls an operation on a queue twice.
func twice(operation, body string) faultCase {
	return func(w *faultWorld) faultAnswer {
		w.queue("CreateQueue", plain)
		w.queue(operation, body)
		synctest.Wait()
		return w.queue(operation, body)
	}
}

// recreated creates a queue that was deleted.
func recreated(w *faultWorld) faultAnswer {
	w.queue("CreateQueue", plain)
	w.queue("DeleteQueue", ofQueue+"}")
	return w.queue("CreateQueue", plain)
}

// form sends a form.
func form(text string) faultCase {
	return sends("POST /", "Content-Type: "+formType+"\nAuthorization: "+credential("sqs"), text)
}

const listQueues = "X-Amz-Target: AmazonSQS.ListQueues\n"

var queueCases = map[string]faultCase{
	"sqs/no queue":         func(w *faultWorld) faultAnswer { return w.queue("DeleteQueue", ofQueue+"}") },
	"sqs/receipt handle":   queued("DeleteMessage", `,"ReceiptHandle":"garbage"`),
	"sqs/value":            queued("ReceiveMessage", `,"MaxNumberOfMessages":11`),
	"sqs/missing":          queued("SendMessage", ``),
	"sqs/throttled":        throttledQueue,
	"sqs/over limit":       queued("AddPermission", `,"Label":"l","AWSAccountIds":["111122223333"],"Actions":["SendMessage","ReceiveMessage","DeleteMessage","ChangeMessageVisibility","GetQueueAttributes","GetQueueUrl","ListDeadLetterSourceQueues","PurgeQueue"]`),
	"sqs/returned":         returned,
	"sqs/contents":         queued("SendMessage", `,"MessageBody":"\u0000"`),
	"sqs/too many entries": queued("SendMessageBatch", entries(20, numbered, "a")),
	"sqs/no entries":       queued("SendMessageBatch", `,"Entries":[]`),
	"sqs/same ids":         queued("SendMessageBatch", entries(2, func(int) string { return "a" }, "a")),
	"sqs/id":               queued("SendMessageBatch", entries(1, func(int) string { return "a b" }, "a")),
	"sqs/too long":         queued("SendMessageBatch", entries(2, numbered, strings.Repeat("x", 600_000))),
	"sqs/exists": func(w *faultWorld) faultAnswer {
		w.queue("CreateQueue", plain)
		return w.queue("CreateQueue", `{"QueueName":"q","Attributes":{"DelaySeconds":"5"}}`)
	},
	"sqs/deleted recently":    recreated,
	"sqs/purged":              twice("PurgeQueue", ofQueue+"}"),
	"sqs/attribute":           queued("SetQueueAttributes", `,"Attributes":{"Foobar":"1"}`),
	"sqs/value of attribute":  queued("SetQueueAttributes", `,"Attributes":{"DelaySeconds":"901"}`),
	"sqs/list value":          queued("SendMessage", `,"MessageBody":"a","MessageAttributes":{"a":{"DataType":"String","StringListValues":["a"]}}`),
	"sqs/no source":           queued("StartMessageMoveTask", `,"SourceArn":"arn:aws:sqs:us-east-1:123456789012:nothing"`),
	"sqs/syntax":              queued("SendMessage", `,"MessageBody":{`),
	"sqs/list":                queued("SendMessage", `,"MessageBody":"a","MessageAttributes":[]`),
	"sqs/type":                queued("ReceiveMessage", `,"MaxNumberOfMessages":"2"`),
	"sqs/form":                form("Action=ReceiveMessage&MessageAttributeNames.member.1=All"),
	"sqs/no signature":        keyed(sends("POST /", listQueues+"Authorization: none", `{}`)),
	"sqs/part of a signature": keyed(sends("POST /", listQueues+"Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=b", `{}`)),
	"sqs/other service":       keyed(sends("POST /", listQueues, `{}`)),
	"sqs/unknown key": keyed(func(w *faultWorld) faultAnswer {
		return w.send("POST /", listQueues+"Authorization: "+credential("sqs"), `{}`)
	}),
	"sqs/unknown operation": queued("Nap", ``),
	"sqs/unknown action":    form("Action=Nap"),
	"sqs/too large":         sends("POST /", listQueues, strings.Repeat(" ", maxBody+1)),
	"sqs/undecoded":         sends("POST /", listQueues+"Content-Encoding: gzip", `{}`),
	"sqs/disk":              unreadableQueue,
	"sqs/internal":          undecodableQueue,
}
