package store

import (
	"container/heap"
	"context"
	"sync"
	"time"

	"lullaby/instant"
)

// alarms wake queues at instants. Run owns the timer; without Run no alarm rings.
// Safe for concurrent use; its lock is the last that is taken.
type alarms struct {
	mu   sync.Mutex
	heap alarmHeap
	of   map[*queue]*alarm
	wake chan struct{} // capacity 1; sent to when the first alarm changes; never closed
}

type alarm struct {
	at    instant.Instant
	queue *queue
	place int // in the heap
}

func newAlarms() alarms {
	return alarms{of: map[*queue]*alarm{}, wake: make(chan struct{}, 1)}
}

// set has a queue woken at an instant. An earlier alarm of the queue stays.
func (as *alarms) set(q *queue, at instant.Instant) {
	as.mu.Lock()
	defer as.mu.Unlock()
	a := as.of[q]
	switch {
	case a == nil:
		a = &alarm{at: at, queue: q}
		as.of[q] = a
		heap.Push(&as.heap, a)
	case !at.Before(a.at):
		return
	default:
		a.at = at
		heap.Fix(&as.heap, a.place)
	}
	if a.place == 0 {
		select {
		case as.wake <- struct{}{}:
		default:
		}
	}
}

// take takes out the queues whose alarms are due at now, and returns the instant of
// the next alarm, zero if there is none.
func (as *alarms) take(now instant.Instant) (due []*queue, next instant.Instant) {
	as.mu.Lock()
	defer as.mu.Unlock()
	for len(as.heap) > 0 {
		if a := as.heap[0]; a.at.After(now) {
			return due, a.at
		}
		a := heap.Pop(&as.heap).(*alarm) //nolint:forcetypeassert // nothing else is in the heap
		delete(as.of, a.queue)
		due = append(due, a.queue)
	}
	return due, 0
}

// ring wakes queues at their alarms until ctx ends.
func (as *alarms) ring(ctx context.Context) {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-as.wake:
		case <-wait.C:
		}
		now := instant.Of(time.Now())
		due, next := as.take(now)
		for _, q := range due {
			q.stir(now)
		}
		wait.Stop()
		if !next.IsZero() {
			wait.Reset(next.Sub(now))
		}
	}
}

// alarmHeap implements heap.Interface, the earliest alarm first.
type alarmHeap []*alarm

func (h alarmHeap) Len() int           { return len(h) }
func (h alarmHeap) Less(i, j int) bool { return h[i].at < h[j].at }
func (h alarmHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

func (h *alarmHeap) Push(x any) {
	a := x.(*alarm) //nolint:forcetypeassert // alarms.set pushes
	a.place = len(*h)
	*h = append(*h, a)
}

func (h *alarmHeap) Pop() any {
	last := len(*h) - 1
	a := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return a
}
