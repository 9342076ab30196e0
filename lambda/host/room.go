package host

import (
	"fmt"
	"time"

	"lullaby/lambda"
)

const (
	minSandboxes     = 4     // may run even if no memory seems to be free
	maxSandboxes     = 1_000 // the account's default limit
	unknownSandboxes = 32    // Assumed: used if the free memory is unknown

	// memoryReserve is what sandboxes leave free. Assumed: other programs, and
	// sandboxes that grow in their invocations, need no more at once.
	memoryReserve = 512 << 20 // bytes
)

// Room says how many function processes may run at a time, as text for people.
func (h *Host) Room() string {
	text := fmt.Sprintf("at most %d function processes", h.options.MaxSandboxes)
	if h.options.measure {
		text += ", and no more than fit into the free memory"
	}
	return text
}

// expected returns how many bytes a new sandbox of f may take: as many as the
// largest that was seen, MemorySize until one was.
func (f *function) expected() int64 {
	if largest := f.largest.Load(); largest > 0 {
		return largest
	}
	return int64(f.MemorySize) << 20
}

// makeRoom promises a new sandbox of f the memory that it is expected to take, once
// so much is free. If there is too little, it ends sandboxes that have been idle
// longest, and waits for those that start: when one is ready, what it really takes
// is known. If that does not help either, the error is a ThrottleError of this
// machine. With a MaxSandboxes of the user's, nothing is measured. After a nil error
// the caller takes the sandbox from admitted when it has ended.
func (h *Host) makeRoom(f *function) (promised int64, err error) {
	var victim *sandbox
	for {
		free, known := h.lockMeasured()
		if victim != nil {
			h.mu.leaving--
			h.wakeLocked() // the others look after this one
		}
		need := f.expected()
		if !known || h.mu.admitted < minSandboxes || free-memoryReserve-h.mu.promised >= need {
			h.mu.promised += need
			h.mu.admitted++
			h.mu.Unlock()
			return need, nil
		}
		var change chan struct{}
		if victim = h.victimLocked(); victim != nil {
			h.haltLocked(victim, halted)
			h.mu.leaving++
			change = victim.gone
		} else if h.mu.promised > 0 || h.mu.leaving > 0 {
			change = h.mu.changed
		}
		h.mu.Unlock()
		if change == nil {
			h.complain(time.Now(), fmt.Sprintf("%d MB of memory are free, %d MB are kept free, and %s needs %d MB",
				free>>20, memoryReserve>>20, f.Name, need>>20))
			return 0, &lambda.ThrottleError{Function: f.Name, Machine: true}
		}
		select {
		case <-change:
		case <-h.life.Done():
			return 0, ErrClosed
		}
	}
}

// lockMeasured returns the free memory, if makeRoom shall look at it, and takes the
// Host's lock. Of a promise that is kept while it measures, neither the promise nor
// the memory would count: it measures again.
func (h *Host) lockMeasured() (free int64, known bool) {
	h.mu.Lock()
	for h.options.measure {
		before := h.mu.changed
		h.mu.Unlock()
		free, known = h.options.freeMemory()
		h.mu.Lock()
		if h.mu.changed == before {
			break
		}
	}
	return free, known
}

// keepLocked ends a promise: the sandbox is ready, and what it takes is no longer
// free, or it is dead.
func (h *Host) keepLocked(s *sandbox) {
	if s.promised == 0 {
		return
	}
	h.mu.promised -= s.promised
	s.promised = 0
	h.wakeLocked()
}

// wakeLocked makes the calls of makeRoom that wait look again.
func (h *Host) wakeLocked() {
	close(h.mu.changed)
	h.mu.changed = make(chan struct{})
}
