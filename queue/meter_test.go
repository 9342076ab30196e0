package queue_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/queue"
	"lullaby/queue/request"
	"lullaby/watch/watchtest"
)

func TestMeter(t *testing.T) {
	var tape watchtest.Tape
	s := request.Defaults(false)
	q, m := queue.New(&s, nil), queue.NewMeter(&tape, "orders", false, false)
	q.Add(epoch, 1, queue.Sent{At: epoch})
	m.Send(epoch, 1_000)
	q.Add(epoch, 2, queue.Sent{At: epoch, Due: epoch.Add(15 * time.Minute)})
	m.Send(epoch, 24)
	q.Add(epoch, 3, queue.Sent{At: epoch})
	m.Send(epoch, 1)
	var got queue.Received
	if err := q.Receive(epoch.Add(50*time.Second), &queue.Ask{Max: 1, Visibility: -1}, &got); err != nil {
		t.Fatal(err)
	}
	m.Receive(epoch.Add(50*time.Second), len(got.Deliveries))
	m.Receive(epoch.Add(51*time.Second), 0)
	m.Minute(epoch, q)
	want := `ApproximateAgeOfOldestMessage orders: 60 in 1
ApproximateNumberOfMessagesDelayed orders: 1 in 1
ApproximateNumberOfMessagesNotVisible orders: 1 in 1
ApproximateNumberOfMessagesVisible orders: 1 in 1
NumberOfEmptyReceives orders: 1 in 1
NumberOfMessagesDeleted orders: 0 in 1
NumberOfMessagesReceived orders: 1 in 1
NumberOfMessagesSent orders: 3 in 3
SentMessageSize orders: 1025 in 3`
	if diff := cmp.Diff(want, tape.Sums()); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
}

func TestMeterOfGroups(t *testing.T) {
	for _, tt := range []struct {
		name string
		fifo bool
		want string
	}{
		{"FIFO", true, `ApproximateNumberOfGroupsWithInflightMessages orders: 1 in 1
NumberOfDeduplicatedSentMessages orders: 1 in 1
`},
		{"standard", false, `ApproximateNumberOfMessagesDelayedInQuietGroups orders: 0 in 1
ApproximateNumberOfMessagesNotVisibleInQuietGroups orders: 1 in 1
ApproximateNumberOfMessagesVisibleInQuietGroups orders: 1 in 1
ApproximateNumberOfNoisyGroups orders: 0 in 1
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var tape watchtest.Tape
			s := request.Defaults(tt.fifo)
			q, m := queue.New(&s, nil), queue.NewMeter(&tape, "orders", tt.fifo, false)
			q.Add(epoch, 1, queue.Sent{At: epoch, Group: "a"})
			q.Add(epoch, 2, queue.Sent{At: epoch, Group: "b"})
			var got queue.Received
			if err := q.Receive(epoch.Add(time.Minute), &queue.Ask{Max: 1, Visibility: -1}, &got); err != nil {
				t.Fatal(err)
			}
			m.Touch(epoch)
			m.Deduplicate(epoch)
			m.Minute(epoch, q)
			var lines []string
			for line := range strings.Lines(tape.Sums() + "\n") {
				if strings.Contains(line, "Groups") || strings.Contains(line, "Deduplicated") {
					lines = append(lines, line)
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(lines, "")); diff != "" {
				t.Errorf("measured (-want +got):\n%s", diff)
			}
		})
	}
}

// A queue is measured for six hours after the last request, or as long as it has
// messages, and with the strict end 15 minutes after it wakes.
func TestMeterOfIdleQueues(t *testing.T) {
	var tape watchtest.Tape
	s := request.Defaults(false)
	s.Retention = time.Hour
	q, m := queue.New(&s, nil), queue.NewMeter(&tape, "orders", false, true)
	visible := func(minute int) bool {
		tape.Take()
		m.Minute(epoch.Add(time.Duration(minute)*time.Minute), q)
		return strings.Contains(tape.Sums(), "MessagesVisible")
	}
	expect := func(minute int, want bool) {
		t.Helper()
		if got := visible(minute); got != want {
			t.Errorf("measured in minute %d: %v, want %v", minute, got, want)
		}
	}
	expect(0, false) // nobody knows it
	m.Touch(epoch.Add(time.Minute))
	m.Send(epoch.Add(2*time.Minute), 1)
	if sums := tape.Sums(); sums != "" {
		t.Errorf("measured before it woke: %s", sums)
	}
	q.Add(epoch.Add(2*time.Minute), 1, queue.Sent{At: epoch.Add(2 * time.Minute)})
	expect(15, false)
	expect(16, true)
	expect(60, true)      // the message is there until minute 62
	expect(59+360, true)  // and was within six hours
	expect(61+360, false) // now no more
	m.Touch(epoch.Add(1_000 * time.Minute))
	expect(1_014, false)
	expect(1_015, true)
}

// The list of what queues emit is what the meters of a FIFO queue and of a queue with
// groups emit.
func TestEmissions(t *testing.T) {
	var tape watchtest.Tape
	for _, fifo := range []bool{false, true} {
		s := request.Defaults(fifo)
		q, m := queue.New(&s, nil), queue.NewMeter(&tape, "orders", fifo, false)
		q.Add(epoch, 1, queue.Sent{At: epoch, Group: "a"})
		m.Send(epoch, 1)
		m.Minute(epoch, q)
	}
	for _, d := range tape.Disagreements(queue.Emissions()) {
		t.Error(d)
	}
}
