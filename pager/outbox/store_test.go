package outbox_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/instant"
	"lullaby/pager"
	"lullaby/pager/outbox"
	"lullaby/storage"
	"lullaby/watch"
)

// A receiver answers by answer, which is told how often it was called before.
type receiver struct {
	name   string
	answer func(ctx context.Context, n int, p *pager.Page) outbox.Answer

	mu  sync.Mutex
	got []string
}

func (r *receiver) ID() string   { return r.name }
func (r *receiver) Name() string { return "the " + r.name }

func (r *receiver) Send(ctx context.Context, p *pager.Page) outbox.Answer {
	r.mu.Lock()
	n := len(r.got)
	r.got = append(r.got, string(p.Kind)+" "+p.Alarm)
	r.mu.Unlock()
	return r.answer(ctx, n, p)
}

func (r *receiver) pages() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func always(o pager.Outcome) func(context.Context, int, *pager.Page) outbox.Answer {
	return func(context.Context, int, *pager.Page) outbox.Answer {
		return outbox.Answer{Report: pager.Report{Outcome: o}, Text: fmt.Sprint("outcome ", o)}
	}
}

// A pages is a store of pages on a disk.
type pages struct {
	*outbox.Store
	t    *testing.T
	fs   *vfs.MemFS
	db   *storage.DB
	log  *bytes.Buffer
	stop func()
}

// open opens the pages on a disk, and sends them.
func open(t *testing.T, fs *vfs.MemFS, receivers ...*receiver) *pages {
	t.Helper()
	db, err := storage.Open("", storage.Options{FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	d := &pages{t: t, fs: fs, db: db, log: new(bytes.Buffer)}
	o := outbox.Options{Log: slog.New(slog.NewTextHandler(d.log, nil))}
	for _, r := range receivers {
		o.Receivers = append(o.Receivers, r)
	}
	if d.Store, err = outbox.New(db, o); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	d.stop = func() {
		cancel()
		running.Wait()
	}
	return d
}

// close ends the pages, as Ctrl-C does.
func (d *pages) close() {
	d.t.Helper()
	d.stop()
	if err := d.db.Close(); err != nil {
		d.t.Error(err)
	}
}

// take has an alarm change now.
func (d *pages) take(name string, to watch.StateValue) watch.Event {
	d.t.Helper()
	e := watch.Event{At: instant.Of(time.Now()), Alarm: name, Changed: true, Actions: []string{"arn:aws:sns:us-east-1:123456789012:night"}}
	e.New.Value = to
	d.again(e)
	return e
}

func (d *pages) again(e watch.Event) {
	d.t.Helper()
	now := instant.Of(time.Now())
	err := d.Take(now, e.Alarm, &e, func(kind pager.Kind, since instant.Instant) pager.Page {
		return pager.Page{Kind: kind, Key: e.Alarm, Alarm: e.Alarm, Since: since, At: e.At}
	})
	if err != nil {
		d.t.Error(err)
	}
}

// expect fails unless a receiver has got pages. A commit may wait for others for less
// than a millisecond.
func expect(t *testing.T, r *receiver, want ...string) {
	t.Helper()
	time.Sleep(time.Millisecond)
	synctest.Wait()
	if got := r.pages(); !slices.Equal(got, want) {
		t.Errorf("the %s got %q, want %q", r.name, got, want)
	}
}

// Each receiver gets a page and its recovery once, and waits for no other: one that
// hangs, one that fails for some minutes, one that takes them.
func TestReceiversWaitForThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := &receiver{name: "hanging", answer: func(ctx context.Context, _ int, _ *pager.Page) outbox.Answer {
			select {
			case <-ctx.Done():
			case <-time.After(time.Hour):
			}
			return outbox.Answer{Report: pager.Report{Outcome: pager.Unknown}}
		}}
		fails := &receiver{name: "failing", answer: func(ctx context.Context, n int, p *pager.Page) outbox.Answer {
			return always(map[bool]pager.Outcome{true: pager.Failed, false: pager.Delivered}[n < 4])(ctx, n, p)
		}}
		takes := &receiver{name: "taking", answer: always(pager.Delivered)}
		d := open(t, vfs.NewCrashableMem(), hangs, fails, takes)
		defer d.close()
		d.take("high", watch.StateAlarm)
		expect(t, takes, "trigger high")
		expect(t, hangs, "trigger high")
		expect(t, fails, "trigger high")
		time.Sleep(20 * time.Second)
		expect(t, fails, "trigger high", "trigger high", "trigger high", "trigger high", "trigger high")
		d.take("high", watch.StateOK)
		expect(t, takes, "trigger high", "recovery high")
		if n := d.Waiting(); n != 2 { // of the hanging
			t.Errorf("%d pages wait, want 2", n)
		}
		if text := d.log.String(); strings.Count(text, "tried again") != 1 || !strings.Contains(text, `level=INFO msg="page delivered at last" receiver="the failing"`) {
			t.Errorf("the log, want one failure and its end:\n%s", text)
		}
	})
}

// After a crash at any instant a page goes out that has not, and none that is known to
// have arrived; the change that comes once more is no page.
func TestCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := &receiver{name: "down", answer: always(pager.Failed)}
		up := &receiver{name: "up", answer: always(pager.Delivered)}
		d := open(t, vfs.NewCrashableMem(), down, up)
		first := d.take("first", watch.StateAlarm)
		over := d.take("over", watch.StateAlarm)
		time.Sleep(time.Minute)
		end := d.take("over", watch.StateOK)
		expect(t, up, "trigger first", "trigger over", "recovery over")
		crashed := d.fs.CrashClone(vfs.CrashCloneCfg{})
		d.close()

		up, down = &receiver{name: "up", answer: always(pager.Delivered)}, &receiver{name: "down", answer: always(pager.Delivered)}
		d = open(t, crashed, up, down)
		defer d.close()
		for _, e := range []watch.Event{first, over, end} {
			d.again(e)
		}
		expect(t, up)
		expect(t, down, "trigger first")
		time.Sleep(time.Minute)
		d.take("first", watch.StateOK)
		expect(t, up, "recovery first")
		expect(t, down, "trigger first", "recovery first")
	})
}

// A page whose receiver had it in hand when the program was killed goes out once more.
// When the program ends in order, the receiver has a moment to answer, and it does not.
func TestPagesUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func() *receiver {
			return &receiver{name: "slow", answer: func(ctx context.Context, n int, p *pager.Page) outbox.Answer {
				time.Sleep(100 * time.Millisecond)
				return always(pager.Delivered)(ctx, n, p)
			}}
		}
		r := slow()
		d := open(t, vfs.NewCrashableMem(), r)
		d.take("high", watch.StateAlarm)
		expect(t, r, "trigger high")
		crashed := d.fs.CrashClone(vfs.CrashCloneCfg{})
		d.close()
		ended := d.fs

		for _, tt := range []struct {
			name string
			fs   *vfs.MemFS
			want []string
		}{{"killed", crashed, []string{"trigger high"}}, {"ended", ended, nil}} {
			r := slow()
			d := open(t, tt.fs, r)
			time.Sleep(time.Second)
			synctest.Wait()
			if got := r.pages(); !slices.Equal(got, tt.want) {
				t.Errorf("%s: then the receiver got %q, want %q", tt.name, got, tt.want)
			}
			d.close()
		}
	})
}

// What waits for a receiver that is named no more is dropped, and the log says so.
func TestReceiverIsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, vfs.NewCrashableMem(), &receiver{name: "down", answer: always(pager.Failed)})
		d.take("high", watch.StateAlarm)
		time.Sleep(time.Millisecond)
		synctest.Wait()
		d.close()
		d = open(t, d.fs)
		if text := d.log.String(); !strings.Contains(text, `msg="page dropped: its receiver is not named any more" receiver=down kind=trigger alarm=high`) {
			t.Errorf("the log:\n%s", text)
		}
		d.close()
		r := &receiver{name: "down", answer: always(pager.Delivered)}
		d = open(t, d.fs, r)
		defer d.close()
		expect(t, r)
	})
}

// Incidents that are over are forgotten in the end, those that are not stay.
func TestIncidentsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, vfs.NewCrashableMem())
		d.take("over", watch.StateAlarm)
		time.Sleep(time.Second)
		d.take("over", watch.StateOK)
		d.take("open", watch.StateAlarm)
		d.close()
		time.Sleep(31 * 24 * time.Hour)
		d = open(t, d.fs)
		defer d.close()
		keys := 0
		if err := d.db.Scan([]byte{storage.Pages}, []byte{storage.Pages + 1}, func(key, _ []byte) (bool, error) {
			if keys++; !bytes.HasSuffix(key, []byte("open")) {
				t.Errorf("there is %q", key)
			}
			return true, nil
		}); err != nil || keys != 1 {
			t.Errorf("%d keys, %v", keys, err)
		}
	})
}
