package queue_test

import (
	"runtime"
	"strconv"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/queue"
	"lullaby/queue/request"
)

// backlog returns a queue with n plain messages, sent at 20,000 a second.
func backlog(n int) (q *queue.Queue, now instant.Instant) {
	s := request.Defaults(false)
	q, now = queue.New(&s, nil), epoch
	for id := range n {
		if id%10 == 0 {
			now = now.Add(500 * time.Microsecond)
		}
		q.Add(now, queue.ID(id+1), queue.Sent{At: now}) //nolint:gosec // not negative
	}
	return q, now
}

// What a message costs to receive and delete does not depend on the backlog.
func BenchmarkReceiveDelete(b *testing.B) {
	for _, n := range []int{100_000, 5_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			q, now := backlog(n)
			next := queue.ID(n + 1) //nolint:gosec // positive
			ask := queue.Ask{Max: 10, Visibility: -1}
			var got queue.Received
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(100 * time.Microsecond)
				for range 10 {
					q.Add(now, next, queue.Sent{At: now})
					next++
				}
				if err := q.Receive(now, &ask, &got); err != nil || len(got.Deliveries) != 10 {
					b.Fatal(err, len(got.Deliveries))
				}
				q.Saved(&got)
				for i := range got.Deliveries {
					if gone, err := q.Delete(now, got.Deliveries[i].ID, got.Deliveries[i].Receives); !gone {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10, "ns/message")
		})
	}
}

// The same with 110,000 messages in flight and 100,000 delayed ones.
func BenchmarkReceiveInFlight(b *testing.B) {
	q, now := backlog(1_000_000)
	ask := queue.Ask{Max: 10, Visibility: 12 * time.Hour}
	var got queue.Received
	for range 11_000 {
		if err := q.Receive(now, &ask, &got); err != nil {
			b.Fatal(err)
		}
		q.Saved(&got)
	}
	next := queue.ID(1_000_001)
	for range 100_000 {
		q.Add(now, next, queue.Sent{At: now, Due: now.Add(time.Duration(next%900) * time.Second)})
		next++
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := q.Receive(now, &ask, &got); err != nil || len(got.Deliveries) != 10 {
			b.Fatal(err, len(got.Deliveries))
		}
		q.Saved(&got)
		for i := range got.Deliveries {
			if _, err := q.Delete(now, got.Deliveries[i].ID, got.Deliveries[i].Receives); err != nil {
				b.Fatal(err)
			}
		}
		for range 10 {
			q.Add(now, next, queue.Sent{At: now})
			next++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10, "ns/message")
}

// The longest call while 120,000 messages come back at one instant.
func BenchmarkLapse(b *testing.B) {
	q, now := backlog(queue.MaxInFlight)
	ask := queue.Ask{Max: 10, Visibility: time.Second}
	var got queue.Received
	longest := time.Duration(0)
	for b.Loop() {
		for range queue.MaxInFlight / 10 {
			began := time.Now()
			if err := q.Receive(now, &ask, &got); err != nil {
				b.Fatal(err)
			}
			longest = max(longest, time.Since(began))
			q.Saved(&got)
		}
		now = now.Add(time.Second)
	}
	b.ReportMetric(float64(longest.Microseconds()), "longest-µs")
}

// A million messages expire at one instant: in runs, and one by one. longest is
// the longest of the calls, which others wait for.
func BenchmarkExpire(b *testing.B) {
	const n = 1_000_000
	for name, delay := range map[string]time.Duration{"runs": 0, "entries": time.Second} {
		b.Run(name, func(b *testing.B) {
			longest := time.Duration(0)
			for b.Loop() {
				b.StopTimer()
				s := request.Defaults(false)
				q := queue.New(&s, nil)
				for id := range queue.ID(n) {
					m := queue.Sent{At: epoch.Add(time.Duration(id) * time.Microsecond)}
					if delay > 0 && id%2 == 1 {
						m.Due = m.At.Add(delay)
					}
					q.Add(m.At, id, m)
				}
				var ranges []queue.Range
				now := epoch.Add(5 * 24 * time.Hour)
				b.StartTimer()
				for more := true; more; {
					began := time.Now()
					ranges, more = q.Expire(now, 1_000, ranges[:0])
					longest = max(longest, time.Since(began))
				}
			}
			b.ReportMetric(float64(longest.Microseconds()), "longest-µs")
		})
	}
}

// A FIFO queue of a million groups.
func BenchmarkGroups(b *testing.B) {
	s := request.Defaults(true)
	q, now := queue.New(&s, nil), epoch
	ask := queue.Ask{Max: 10, Visibility: -1}
	var got queue.Received
	next := queue.ID(1)
	send := func() {
		q.Add(now, next, queue.Sent{At: now, Group: strconv.Itoa(int(next % 1_000_000))}) //nolint:gosec // small
		next++
	}
	for range 1_000_000 {
		send()
	}
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Millisecond)
		if err := q.Receive(now, &ask, &got); err != nil || len(got.Deliveries) != 10 {
			b.Fatal(err, len(got.Deliveries))
		}
		q.Saved(&got)
		for i := range got.Deliveries {
			if _, err := q.Delete(now, got.Deliveries[i].ID, got.Deliveries[i].Receives); err != nil {
				b.Fatal(err)
			}
			send()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10, "ns/message")
}

// Five million messages that nobody has received cost next to nothing. Sent over two
// weeks they cost what one a second costs, 50 MB.
func TestMemoryOfABacklog(t *testing.T) {
	for _, tt := range []struct {
		name  string
		n     int
		every time.Duration
		most  int64 // bytes
	}{
		{"5 million, 20,000 a second", 5_000_000, 50 * time.Microsecond, 1 << 20},
		{"two a second for 14 days", 2 * 1_209_600, time.Second / 2, 70 << 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := memory()
			s := request.Defaults(false)
			s.Retention = 15 * 24 * time.Hour
			q := queue.New(&s, nil)
			for id := range tt.n {
				at := epoch.Add(time.Duration(id) * tt.every)
				q.Add(at, queue.ID(id+1), queue.Sent{At: at}) //nolint:gosec // positive
			}
			if grown := memory() - before; grown > tt.most {
				t.Errorf("%d messages cost %d bytes, want at most %d", tt.n, grown, tt.most)
			}
			if c := q.Counts(epoch.Add(14 * 24 * time.Hour)); c.Visible != tt.n {
				t.Errorf("%d visible, want %d", c.Visible, tt.n)
			}
		})
	}
}

func memory() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // less than there is
}
