package mapping_test

import (
	"container/heap"
	"slices"
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/lambda/mapping"
)

// A world is a poller with a queue and a function in virtual time: the driver
// that scripts need. Receives take no time.
type world struct {
	pace   mapping.Pace
	poller *mapping.Poller[*message]
	now    instant.Instant
	events events

	// The queue.
	sent        int
	visible     []*message // in the order in which they became visible
	hidden      int
	polls       []poll // long polls that wait, in the order in which they began
	maxReceives int    // 0: no dead letters
	received    int    // receives of messages
	distinct    int
	deleted     int
	dead        int
	firstDead   instant.Instant
	empty       int            // receives that brought nothing
	locked      map[string]int // messages of a group in flight

	// The function.
	takes     time.Duration
	fails     string // "", "error" or "partial": with what it ends if it could not do everything
	reserved  int    // 0: none
	writes    int    // messages that the table takes in a second; 0: all
	written   instant.Instant
	running   int
	throttles int
	invokes   int
	failures  int
	sizes     []string // of the batches invoked
	order     []string // of the messages with a group that were invoked
	busy      map[string]int
	overlap   int // batches of a group while another was in flight
}

type message struct {
	id, receives int
	bytes        int64
	group        string
	round        int // changes when it is received or deleted
	gone         bool
}

type poll struct {
	task  mapping.Task[*message]
	until instant.Instant
}

type event struct {
	at       instant.Instant
	sequence int
	do       func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].sequence < e[j].sequence
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

func newWorld() *world {
	return &world{
		pace: mapping.Pace{Visibility: 30 * time.Second, Timeout: 3 * time.Second},
		now:  epoch, takes: 100 * time.Millisecond,
		locked: map[string]int{}, busy: map[string]int{},
	}
}

func (w *world) after(d time.Duration, do func()) {
	heap.Push(&w.events, event{w.now.Add(d), len(w.events) + w.invokes + w.received, do})
}

// run handles all events before an instant, and is then there.
func (w *world) run(until instant.Instant) {
	if w.poller == nil {
		w.poller = mapping.NewPoller[*message](w.now, w.pace)
	}
	w.drive()
	for {
		next := until
		if len(w.events) > 0 {
			next = min(next, w.events[0].at)
		}
		if wake := w.poller.Wake(); !wake.IsZero() {
			next = min(next, max(wake, w.now))
		}
		w.now = next
		if len(w.events) > 0 && w.events[0].at <= w.now {
			heap.Pop(&w.events).(event).do()
			w.drive()
			continue
		}
		w.drive()
		wake := w.poller.Wake()
		if next == until && (len(w.events) == 0 || w.events[0].at > until) && (wake.IsZero() || wake > until) {
			return
		}
	}
}

// drive does what the poller asks for.
func (w *world) drive() {
	for w.poller != nil {
		t, ok := w.poller.Next(w.now)
		if !ok {
			return
		}
		if t.Batch != nil {
			w.invoke(t)
			continue
		}
		if !w.receive(t) {
			p := poll{t, w.now.Add(t.Wait)}
			w.polls = append(w.polls, p)
			w.after(t.Wait, func() { w.give(p) })
		}
	}
}

// give ends a long poll that still waits.
func (w *world) give(p poll) {
	i := slices.IndexFunc(w.polls, func(q poll) bool { return q.task.Process == p.task.Process && q.until == p.until })
	if i >= 0 {
		w.polls = slices.Delete(w.polls, i, i+1)
		w.empty++
		w.poller.Received(w.now, p.task.Process, 0, nil)
	}
}

// deliver gives visible messages to the long polls that wait.
func (w *world) deliver() {
	for len(w.polls) > 0 && w.receive(w.polls[0].task) {
		w.polls = slices.Delete(w.polls, 0, 1)
	}
}

// receive receives for a task. It reports whether there were messages.
func (w *world) receive(t mapping.Task[*message]) bool {
	var batch []mapping.Message[*message]
	hidden := w.pace.Visibility
	if t.Visibility > 0 {
		hidden = t.Visibility
	}
	left := w.visible[:0]
	taken := map[string]bool{}
	for i, m := range w.visible {
		if len(batch) == t.Max {
			left = append(left, w.visible[i:]...)
			break
		}
		switch {
		case m.group != "" && w.locked[m.group] > 0 && !taken[m.group]:
			left = append(left, m)
		case w.maxReceives > 0 && m.receives >= w.maxReceives:
			if w.dead == 0 {
				w.firstDead = w.now
			}
			w.dead++
			m.gone = true
		default:
			if m.group != "" {
				taken[m.group] = true
				w.locked[m.group]++
			}
			w.hide(m)
			batch = append(batch, mapping.Message[*message]{Of: m, Bytes: m.bytes})
		}
	}
	w.visible = left
	if len(batch) == 0 {
		return false
	}
	w.showAgain(batch, hidden)
	w.poller.Received(w.now, t.Process, len(batch), batch)
	return true
}

// hide receives a message.
func (w *world) hide(m *message) {
	if m.receives++; m.receives == 1 {
		w.distinct++
	}
	w.received++
	w.hidden++
	m.round++
}

// showAgain makes messages visible again later, in the order in which they were
// received. A FIFO queue keeps its order.
func (w *world) showAgain(batch []mapping.Message[*message], hidden time.Duration) {
	rounds := make([]int, len(batch))
	for i := range batch {
		rounds[i] = batch[i].Of.round
	}
	w.after(hidden, func() {
		for i := range batch {
			m := batch[i].Of
			if m.gone || m.round != rounds[i] {
				continue
			}
			w.release(m)
			at := len(w.visible)
			if m.group != "" {
				at, _ = slices.BinarySearchFunc(w.visible, m.id, func(o *message, id int) int { return o.id - id })
			}
			w.visible = slices.Insert(w.visible, at, m)
		}
		w.deliver()
	})
}

func (w *world) release(m *message) {
	w.hidden--
	m.round++
	if m.group != "" {
		w.locked[m.group]--
	}
}

// invoke invokes the function with a batch.
func (w *world) invoke(t mapping.Task[*message]) {
	if w.reserved > 0 && w.running >= w.reserved {
		w.throttles++
		w.poller.Invoked(w.now, t.Process, mapping.Throttled)
		return
	}
	w.invokes++
	w.running++
	w.sizes = append(w.sizes, strconv.Itoa(len(t.Batch)))
	for _, m := range t.Batch {
		if m.group != "" {
			w.order = append(w.order, m.group+strconv.Itoa(m.id))
		}
	}
	w.count(t.Batch, 1)
	done, takes := w.work(len(t.Batch))
	w.after(takes, func() {
		w.running--
		w.count(t.Batch, -1)
		w.end(t, done)
	})
}

// count counts the batches of each group that are in flight.
func (w *world) count(batch []*message, by int) {
	groups := map[string]bool{}
	for _, m := range batch {
		groups[m.group] = m.group != ""
	}
	for g, grouped := range groups {
		if grouped {
			if w.busy[g] += by; w.busy[g] > 1 {
				w.overlap++
			}
		}
	}
}

// work returns how many messages of a batch of n are done, and how long that
// takes.
func (w *world) work(n int) (done int, takes time.Duration) {
	if w.writes == 0 {
		if w.fails != "" {
			return 0, w.takes
		}
		return n, w.takes
	}
	deadline := w.now.Add(w.pace.Timeout)
	w.written = max(w.written, w.now)
	for done < n {
		at := w.written.Add(time.Second / time.Duration(w.writes))
		if at.After(deadline) {
			return done, w.pace.Timeout
		}
		w.written = at
		done++
	}
	return done, w.written.Sub(w.now)
}

// end ends an invocation: what is done is deleted, unless it ends with an error.
func (w *world) end(t mapping.Task[*message], done int) {
	outcome := mapping.Succeeded
	if done < len(t.Batch) {
		w.failures++
		if w.fails == "error" {
			outcome, done = mapping.Errored, 0
		}
	}
	for _, m := range t.Batch[:done] {
		if !m.gone {
			m.gone = true
			w.deleted++
			w.release(m)
		}
	}
	w.deliver()
	w.poller.Invoked(w.now, t.Process, outcome)
}

func (w *world) counts() map[string]string {
	all, invoking := w.poller.Processes()
	counts := map[string]int{
		"processes": all, "invoking": invoking, "visible": len(w.visible), "hidden": w.hidden, "received": w.received,
		"distinct": w.distinct, "deleted": w.deleted, "dead": w.dead, "empty": w.empty, "throttles": w.throttles,
		"invokes": w.invokes, "failures": w.failures, "overlap": w.overlap,
	}
	got := map[string]string{"sizes": strings.Join(w.sizes, ","), "order": strings.Join(w.order, ",")}
	for key, n := range counts {
		got[key] = strconv.Itoa(n)
	}
	got["first-dead"] = w.firstDead.Sub(epoch).String()
	return got
}
