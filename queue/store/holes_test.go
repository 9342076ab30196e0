package store

import (
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/request"
	"lullaby/storage"
)

// A range of messages that expires above the cursor costs one record, however long it
// is. A restart finds neither the messages nor, later, the record.
func TestGap(t *testing.T) { synctest.Test(t, testGap) }

func testGap(t *testing.T) {
	const scattered, plain = 2*maxExpired + 200, 500
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	e := restart(t, db)
	if _, err := e.CreateQueue(t.Context(), instant.Of(time.Now()), &request.CreateQueueInput{QueueName: "q"}); err != nil {
		t.Fatal(err)
	}
	sendMany(t, e, scattered)
	for range scattered / 10 { // every other one stays, in flight
		var doomed request.DeleteMessageBatchInput
		ten := int32(10)
		got, err := e.ReceiveMessage(t.Context(), instant.Of(time.Now()), &request.ReceiveMessageInput{QueueUrl: "q", MaxNumberOfMessages: &ten})
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(got.Messages); i += 2 {
			doomed.Entries = append(doomed.Entries, request.DeleteMessageBatchRequestEntry{Id: strconv.Itoa(i), ReceiptHandle: got.Messages[i].ReceiptHandle})
		}
		doomed.QueueUrl = "q"
		if _, err := e.DeleteMessageBatch(t.Context(), instant.Of(time.Now()), &doomed); err != nil {
			t.Fatal(err)
		}
	}
	sendMany(t, e, plain)

	q, _ := e.named("q")
	time.Sleep(q.desc.Load().settings.Retention)
	later := instant.Of(time.Now())
	for range scattered / 10 { // requests find them first, each some
		q.model.Counts(later)
	}
	submitted, more, err := q.submitExpired(later)
	if err != nil || !more {
		t.Fatalf("the first batch: more = %v, %v, want more", more, err)
	}
	if err := submitted.Wait(); err != nil {
		t.Fatal(err)
	}
	gaps, err := readGaps(db, q.number)
	if want := []hole{{scattered + 1, scattered + plain + 1}}; err != nil || !slices.Equal(gaps, want) {
		t.Errorf("the gaps are %v, %v, want %v", gaps, err, want)
	}
	e = restart(t, db)
	if q, _ = e.named("q"); q.model.Counts(later) != (model.Counts{}) {
		t.Errorf("%+v after a restart, want none", q.model.Counts(later))
	}
	if err := q.expire(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	lower, upper := keyOf(storage.States, q.number, 0), keyOf(storage.States, q.number+1, 0)
	err = db.Scan(lower[:], upper[:], func(key, _ []byte) (bool, error) {
		t.Errorf("a state of %d is left", idOf(key))
		return true, nil
	})
	if gaps, damaged := readGaps(db, q.number); err != nil || damaged != nil || len(gaps) > 0 || len(q.holes) > 0 {
		t.Errorf("gaps %v and holes %v are left, %v, %v", gaps, q.holes, err, damaged)
	}
}

// restart returns another engine on the queues of db.
func restart(t *testing.T, db *storage.DB) *Engine {
	t.Helper()
	e, err := New(db, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// sendMany sends n messages to queue q.
func sendMany(t *testing.T, e *Engine, n int) {
	t.Helper()
	for range n {
		if _, err := e.SendMessage(t.Context(), instant.Of(time.Now()), &request.SendMessageInput{QueueUrl: "q", Message: request.Message{MessageBody: "m"}}); err != nil {
			t.Fatal(err)
		}
	}
}
