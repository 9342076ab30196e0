package host

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// A memory records the size of a sandbox's processes. Safe for concurrent use.
type memory struct {
	file     atomic.Pointer[os.File] // with the size of the sandbox's own process; nil: unknown
	children atomic.Int64            // bytes of all others, when they were last counted
	largest  atomic.Int64            // bytes of all
}

// open starts recording a running process.
func (m *memory) open(pid int) { m.file.Store(openSize(pid)) }

func (m *memory) close() {
	if f := m.file.Load(); f != nil {
		_ = f.Close()
	}
}

// own returns the current size of the sandbox's own process in bytes.
func (m *memory) own() int64 {
	f := m.file.Load()
	if f == nil {
		return 0
	}
	return readSize(f)
}

// sample records the current size and returns it; the children count as when they
// were last counted.
func (m *memory) sample() (bytes int64) {
	own := m.own()
	if own == 0 {
		return 0
	}
	children := m.children.Load()
	m.record(own, children)
	return own + children
}

func (m *memory) record(own, children int64) {
	m.children.Store(children)
	raise(&m.largest, own+children)
}

// raise makes n at least as large as to.
func raise(n *atomic.Int64, to int64) {
	for was := n.Load(); was < to && !n.CompareAndSwap(was, to); was = n.Load() {
		continue
	}
}

// peak returns the largest size that was recorded in MB, rounded up; 0: unknown.
func (m *memory) peak() int { return int((m.largest.Load() + 1<<20 - 1) >> 20) }

// memoryInterval is how often the memory of running sandboxes is measured. An
// answer is measured too. A function that takes and returns more memory in between
// is not noticed.
const memoryInterval = 100 * time.Millisecond

// allowedMemory returns how many bytes a function with that MemorySize in MB may
// take. Assumed: an eighth more than MemorySize. AWS counts what a whole virtual
// machine uses, and here the pages of the executable and what processes share
// count as well (docs/aws/lambda.md#memory).
func allowedMemory(memorySize int) int64 { return int64(memorySize) << 20 / 8 * 9 }

// watchMemory measures the sandboxes that run, until Close. It does nothing while
// none runs.
func (h *Host) watchMemory() {
	due := time.NewTicker(memoryInterval)
	defer due.Stop()
	for {
		select {
		case <-h.life.Done():
			return
		case <-due.C:
		}
		running := h.runningSandboxes()
		if len(running) == 0 {
			continue
		}
		children := h.census.children()
		for _, s := range running {
			s.limitMemory(children[s.mark])
		}
	}
}

// runningSandboxes returns the sandboxes that initialise or have an invocation.
func (h *Host) runningSandboxes() (running []*sandbox) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.mu.account.ConcurrentExecutions() == 0 {
		return nil
	}
	for s := range h.mu.sandboxes {
		if s.runsLocked() {
			running = append(running, s)
		}
	}
	return running
}

// limitMemory records what the processes of a sandbox take, of which its children
// take that many bytes, and ends it if that is too much. Pages that its processes
// share count once for each, until the sum is too large: then each counts its share.
func (s *sandbox) limitMemory(children int64) {
	own, limit := s.memory.own(), s.function.memoryLimit
	if own == 0 {
		return // it is dead, or its size is unknown
	}
	if children > 0 && own+children > limit {
		if size := s.host.census.proportional(s.mark); size > 0 {
			children = size - own
		}
	}
	s.memory.record(own, children)
	raise(&s.function.largest, own+children)
	if own+children <= limit {
		return
	}
	h := s.host
	h.mu.Lock()
	ends := s.runsLocked()
	if ends {
		h.haltLocked(s, exhausted)
	}
	h.mu.Unlock()
	if ends {
		h.note(fmt.Sprintf("%s: its processes take %d MB, and MemorySize is %d MB; --memory-limit off lets them",
			s.function.Name, s.memory.peak(), s.function.MemorySize))
	}
}

// measureAnswer measures a sandbox that is ready or gives its answer.
func (s *sandbox) measureAnswer() {
	size := s.memory.sample()
	raise(&s.function.largest, size)
	if size > s.function.memoryLimit {
		s.limitMemory(s.host.census.children()[s.mark])
	}
}
