package rehearse

import (
	"time"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/retry"
)

// An invocation is one run of a function for a request, with the one call that
// it makes of its table.
type invocation struct {
	from    *stage
	arrived instant.Instant // when the request came there
	cut     instant.Instant // when the function no longer waits
	quota   *retry.Quota    // of its sandbox
	call    retry.Call
	waited  time.Duration // between attempts

	verdict capacity.Verdict // on the last attempt, without RetryAfter
	places  []uint64         // where the keys of the call lie, if it tries again
}

// An inflight is a pool of the invocations that run, in slots that are used again.
// A pointer to one is good until the next is added.
type inflight struct {
	slots []invocation
	free  []uint32
}

// add returns the number of a slot, in which there may be an old invocation.
func (f *inflight) add() uint32 {
	if n := len(f.free); n > 0 {
		slot := f.free[n-1]
		f.free = f.free[:n-1]
		return slot
	}
	f.slots = append(f.slots, invocation{})
	return uint32(len(f.slots) - 1)
}

func (f *inflight) remove(slot uint32) { f.free = append(f.free, slot) }
