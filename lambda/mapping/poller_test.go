package mapping_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/internal/longtest"
	"lullaby/lambda/mapping"
)

// A random driver: whatever comes of receives and invocations, in any order, no
// message is lost, doubled or out of order, and the bounds hold.
func TestPollerKeepsItsBounds(t *testing.T) {
	for seed := range longtest.Of[uint64](100, 10_000) {
		d := newRandomDriver(t, seed)
		for range 3_000 {
			d.step()
		}
		d.stop()
		if t.Failed() {
			t.Fatalf("seed %d, pace %+v", seed, d.pace)
		}
	}
}

type randomDriver struct {
	t      *testing.T
	rng    *rand.Rand
	pace   mapping.Pace
	poller *mapping.Poller[int]
	now    instant.Instant
	tasks  []mapping.Task[int] // that are under way
	sent   int
	held   map[mapping.Process][]int // messages that a process was given and has not finished
	tried  map[mapping.Process][]int // of these: a batch that was throttled
	since  map[int]instant.Instant   // when a message was received
	bytes  map[int]int64
}

func newRandomDriver(t *testing.T, seed uint64) *randomDriver {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	pace := mapping.Pace{
		BatchSize: 1 + rng.IntN(30), Window: time.Duration(rng.IntN(2)*rng.IntN(300)) * time.Second, MaximumConcurrency: rng.IntN(2) * (2 + rng.IntN(20)),
		Timeout: time.Second, Visibility: time.Duration(1+rng.IntN(60)) * time.Second, Assumptions: []*mapping.Assumptions{mapping.Likely, mapping.Strict}[rng.IntN(2)],
	}
	return &randomDriver{
		t: t, rng: rng, pace: pace, now: epoch, poller: mapping.NewPoller[int](epoch, pace),
		held: map[mapping.Process][]int{}, tried: map[mapping.Process][]int{}, since: map[int]instant.Instant{}, bytes: map[int]int64{},
	}
}

// step takes the tasks that there are, and then either reports one or lets time
// pass.
func (d *randomDriver) step() {
	d.drive()
	if len(d.tasks) == 0 && d.poller.Wake().IsZero() {
		d.t.Fatalf("nothing to do and nothing to wait for")
	}
	if len(d.tasks) == 0 || d.rng.IntN(3) == 0 {
		d.now = d.now.Add(time.Duration(d.rng.IntN(2_000)) * time.Millisecond)
		if wake := d.poller.Wake(); len(d.tasks) == 0 {
			d.now = max(d.now, wake)
		}
		return
	}
	d.report(d.rng.IntN(len(d.tasks)), d.rng.IntN(12))
}

func (d *randomDriver) drive() {
	for {
		task, ok := d.poller.Next(d.now)
		if !ok {
			break
		}
		if slices.ContainsFunc(d.tasks, func(o mapping.Task[int]) bool { return o.Process == task.Process }) {
			d.t.Fatalf("process %d has two tasks", task.Process)
		}
		d.check(&task)
		task.Batch = slices.Clone(task.Batch)
		d.tasks = append(d.tasks, task)
	}
	most := d.pace.Assumptions.MostBatches
	if d.pace.MaximumConcurrency > 0 {
		most = d.pace.MaximumConcurrency
	}
	if all, invoking := d.poller.Processes(); all > most || invoking > all {
		d.t.Errorf("%d processes, %d invoke, of %d", all, invoking, most)
	}
}

func (d *randomDriver) check(task *mapping.Task[int]) {
	held := d.dropped(task)
	d.held[task.Process] = held
	if task.Batch == nil {
		if whole := task.Wait%time.Second == 0; task.Max < 1 || task.Max > min(10, d.pace.BatchSize-len(held)) || task.Wait <= 0 || task.Wait > 20*time.Second || !whole {
			d.t.Errorf("receives %d for %v, batch of %d in hand", task.Max, task.Wait, len(held))
		}
		return
	}
	var size int64
	for _, m := range task.Batch {
		size += d.bytes[m]
	}
	if len(task.Batch) > d.pace.BatchSize || size > mapping.MaxPayload && len(task.Batch) > 1 {
		d.t.Errorf("a batch of %d messages, %d bytes", len(task.Batch), size)
	}
	if !slices.Equal(held[:min(len(held), len(task.Batch))], task.Batch) {
		d.t.Errorf("process %d holds %v, and invokes with %v", task.Process, held, task.Batch)
	}
}

// dropped returns what a process holds when it has a task: without a batch that
// was throttled and that others can receive by now.
func (d *randomDriver) dropped(task *mapping.Task[int]) []int {
	held, tried := d.held[task.Process], d.tried[task.Process]
	delete(d.tried, task.Process)
	if len(tried) == 0 || len(task.Batch) > 0 && task.Batch[0] == tried[0] {
		return held
	}
	hidden := d.pace.Visibility
	if d.pace.Window > 0 && d.pace.Window+d.pace.Timeout > hidden {
		hidden = d.pace.Window + d.pace.Timeout + 30*time.Second
	}
	over := func(m int) bool { return !d.since[m].Add(hidden).After(d.now) }
	if !over(tried[0]) {
		d.t.Errorf("%v is dropped before its time", tried)
	}
	held = held[len(tried):]
	if task.Batch == nil && len(held) > 0 && over(held[len(held)-1]) {
		held = nil // messages that the batch had no room for
	}
	return held
}

// report ends a task; how says in which way.
func (d *randomDriver) report(i, how int) {
	task := d.tasks[i]
	d.tasks = slices.Delete(d.tasks, i, i+1)
	if task.Batch != nil {
		outcome := []mapping.Outcome{mapping.Succeeded, mapping.Errored, mapping.Throttled}[how%3]
		if outcome == mapping.Throttled {
			d.tried[task.Process] = task.Batch
		} else {
			d.held[task.Process] = d.held[task.Process][len(task.Batch):]
		}
		d.poller.Invoked(d.now, task.Process, outcome)
		return
	}
	received := min(how, task.Max)
	var messages []mapping.Message[int]
	for range received {
		if d.rng.IntN(5) == 0 {
			continue // a filter drops it
		}
		d.sent++
		d.bytes[d.sent] = d.rng.Int64N(1 << (8 + d.rng.IntN(13)))
		d.since[d.sent] = d.now
		d.held[task.Process] = append(d.held[task.Process], d.sent)
		messages = append(messages, mapping.Message[int]{Of: d.sent, Bytes: d.bytes[d.sent]})
	}
	d.poller.Received(d.now, task.Process, received, messages)
}

// stop stops the poller, which ends when its tasks have.
func (d *randomDriver) stop() {
	d.poller.Stop(d.now)
	for n := 0; ; n++ {
		d.drive()
		if len(d.tasks) == 0 {
			break
		}
		if n > 100_000 {
			d.t.Fatal("does not stop")
		}
		how := 0
		if d.tasks[0].Batch == nil {
			how = d.rng.IntN(3)
		}
		d.report(0, how)
	}
	if all, _ := d.poller.Processes(); all != 0 {
		d.t.Errorf("%d processes after the end", all)
	}
	if wake := d.poller.Wake(); !wake.IsZero() {
		d.t.Errorf("wakes at %v after the end", wake)
	}
}

// A clock that is set back by hours keeps no process waiting for as long.
func TestClockSetBack(t *testing.T) {
	p := mapping.NewPoller[int](epoch, mapping.Pace{Timeout: time.Second, Visibility: time.Minute, MaximumConcurrency: 1})
	task, _ := p.Next(epoch)
	p.Received(epoch, task.Process, 1, []mapping.Message[int]{{Of: 1, Bytes: 100}})
	task, _ = p.Next(epoch)
	p.Invoked(epoch, task.Process, mapping.Throttled)
	if got, want := p.Wake(), epoch.Add(time.Second); got != want {
		t.Fatalf("wakes at %v, want %v", got, want)
	}
	back := epoch.Add(-3 * time.Hour)
	if _, ok := p.Next(back); ok {
		t.Error("the batch is tried before its wait")
	}
	if got, want := p.Wake(), back.Add(time.Second); got != want {
		t.Errorf("wakes at %v, want %v: a second after the clock was set back", got, want)
	}
	if task, ok := p.Next(back.Add(time.Second)); !ok || task.Batch == nil {
		t.Errorf("task %+v, %t: want the batch again", task, ok)
	}
}

// A receive that fails at once is not repeated at once.
func TestFailedReceives(t *testing.T) {
	p := mapping.NewPoller[int](epoch, mapping.Pace{Timeout: time.Second, Visibility: time.Minute, MaximumConcurrency: 2})
	for range 2 {
		task, _ := p.Next(epoch)
		p.Received(epoch.Add(time.Millisecond), task.Process, 0, nil)
	}
	now := epoch.Add(time.Millisecond)
	if task, ok := p.Next(now); ok {
		t.Errorf("task %+v at once", task)
	}
	if got, want := p.Wake(), now.Add(time.Second); got != want {
		t.Errorf("wakes at %v, want %v", got, want)
	}
	if task, ok := p.Next(now.Add(time.Second)); !ok || task.Max != 10 {
		t.Errorf("task %+v, %t: want a receive", task, ok)
	}
}

// What a message costs the poller: a tenth of a receive and of an invocation.
func BenchmarkPoller(b *testing.B) {
	messages := make([]mapping.Message[uint32], 10)
	for i := range messages {
		messages[i] = mapping.Message[uint32]{Of: uint32(i), Bytes: 300}
	}
	p := mapping.NewPoller[uint32](epoch, mapping.Pace{Timeout: time.Second, Visibility: time.Minute})
	now := epoch
	var running []mapping.Process
	b.ReportAllocs()
	for n := 0; n < b.N; {
		task, ok := p.Next(now)
		switch {
		case !ok:
			now = now.Add(10 * time.Millisecond)
			for _, r := range running {
				p.Invoked(now, r, mapping.Succeeded)
			}
			running = running[:0]
		case task.Batch != nil:
			running = append(running, task.Process)
		default:
			p.Received(now, task.Process, 10, messages)
			n += 10
		}
	}
}

// A driver that is a little late each time adds 300 processes a minute all the same.
func TestLateDriver(t *testing.T) {
	p := mapping.NewPoller[int](epoch, mapping.Pace{Timeout: time.Hour, Visibility: time.Hour, BatchSize: 1})
	for now := epoch; !now.After(epoch.Add(time.Minute)); now = now.Add(90 * time.Millisecond) {
		for {
			task, ok := p.Next(now)
			if !ok {
				break
			}
			if task.Batch == nil {
				p.Received(now, task.Process, 1, []mapping.Message[int]{{Of: 1, Bytes: 100}})
			}
		}
	}
	if all, _ := p.Processes(); all < 304 || all > 305 {
		t.Errorf("%d processes after a minute, want 305", all)
	}
}

// An hour without an empty receive is no reason to drop all processes at the next
// one.
func TestFallIsGradual(t *testing.T) {
	p := mapping.NewPoller[int](epoch, mapping.Pace{Timeout: time.Hour, Visibility: time.Hour, BatchSize: 1})
	now := epoch
	var tasks []mapping.Task[int]
	take := func(grow bool) {
		for task, ok := p.Next(now); ok; task, ok = p.Next(now) {
			if task.Batch == nil && grow {
				p.Received(now, task.Process, 1, []mapping.Message[int]{{Of: 1, Bytes: 100}})
				continue
			}
			tasks = append(tasks, task)
		}
	}
	for all, _ := p.Processes(); all < 100; all, _ = p.Processes() {
		now = now.Add(200 * time.Millisecond)
		take(true)
	}
	for _, task := range tasks {
		p.Invoked(now, task.Process, mapping.Succeeded)
	}
	tasks = nil
	take(false)
	empty := func(of []mapping.Task[int]) {
		for _, task := range of {
			p.Received(now, task.Process, 0, nil)
		}
	}
	now = now.Add(20 * time.Second)
	empty(tasks[:1])
	now = now.Add(time.Hour)
	empty(tasks[1:])
	if all, _ := p.Processes(); all != 50 {
		t.Errorf("%d processes, want 50: 50 fall in the 20 s of a long poll", all)
	}
}
