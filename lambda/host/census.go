package host

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// markKey is the environment variable that marks each process of a sandbox.
// The processes that it starts inherit it, whatever group or session they join.
const markKey = "LULLABY_SANDBOX"

// A census knows the processes of this machine and which of them belong to a
// sandbox: those that carry its mark, those that were started by one of its
// processes, and those that were seen to belong before. On systems other than
// Linux it knows none. Safe for concurrent use.
type census struct {
	mark   string // the Host's own; a sandbox's is this, a dot and a number
	adopts bool   // orphans of sandboxes become children of this process

	mu struct {
		sync.Mutex
		named   int            // sandboxes so far
		started map[int]string // by this process and not reaped: the marks by process number; empty: no sandbox
		seen    map[int]relative
	}
}

// A relative is a process as the census last saw it.
type relative struct {
	status
	mark string // of its sandbox; empty: it belongs to none
}

// A status is what the kernel says of a process.
type status struct {
	born     uint64 // clock ticks since the machine started
	parent   int
	group    int
	dead     bool  // and not yet reaped
	resident int64 // bytes, pages that it shares included
}

func newCensus(mark string, adopts bool) *census {
	c := &census{mark: mark, adopts: adopts}
	c.mu.started = map[int]string{}
	return c
}

// name returns the mark of a new sandbox.
func (c *census) name() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.named++
	return c.mark + "." + strconv.Itoa(c.mu.named)
}

// adopted is the mark of orphans whose sandbox is unknown.
func (c *census) adopted() string { return c.mark + ".0" }

// start calls launch, which starts a process and returns its number. No process
// is counted meanwhile: for a moment a new one looks like an orphan.
func (c *census) start(mark string, launch func() (pid int, err error)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	pid, err := launch()
	if err == nil {
		c.mu.started[pid] = mark
	}
	return err
}

// reap calls wait, which reaps a process that start has started and that is dead.
func (c *census) reap(pid int, wait func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	wait()
	delete(c.mu.started, pid)
}

const (
	// killRounds and killPause bound the time that end takes if processes start
	// others faster than it kills them.
	killRounds = 100
	killPause  = 2 * time.Millisecond
)

// end kills all processes of the sandbox with that mark, or of all sandboxes if
// mark is the Host's. It returns when they are dead and no dead orphan is left: one
// cannot be reaped before its last thread has ended.
func (c *census) end(mark string) {
	for range killRounds {
		c.mu.Lock()
		c.countLocked(mark == c.mark)
		left := 0
		for pid, r := range c.mu.seen {
			switch {
			case c.isDeadOrphanLocked(pid, r):
				left++
			case r.mark != "" && !r.dead && (mark == c.mark || mark == r.mark):
				left++
				killProcess(pid, r.born)
			}
		}
		c.mu.Unlock()
		if left == 0 {
			return
		}
		time.Sleep(killPause)
	}
}

// countLocked brings seen up to date. It does not look again at the processes that
// the Host has started, nor at those that belonged to no sandbox when they were
// first seen, unless all is set: a number could have been given to another process
// in between. It reaps dead orphans.
func (c *census) countLocked(all bool) {
	before := c.mu.seen
	c.mu.seen = make(map[int]relative, len(before))
	var unmarked []int
	for _, pid := range processes() {
		old, known := before[pid]
		_, own := c.mu.started[pid]
		if known && (own || old.mark == "") && !all {
			c.mu.seen[pid] = old
			continue
		}
		s, ok := statusOf(pid)
		if !ok {
			continue
		}
		r := relative{status: s, mark: old.mark}
		if !known || old.born != s.born {
			r.mark = c.markLocked(pid, s)
			unmarked = append(unmarked, pid)
		}
		c.mu.seen[pid] = r
	}
	c.inheritLocked(unmarked)
	for pid, r := range c.mu.seen {
		if c.isDeadOrphanLocked(pid, r) && reapOrphan(pid) {
			delete(c.mu.seen, pid)
		}
	}
}

// isDeadOrphanLocked reports whether a process of a sandbox is dead and waits for this
// process to reap it.
func (c *census) isDeadOrphanLocked(pid int, r relative) bool {
	_, own := c.mu.started[pid]
	return r.mark != "" && r.dead && r.parent == os.Getpid() && !own
}

// markLocked returns the mark of a process that was not seen before.
func (c *census) markLocked(pid int, s status) string {
	if mark, own := c.mu.started[pid]; own {
		return mark
	}
	if mark := markOf(pid); strings.HasPrefix(mark, c.mark+".") {
		return mark
	}
	if c.adopts && s.parent == os.Getpid() && s.group != syscall.Getpgrp() {
		return c.adopted()
	}
	return "" // a child in this process's group is none of a sandbox: go build, pip, npm
}

// inheritLocked gives processes without a mark, which may have cleared their
// environment, the marks of their parents.
func (c *census) inheritLocked(pids []int) {
	for changed := true; changed; {
		changed = false
		for _, pid := range pids {
			r, ok := c.mu.seen[pid]
			if !ok || r.mark != "" {
				continue
			}
			if _, own := c.mu.started[pid]; own {
				continue
			}
			if r.mark = c.mu.seen[r.parent].mark; r.mark != "" {
				c.mu.seen[pid] = r
				changed = true
			}
		}
	}
}

// children counts all processes and returns how many bytes those of each sandbox
// take, by mark, without the process that the Host has started.
func (c *census) children() map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.countLocked(false)
	sizes := map[string]int64{}
	for pid, r := range c.mu.seen {
		if _, own := c.mu.started[pid]; !own && r.mark != "" {
			sizes[r.mark] += r.resident
		}
	}
	return sizes
}

// proportional returns how many bytes the processes of a sandbox take, of which
// shared pages count in part for each; 0: unknown.
func (c *census) proportional(mark string) (bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for pid, r := range c.mu.seen {
		if r.mark == mark {
			bytes += proportionalSize(pid)
		}
	}
	return bytes
}
