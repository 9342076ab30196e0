package rehearse

import (
	"time"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/retry"
)

// An invocation is one run of a function for one request, with its one call to
// a table.
type invocation struct {
	from    *stage
	arrived instant.Instant // when the request arrived at from
	cut     instant.Instant // when the function stops waiting
	quota   *retry.Quota    // of the sandbox
	call    retry.Call
	waited  time.Duration // so far, between attempts

	verdict capacity.Verdict // on the last attempt, without RetryAfter
	hashes  []uint64         // of the keys of the call, for its next attempt
}

// An inflight is a pool of the running invocations, in slots that are reused. A
// pointer to a slot is valid until the next add.
type inflight struct {
	slots []invocation
	free  []uint32
}

// add returns the number of a free slot. The slot may hold an old invocation.
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
