package mapping

import "lullaby/instant"

// A fifo holds processes in the order in which they were put.
type fifo struct {
	processes []Process
	taken     int
}

func (f *fifo) put(n Process) {
	if f.taken == len(f.processes) {
		f.processes, f.taken = f.processes[:0], 0
	}
	f.processes = append(f.processes, n)
}

func (f *fifo) take() (n Process, ok bool) {
	if f.taken == len(f.processes) {
		return 0, false
	}
	f.taken++
	return f.processes[f.taken-1], true
}

// A wait is a process that waits for an instant.
type wait struct {
	due     instant.Instant
	process Process
}

// before orders waits by instant, and those of one instant by process.
func (w wait) before(o wait) bool { return w.due < o.due || w.due == o.due && w.process < o.process }

// waits are a binary heap with the first wait at its top.
type waits []wait

func (w waits) first() (due instant.Instant, ok bool) {
	if len(w) == 0 {
		return 0, false
	}
	return w[0].due, true
}

func (w *waits) put(e wait) {
	*w = append(*w, e)
	heap := *w
	i := len(heap) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !e.before(heap[parent]) {
			break
		}
		heap[i] = heap[parent]
		i = parent
	}
	heap[i] = e
}

// take removes the first wait. There is one.
func (w *waits) take() Process {
	heap := *w
	first, last := heap[0].process, heap[len(heap)-1]
	heap = heap[:len(heap)-1]
	*w = heap
	for i := 0; len(heap) > 0; {
		child := 2*i + 1
		if child+1 < len(heap) && heap[child+1].before(heap[child]) {
			child++
		}
		if child >= len(heap) || !heap[child].before(last) {
			heap[i] = last
			break
		}
		heap[i] = heap[child]
		i = child
	}
	return first
}

// receiving are the processes that receive, by the beginning of their receives:
// a list whose links are found by process.
type receiving struct {
	links      []link
	head, tail Process // valid if some process receives
	count      int
}

type link struct {
	before, behind Process
	since          instant.Instant
}

// oldest returns when the oldest receive began.
func (r *receiving) oldest() (since instant.Instant, ok bool) {
	if r.count == 0 {
		return 0, false
	}
	return r.links[r.head].since, true
}

func (r *receiving) put(n Process, now instant.Instant) {
	for int(n) >= len(r.links) {
		r.links = append(r.links, link{})
	}
	r.links[n] = link{before: r.tail, since: now}
	if r.count == 0 {
		r.head = n
	} else {
		r.links[r.tail].behind = n
	}
	r.tail = n
	r.count++
}

// drop removes a process and returns when its receive began.
func (r *receiving) drop(n Process) (since instant.Instant) {
	l := r.links[n]
	if n == r.head {
		r.head = l.behind
	} else {
		r.links[l.before].behind = l.behind
	}
	if n == r.tail {
		r.tail = l.before
	} else {
		r.links[l.behind].before = l.before
	}
	r.count--
	return l.since
}
