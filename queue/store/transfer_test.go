package store

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	model "lullaby/queue"
	"lullaby/queue/request"
	"lullaby/storage"
)

// Messages are moved a few megabytes at a time. What is not moved when a part fails is
// visible again, and what is gone is left out.
func TestTransfersInParts(t *testing.T) {
	t.Parallel()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e, err := New(db, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.CreateQueue(t.Context(), began, &request.CreateQueueInput{QueueName: "q"}); err != nil {
		t.Fatal(err)
	}
	q, err := e.named("q")
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		in := &request.SendMessageInput{QueueUrl: "q", Message: request.Message{MessageBody: strings.Repeat("x", request.MaxSize)}}
		if _, err := e.SendMessage(t.Context(), began, in); err != nil {
			t.Fatal(err)
		}
	}

	drawn, err := q.draw(began, 100)
	if err != nil {
		t.Fatal(err)
	}
	lost := keyOf(storage.Messages, q.number, uint64(drawn[4].id))
	b := db.NewBatch()
	b.Delete(lost[:])
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	var parts [][]model.ID
	full := errors.New("full")
	err = q.inParts(began, slices.Clone(drawn), func(part []received) error {
		parts = append(parts, idsOf(part))
		if len(parts) == 2 {
			q.giveBack(began, part)
			return full
		}
		return nil
	})
	if !errors.Is(err, full) {
		t.Error(err)
	}
	ids := idsOf(drawn)
	want := [][]model.ID{ids[:4], ids[5:9]}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Errorf("moved (-want +got):\n%s", diff)
	}
	if c := q.model.Counts(began); c.Visible != 5 {
		t.Errorf("%d messages are visible, want the 5 that were not moved", c.Visible)
	}
}
