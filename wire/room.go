package wire

import "sync"

// What an operation keeps of a body takes up to thirteen times the memory of the
// body. So large bodies are decoded, and their operations run, in turns: those at
// work have largeBodies bytes at most. A body of up to smallBody bytes never
// waits.
const (
	smallBody   = 1 << 20
	largeBodies = maxBody
)

// A room is a number of bytes that are taken and given back. Who finds too few
// waits in the order of arrival. Safe for concurrent use.
type room struct {
	held func(change int) // see Options.Held

	mu struct {
		sync.Mutex

		free    int
		waiting []place // first come, first served
	}
}

// A place is that of a body which waits for its bytes.
type place struct {
	bytes int
	ready chan struct{} // closed by give; nothing is sent
}

// newRoom returns a room of largeBodies bytes. held may be nil.
func newRoom(held func(change int)) *room {
	if held == nil {
		held = func(int) {}
	}
	r := &room{held: held}
	r.mu.free = largeBodies
	return r
}

// take waits until a body of n bytes, maxBody at most, has its room, and returns
// how many bytes it took: none for a small one.
func (r *room) take(n int) int {
	if n <= smallBody {
		return 0
	}
	r.held(n)
	r.mu.Lock()
	if len(r.mu.waiting) == 0 && n <= r.mu.free {
		r.mu.free -= n
		r.mu.Unlock()
		return n
	}
	p := place{n, make(chan struct{})}
	r.mu.waiting = append(r.mu.waiting, p)
	r.mu.Unlock()
	<-p.ready
	return n
}

// give gives back what take returned.
func (r *room) give(n int) {
	if n == 0 {
		return
	}
	r.held(-n)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mu.free += n
	for len(r.mu.waiting) > 0 && r.mu.waiting[0].bytes <= r.mu.free {
		r.mu.free -= r.mu.waiting[0].bytes
		close(r.mu.waiting[0].ready)
		r.mu.waiting = r.mu.waiting[1:]
	}
}
