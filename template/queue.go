package template

import (
	"strings"

	"lullaby/queue/request"
)

// Queues of SQS and their policies (docs/aws/templates.md#queues).

const (
	typeQueue             = "AWS::SQS::Queue"
	typeQueuePolicy       = "AWS::SQS::QueuePolicy"
	typeQueueInlinePolicy = "AWS::SQS::QueueInlinePolicy"
)

// maxQueueName is the length of a queue's name, with the suffix of a FIFO queue
// ("Amazon SQS standard queue quotas").
const maxQueueName = 80

const fifoSuffix = ".fifo"

// queueAttributes are the properties of a queue that are attributes of SQS's
// CreateQueue with the same name. Those that are JSON there may be mappings here.
const (
	queueAttributes = "ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue FifoThroughputLimit " +
		"KmsDataKeyReusePeriodSeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod " +
		"ReceiveMessageWaitTimeSeconds SqsManagedSseEnabled VisibilityTimeout"
	queueDocuments = "RedriveAllowPolicy RedrivePolicy"
)

func queue() *resourceType {
	return &resourceType{
		properties: properties{honoured: "QueueName Tags " + queueAttributes + " " + queueDocuments},
		ref:        queueURL,
		attributes: attributes{"Arn": queueARN, "QueueName": queueName, "QueueUrl": queueURL},
		read:       (*loader).readQueue,
	}
}

func queuePolicy() *resourceType {
	return &resourceType{
		properties: properties{honoured: "PolicyDocument Queues"},
		read:       func(*loader, *resource) error { return nil },
		link:       (*loader).linkQueuePolicy,
	}
}

func queueInlinePolicy() *resourceType {
	return &resourceType{
		properties: properties{honoured: "PolicyDocument Queue"},
		ref:        textIn("Queue"),
		read:       func(*loader, *resource) error { return nil },
		link:       (*loader).linkQueuePolicy,
	}
}

// queueName returns the name of a queue. A generated one of a FIFO queue ends as
// SQS asks.
func queueName(e *evaluator, r *resource) (string, error) {
	fifo, err := e.property(r, "FifoQueue", "false")
	if err != nil {
		return "", err
	}
	generated := e.stack.physicalName(r.id, maxQueueName)
	if fifo == "true" {
		generated = e.stack.physicalName(r.id, maxQueueName-len(fifoSuffix)) + fifoSuffix
	}
	return e.property(r, "QueueName", generated)
}

func queueARN(e *evaluator, r *resource) (string, error) {
	name, err := queueName(e, r)
	return e.stack.scope.ARN("sqs", name), err
}

func queueURL(e *evaluator, r *resource) (string, error) {
	name, err := queueName(e, r)
	return e.stack.url("sqs") + "/" + e.stack.scope.Account + "/" + name, err
}

func (l *loader) readQueue(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	q := &Queue{Source: in.source(r.line, queueFields), LogicalID: r.id, Attributes: make(map[string]string)}
	var err error
	q.Name, err = queueName(l.evaluator, r)
	in.stick(err)
	for key := range strings.FieldsSeq(queueAttributes) {
		if in.value(key) != nil {
			q.Attributes[key] = in.text(key, "")
		}
	}
	for key := range strings.FieldsSeq(queueDocuments) {
		if in.value(key) != nil {
			q.Attributes[key] = in.document(key)
		}
	}
	q.Tags = in.tags()
	q.check(in)
	l.t.Queues = append(l.t.Queues, q)
	return *in.err
}

// document returns the JSON of the value of key, a mapping, or text that has the
// JSON already. All single values are strings, as in Fn::ToJsonString; SQS takes
// the count of a redrive policy so too.
func (r reader) document(key string) string {
	v := r.value(key)
	switch {
	case v == nil || v.kind == scalar:
		return r.text(key, "")
	case v.kind != mapping:
		r.refuse(key, "must be a mapping or JSON, not %s", v.kind)
		return ""
	}
	var b strings.Builder
	if err := r.e.appendJSON(&b, v); err != nil {
		r.wrong(r.label+key, err)
		return ""
	}
	return b.String()
}

// linkQueuePolicy gives a policy to the queues that it names by their URLs. A
// queue has one policy: the last of the file.
func (l *loader) linkQueuePolicy(r *resource) error {
	const outside = "policies of queues outside the template"
	in := l.reader(r.id+": ", r.line, r.properties)
	var urls []*node
	if r.typ == typeQueuePolicy {
		in.needed("Queues")
		urls = in.list("Queues")
	} else if in.required("Queue"); *in.err == nil {
		urls = []*node{in.value("Queue")}
	}
	in.needed("PolicyDocument")
	document := in.document("PolicyDocument")
	if l.lacks(in, r.id, outside) {
		return nil
	}
	if refused := (&request.CreateQueueInput{QueueName: "a", Attributes: map[string]string{"Policy": document}}).Check(); refused != nil {
		in.fail(in.lineOf("PolicyDocument"), "%s%v", in.label, refused)
	}
	for _, url := range urls {
		q := l.queueAt(url.text)
		if q == nil {
			l.omit(url.line, r.id, outside)
			continue
		}
		if q.Policy != "" {
			l.warnOf(url.line, q.LogicalID, "a queue has one policy: this one replaces the one before")
		}
		q.Policy = document
		q.apart = map[string]*node{"Policy": r.properties.get("PolicyDocument")}
	}
	return *in.err
}

// queueAt returns the queue of the template with a URL, nil if there is none.
func (l *loader) queueAt(url string) *Queue {
	for _, q := range l.t.Queues {
		if strings.HasSuffix(url, "/"+l.stack.scope.Account+"/"+q.Name) {
			return q
		}
	}
	return nil
}

// queueNamed returns the queue of a name, nil if the template has none.
func (l *loader) queueNamed(name string) *Queue {
	for _, q := range l.t.Queues {
		if q.Name == name {
			return q
		}
	}
	return nil
}
