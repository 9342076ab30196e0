package main

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// The flags of up reach the queues: what comes without a flag, and with it.
func TestFlagsOfQueues(t *testing.T) {
	tests := []struct {
		name    string
		off, on []string
		try     func(t *testing.T, q *queues) string // what differs
		want    [2]string
	}{
		{"control plane", []string{"--control-plane", "real"}, nil, purgeAndDelete, [2]string{"PurgeQueueInProgress QueueDeletedRecently", ""}},
		{"pessimistic", nil, []string{"--pessimistic"}, shuffled, [2]string{"", "shuffled"}},
		{"limits", nil, []string{"--limits", "off"}, throttled, [2]string{"RequestThrottled", ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i, flags := range [][]string{tt.off, tt.on} {
				p := up(t, append([]string{"--bare", "--memory"}, flags...)...)
				q := &queues{url: p.AWS, known: map[string]*queued{}}
				q.create(t)
				if got := tt.try(t, q); got != tt.want[i] {
					t.Errorf("%v: %q, want %q", flags, got, tt.want[i])
				}
			}
		})
	}
}

// refusals performs operations on a queue and returns which of the refusals came.
func (q *queues) refusals(t *testing.T, queue string, known []string, operations ...string) string {
	t.Helper()
	var came []string
	for _, operation := range operations {
		var none struct{}
		err := q.call(t.Context(), operation, map[string]any{"QueueUrl": queue, "QueueName": queue}, &none)
		if err == nil {
			continue
		}
		for _, name := range known {
			if strings.Contains(err.Error(), "#"+name) {
				came = append(came, name)
			}
		}
	}
	return strings.Join(came, " ")
}

func purgeAndDelete(t *testing.T, q *queues) string {
	t.Helper()
	return q.refusals(t, "q", []string{"PurgeQueueInProgress", "QueueDeletedRecently"}, "PurgeQueue", "PurgeQueue", "DeleteQueue", "CreateQueue")
}

// throttled makes more calls at once than a FIFO queue takes in a second.
func throttled(t *testing.T, q *queues) string {
	t.Helper()
	const clients, calls = 16, 500
	var refused atomic.Value
	refused.Store("")
	var calling sync.WaitGroup
	for range clients {
		calling.Go(func() {
			for n := 0; n < calls && refused.Load() == ""; n++ {
				if came := q.refusals(t, "q.fifo", []string{"RequestThrottled"}, "ReceiveMessage"); came != "" {
					refused.Store(came)
				}
			}
		})
	}
	calling.Wait()
	return refused.Load().(string) //nolint:forcetypeassert // nothing else is stored
}

func shuffled(t *testing.T, q *queues) string {
	t.Helper()
	for range 100 {
		if err := q.send(t.Context(), "q", ""); err != nil {
			t.Fatal(err)
		}
	}
	for n := 1; n <= 100; {
		got, err := q.receive(t.Context(), "q")
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			return "shuffled"
		}
		for _, m := range got {
			if m.Body != fmt.Sprintf("q-%d", n) {
				return "shuffled"
			}
			n++
		}
	}
	return ""
}
