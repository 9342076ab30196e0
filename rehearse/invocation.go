package rehearse

import (
	"time"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/retry"
)

// An invocation is one run of a function, with the call that it is making.
type invocation struct {
	from     caller
	call     *call
	batch    *batch          // the messages that it is about; nil: one request
	arrived  instant.Instant // when from invoked the function
	cut      instant.Instant // when the function stops waiting
	deadline instant.Instant // for attempts, of a function that knows it; zero: none
	quota    *retry.Quota    // of the sandbox
	retry    retry.Call
	waited   time.Duration // so far, between attempts
	unsent   bool          // the queue refused the message

	began     instant.Instant // when its sandbox was ready
	failed    bool            // it ended in a function error
	abandoned bool            // from was told

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

// busy reports whether an invocation runs.
func (f *inflight) busy() bool { return len(f.slots) > len(f.free) }
