package wire

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/dynamo"
)

// notifies returns a form of SNS's, signed by an unknown key, behind others that come
// first.
func notifies(form string, before ...string) faultCase {
	return func(w *faultWorld) faultAnswer {
		for _, first := range before {
			w.topic(first)
		}
		return w.topic(form)
	}
}

// topic sends a form to SNS.
func (w *faultWorld) topic(form string) faultAnswer {
	return w.send("POST /", "Content-Type: "+formType+"\nAuthorization: "+credential("sns"), form)
}

const (
	aTopic      = "Action=CreateTopic&Name=t"
	ofTopic     = "&TopicArn=arn:aws:sns:us-east-1:123456789012:t"
	ofTags      = "&ResourceArn=arn:aws:sns:us-east-1:123456789012:t"
	aQueue      = "Action=Subscribe&Protocol=sqs&Endpoint=arn:aws:sqs:us-east-1:123456789012:q" + ofTopic
	anotherMail = "Action=Subscribe&Protocol=email&Endpoint=b@example.com" + ofTopic
)

// manyTags are those of a form, n of them.
func manyTags(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "&Tags.member.%d.Key=k%d&Tags.member.%d.Value=v", i+1, i, i+1)
	}
	return b.String()
}

// A sizedFS is a file system with a measure.
type sizedFS struct {
	vfs.FS

	free atomic.Uint64 // bytes
}

// GetDiskUsage implements vfs.FS.
func (fs *sizedFS) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{AvailBytes: fs.free.Load(), TotalBytes: 64 << 20}, nil
}

// fullDisk makes a topic on a disk without room.
func fullDisk(w *faultWorld) faultAnswer {
	fs := &sizedFS{FS: w.fs}
	fs.free.Store(64 << 20)
	w.close()
	w.fs = fs
	w.open(dynamo.Options{}, nil)
	fs.free.Store(0)
	time.Sleep(time.Second)
	return w.topic(aTopic)
}

// leaving subscribes a URL when the server closes.
func leaving(w *faultWorld) faultAnswer {
	w.topic(aTopic)
	w.server.cancel()
	return w.topic("Action=Subscribe&Protocol=http&Endpoint=http://example.com/" + ofTopic)
}

const listTopics = "Action=ListTopics&Version=2010-03-31"

// authorized sends a form of SNS's with an Authorization.
func authorized(authorization, form string) faultCase {
	return sends("POST /", "Content-Type: "+formType+"\nAuthorization: "+authorization, form)
}

var topicCases = map[string]faultCase{
	"sns/parameter":               notifies("Action=CreateTopic&Name=a.b"),
	"sns/value":                   notifies("Action=Publish&Message=a&MessageAttributes.entry.1.Name=a&MessageAttributes.entry.1.Value.DataType=Colour"+ofTopic, aTopic),
	"sns/no topic":                notifies("Action=Publish&Message=a" + ofTopic),
	"sns/no resource":             notifies("Action=ListTagsForResource" + ofTags),
	"sns/foreign":                 notifies("Action=GetTopicAttributes&TopicArn=arn:aws:sns:us-east-1:111122223333:t"),
	"sns/topics":                  notifies("Action=CreateTopic&Name=u", aTopic),
	"sns/subscriptions":           notifies(anotherMail, aTopic, aQueue),
	"sns/tags":                    notifies("Action=TagResource"+ofTags+manyTags(51), aTopic),
	"sns/form":                    notifies("Action=Subscribe&ReturnSubscriptionArn=perhaps"),
	"sns/no signature":            keyed(authorized("none", listTopics)),
	"sns/part of a signature":     keyed(authorized("AWS4-HMAC-SHA256 Credential=a/20000101/us-east-1/sns/aws4_request, Signature=b", listTopics)),
	"sns/unknown key":             keyed(func(w *faultWorld) faultAnswer { return w.topic(listTopics) }),
	"sns/two signatures":          keyed(sends("POST /?X-Amz-Algorithm=AWS4-HMAC-SHA256", "Content-Type: "+formType+"\nAuthorization: none", listTopics)),
	"sns/unbuilt":                 notifies("Action=PublishBatch&Version=2010-03-31"),
	"sns/unknown operation":       notifies("Action=Nap"),
	"sns/too large":               sends("POST /", "Content-Type: "+formType+"\nAuthorization: "+credential("sns"), listTopics+strings.Repeat("&", maxBody)),
	"sns/undecoded":               sends("POST /?"+listTopics, "Content-Type: "+formType+"\nContent-Encoding: gzip\nAuthorization: "+credential("sns"), "a"),
	"sns/disk":                    fullDisk,
	"sns/internal":                leaving,
	"sns/confirmed by nobody":     keyed(sends("GET /?Action=ConfirmSubscription&Token=a"+ofTopic, "Authorization: none", "")),
	"sns/a subscription to leave": keyed(sends("GET /?Action=Unsubscribe&SubscriptionArn=a", "Authorization: none", "")),
}
