package rehearse

import (
	"fmt"
	"time"

	hdrhistogram "github.com/HdrHistogram/hdrhistogram-go"

	"lullaby/rehearse/report"
)

// latencies count how long requests took, in microseconds and to three digits.
// They hold up to what they are made for. Most requests take as long as the one before,
// so those of one time are recorded together.
type latencies struct {
	of   *hdrhistogram.Histogram
	last time.Duration
	same int64 // requests of last that are not recorded yet
}

// longestLatency is more than a function's longest Timeout and init together.
const longestLatency = 1_000 * time.Second

// longestAge is more than a message's longest retention, on its way through
// several queues.
const longestAge = 100 * 24 * time.Hour

func newLatencies(longest time.Duration) latencies {
	return latencies{of: hdrhistogram.New(1, longest.Microseconds(), 3)}
}

func (l *latencies) add(d time.Duration) {
	if d != l.last {
		l.record()
		l.last = d
	}
	l.same++
}

func (l *latencies) record() {
	if err := l.of.RecordValues(l.last.Microseconds(), l.same); err != nil {
		panic(fmt.Sprintf("rehearse: a request took %v: %v", l.last, err)) // no client waits that long
	}
	l.same = 0
}

// percentile returns the time that percent of the requests took at most, 0
// without any. It counts in integers, where the histogram's own method has a
// float, whose rounding is not the same on every machine.
func (l *latencies) percentile(percent int64) report.Span {
	l.record()
	rank := (l.of.TotalCount()*percent + 99) / 100
	for _, bar := range l.of.Distribution() {
		if rank -= bar.Count; rank <= 0 && bar.Count > 0 {
			return report.Span(time.Duration(bar.To) * time.Microsecond)
		}
	}
	return 0
}
