package queue

import (
	"slices"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// ErrThrottled refuses a call of a FIFO queue for want of throughput
// (docs/aws/sqs.md#throughput-of-fifo-queues).
var ErrThrottled = refusal.New(refusal.RequestThrottled, "Request is throttled.")

// An Action is a group of operations whose calls FIFO queues count together.
type Action uint8

// The actions. A batch is a call of its action.
const (
	Send Action = iota
	Receive
	Delete
	ChangeVisibility
	actions
)

// callRate is how many calls of an action a FIFO queue takes a second, and with
// high throughput one partition of it (docs/aws/sqs.md#throughput-of-fifo-queues).
const callRate = 300

// highRates are the calls of an action that a FIFO queue with high throughput takes
// a second, by region; others take otherHighRate.
var highRates = map[string]int64{
	"us-east-1": 70_000, "us-west-2": 70_000, "eu-west-1": 70_000,
	"us-east-2": 19_000, "eu-central-1": 19_000,
	"ap-south-1": 9_000, "ap-southeast-1": 9_000, "ap-southeast-2": 9_000, "ap-northeast-1": 9_000,
	"eu-west-2": 4_500, "sa-east-1": 4_500,
}

const otherHighRate = 2_400

// A Throughput counts the calls of a FIFO queue. Standard queues have no limit.
// Not safe for concurrent use: the owner locks.
//
// Assumed: what is not used of a second can be used in the next. A queue with high
// throughput has as many partitions as its quota needs, and a group's is chosen by
// a hash of its ID.
type Throughput struct {
	high       int64 // calls a second in the region
	perGroup   bool
	queue      [actions]capacity.TokenBucket
	partitions [actions][]capacity.TokenBucket // with high throughput
}

// NewThroughput returns the throughput of a FIFO queue in a region of which nothing
// is used at now.
func NewThroughput(now instant.Instant, region string, s *request.Settings) *Throughput {
	t := &Throughput{high: otherHighRate}
	if rate, found := highRates[region]; found {
		t.high = rate
	}
	t.Set(now, s)
	return t
}

// Set changes the settings of the queue at now. Another kind of throughput begins
// unused.
func (t *Throughput) Set(now instant.Instant, s *request.Settings) {
	if t.perGroup == s.ThroughputPerGroup && t.queue != [actions]capacity.TokenBucket{} {
		return
	}
	t.perGroup = s.ThroughputPerGroup
	rate := int64(callRate)
	if t.perGroup {
		rate = t.high
	}
	for a := range actions {
		t.queue[a] = newBucket(now, rate)
		t.partitions[a] = nil
		if t.perGroup {
			t.partitions[a] = make([]capacity.TokenBucket, (rate+callRate-1)/callRate)
			for i := range t.partitions[a] {
				t.partitions[a][i] = newBucket(now, callRate)
			}
		}
	}
}

func newBucket(now instant.Instant, rate int64) capacity.TokenBucket {
	return capacity.NewTokenBucket(now, capacity.PerSecond(rate), capacity.Tokens(rate)*capacity.Unit)
}

// Take counts one call of an action at now that concerns messages of the groups,
// which may be none. It counts nothing and returns false if the queue, or a
// partition that has one of the groups, had too many.
func (t *Throughput) Take(now instant.Instant, a Action, groups ...string) bool {
	if t.queue[a].Balance(now) < capacity.Unit {
		return false
	}
	var of [10]*capacity.TokenBucket // a batch has at most ten groups
	n := 0
	if t.perGroup {
		for _, group := range groups[:min(len(groups), len(of))] {
			p := &t.partitions[a][partition(group, len(t.partitions[a]))]
			if p.Balance(now) < capacity.Unit {
				return false
			}
			of[n] = p
			n++
		}
	}
	t.queue[a].Charge(now, capacity.Unit)
	for i, p := range of[:n] {
		if !slices.Contains(of[:i], p) {
			p.Charge(now, capacity.Unit)
		}
	}
	return true
}

// partition returns which of n partitions has a group, by FNV-1a.
func partition(group string, n int) int {
	h := uint32(2166136261)
	for i := range len(group) {
		h = (h ^ uint32(group[i])) * 16777619
	}
	return int(h % uint32(n)) //nolint:gosec // some hundred
}
