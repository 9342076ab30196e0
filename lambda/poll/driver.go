package poll

import (
	"context"
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"lullaby/instant"
	"lullaby/lambda/mapping"
)

// A driver performs the tasks of one mapping. Its run owns the poller; each task has
// a goroutine, so there are as many as the poller has processes.
type driver struct {
	e     *Engine
	uuid  string
	queue string // ARN
	url   string // of the queue

	wanted  atomic.Pointer[target] // stored by Engine.direct; nil: do not poll
	gone    atomic.Bool            // the mapping is deleted
	kicks   chan struct{}          // capacity 1; sent to when one of them changes
	reports chan report            // unbuffered; sent to by tasks

	// The goroutine in run owns what follows.
	poller   *mapping.Poller[*message]
	target   *target // nil: the poller is stopped
	pace     mapping.Pace
	receives context.Context // of receives, until the poller is stopped
	cancel   context.CancelFunc
	trouble  string // the last error of the queue that was logged
}

// A target is what is to be done with messages. It does not change.
type target struct {
	mapping.Target

	function *function
	filters  *mapping.Filters
}

// A report says what came of a task.
type report struct {
	process mapping.Process

	received int // of a receive
	messages []mapping.Message[*message]
	err      error // why it brought none

	invoked bool // of an invocation
	outcome mapping.Outcome
}

func (e *Engine) newDriver(m *mapping.Mapping) *driver {
	return &driver{
		e: e, uuid: m.UUID, queue: m.EventSourceARN, url: queuePath(m.EventSourceARN),
		kicks: make(chan struct{}, 1), reports: make(chan report), poller: new(mapping.Poller[*message]),
		cancel: func() {},
	}
}

// want tells the driver what the mapping wants by now. A mapping whose function is no
// longer there does not poll, nor does one with filters that do not compile: both
// were stored before. Only Engine.direct calls it.
func (d *driver) want(m *mapping.Mapping) {
	old, wanted := d.wanted.Load(), (*target)(nil)
	if f := d.e.functions[m.Now.Function]; f != nil && m.Polls() {
		if old != nil && reflect.DeepEqual(old.Target, m.Now) {
			return
		}
		if filters, err := mapping.Compile(m.Now.Settings.FilterCriteria); err == nil {
			wanted = &target{m.Now, f, filters}
		}
	}
	if old != wanted {
		d.wanted.Store(wanted)
		d.kick()
	}
}

// dismiss has the driver end when nothing is in flight.
func (d *driver) dismiss() {
	d.wanted.Store(nil)
	d.gone.Store(true)
	d.kick()
}

func (d *driver) kick() {
	select {
	case d.kicks <- struct{}{}:
	default:
	}
}

// run performs tasks until ctx ends, or until the mapping is deleted and nothing of
// it is in flight. When it returns, all tasks have ended.
func (d *driver) run(ctx context.Context) {
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer func() { d.cancel() }()
	wake := time.NewTimer(0)
	defer wake.Stop()
	for {
		now := instant.Of(time.Now())
		d.obey(ctx, now)
		for t, ok := d.poller.Next(now); ok; t, ok = d.poller.Next(now) {
			perform := d.task(ctx, t)
			tasks.Go(func() {
				select {
				case d.reports <- perform():
				case <-ctx.Done():
				}
			})
		}
		if alive, _ := d.poller.Processes(); alive == 0 && d.gone.Load() {
			return
		}
		if wake.Stop(); !d.poller.Wake().IsZero() {
			wake.Reset(d.poller.Wake().Sub(now))
		}
		select {
		case <-ctx.Done():
			return
		case <-d.kicks:
		case <-wake.C:
		case r := <-d.reports:
			d.note(r)
		}
	}
}

// obey starts the poller, changes its pace, or stops it, as is wanted by now.
func (d *driver) obey(ctx context.Context, now instant.Instant) {
	was, wanted := d.target, d.wanted.Load()
	d.target = wanted
	if wanted == nil {
		if was != nil {
			d.cancel()
			d.poller.Stop(now)
		}
		return
	}
	if was == nil {
		d.receives, d.cancel = context.WithCancel(ctx)
	}
	visibility := d.pace.Visibility // of a queue that is gone
	if s, ok := d.e.queues.Settings(d.queue); ok {
		visibility = s.Visibility
	}
	pace := wanted.Settings.Pace(wanted.function.Timeout, visibility)
	pace.Assumptions = d.e.opts.Assumptions
	if was == nil || pace != d.pace {
		d.pace = pace
		d.poller.Start(now, pace)
	}
}

// note tells the poller what came of a task.
func (d *driver) note(r report) {
	now := instant.Of(time.Now())
	if r.invoked {
		d.poller.Invoked(now, r.process, r.outcome)
		return
	}
	d.poller.Received(now, r.process, r.received, r.messages)
	if r.err == nil {
		d.trouble = ""
	} else if text := r.err.Error(); text != d.trouble {
		d.trouble = text
		d.e.opts.Log.Warn("event source mapping receives nothing", slog.String("queue", d.queue), slog.Any("error", r.err))
	}
}
