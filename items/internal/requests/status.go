package requests

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/instant"
)

// A Status says how far a request has come. It moves forward only: from Queued to
// Written or Failed, and from Failed to Written, where the message was moved back
// to the queue.
type Status string

// The statuses.
const (
	Queued  Status = "QUEUED"
	Written Status = "WRITTEN"
	Failed  Status = "FAILED"
)

// A Request is what became of a request to write.
type Request struct {
	Status Status
	// Superseded means that a newer write of the item was there first.
	Superseded bool
	Reason     string // of Failed
}

// Queue records a request as Queued, unless it is known.
func (t Table) Queue(ctx context.Context, now instant.Instant, id string) error {
	_, err := t.put(ctx, item{
		"id": requestKey(id), "status": text(string(Queued)), "expires": until(now, Kept),
	}, "attribute_not_exists(id)", nil)
	return err
}

// notWritten is the condition of every change: Written is final. It holds of a
// record that is not there.
const notWritten = "#status <> :written"

var status = map[string]string{"#status": "status"}

// Written records that a request is Written, also one whose record has expired.
func (t Table) Written(ctx context.Context, now instant.Instant, id string, superseded bool) error {
	return t.update(ctx, requestKey(id),
		"SET #status = :written, superseded = :superseded, expires = :expires REMOVE reason", notWritten, status,
		item{
			":written": text(string(Written)), ":expires": until(now, Kept),
			":superseded": &types.AttributeValueMemberBOOL{Value: superseded},
		})
}

// Failed records that a request is Failed, unless it is Written, for the reason
// that was noted last, else for reason.
func (t Table) Failed(ctx context.Context, now instant.Instant, id, reason string) error {
	return t.update(ctx, requestKey(id),
		"SET #status = :failed, reason = if_not_exists(reason, :reason), expires = :expires", notWritten, status,
		item{
			":written": text(string(Written)), ":failed": text(string(Failed)),
			":reason": text(reason), ":expires": until(now, Kept),
		})
}

// Note notes why a request was not written this time. Its status stays.
func (t Table) Note(ctx context.Context, id, reason string) error {
	return t.update(ctx, requestKey(id), "SET reason = :reason", "attribute_exists(id) AND "+notWritten, status,
		item{":written": text(string(Written)), ":reason": text(reason)})
}

// Request returns what became of a request. It is not known if it was never
// queued, or if its record has expired at now.
func (t Table) Request(ctx context.Context, now instant.Instant, id string) (r Request, known bool, err error) {
	out, err := t.DB.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(t.Name), Key: item{"id": requestKey(id)},
		ConsistentRead: aws.Bool(true), // a caller asks for what it has just posted
	})
	if err != nil {
		return Request{}, false, err
	}
	found := item(out.Item)
	if len(found) == 0 || found.expired(now) {
		return Request{}, false, nil
	}
	r = Request{Status: Status(found.text("status")), Superseded: found.is("superseded")}
	if r.Status == Failed {
		r.Reason = found.text("reason")
	}
	return r, true, nil
}
