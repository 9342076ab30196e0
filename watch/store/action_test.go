package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
	"lullaby/watch/request"
	"lullaby/watch/store"
)

// openActing opens a store whose alarms act.
func openActing(t *testing.T, fs *vfs.MemFS, act func(action string, e watch.Event, d watch.Description) error) *disk {
	t.Helper()
	db, err := storage.Open("", storage.Options{FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s, err := store.New(db, store.Options{Act: act})
	if err != nil {
		t.Fatal(err)
	}
	return &disk{Store: s, t: t, db: db, fs: fs}
}

func (d *disk) set(now instant.Instant, name, state string) error {
	_, err := d.SetAlarmState(d.t.Context(), now, &request.SetAlarmStateInput{AlarmName: name, StateValue: state, StateReason: "by hand"})
	return err
}

// A crash between a change and the end of its actions repeats the actions, before those
// of any later change, and those that were done are not done again.
func TestActionsAfterACrash(t *testing.T) {
	var crashed *vfs.MemFS
	var acted []string
	fs := vfs.NewCrashableMem()
	d := openActing(t, fs, func(_ string, e watch.Event, _ watch.Description) error {
		acted = append(acted, string(e.New.Value))
		if len(acted) == 2 {
			crashed = fs.CrashClone(vfs.CrashCloneCfg{})
		}
		return nil
	})
	in := highOf("high", 1)
	in.OKActions = in.AlarmActions
	d.put(begin, in)
	for i, state := range []string{"ALARM", "OK"} {
		if err := d.set(begin.Add(time.Duration(i+1)*time.Second), "high", state); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"ALARM", "OK"}; !slices.Equal(acted, want) {
		t.Fatalf("acted %q, want %q", acted, want)
	}
	var again []string
	act := func(action string, e watch.Event, d watch.Description) error {
		again = append(again, fmt.Sprint(d.Name, " ", action, " ", e.At.Sub(begin), " ", e.New.Value))
		return nil
	}
	after := openActing(t, crashed, act)
	if err := after.set(begin.Add(3*time.Second), "high", "ALARM"); err != nil {
		t.Fatal(err)
	}
	after.First(begin.Add(4 * time.Second))
	const night = "high arn:aws:sns:us-east-1:1:night "
	if want := []string{night + "2s OK", night + "3s ALARM"}; !slices.Equal(again, want) {
		t.Errorf("after the crash %q, want %q", again, want)
	}
	again = nil
	openActing(t, crashed.CrashClone(vfs.CrashCloneCfg{}), act).First(begin.Add(5 * time.Second))
	if again != nil {
		t.Errorf("after a further start %q, want nothing", again)
	}
	history, _ := after.history(&request.DescribeAlarmHistoryInput{HistoryItemType: "Action", ScanBy: "TimestampAscending"})
	if len(history) != 3 {
		t.Errorf("history of actions: %q, want three", history)
	}
}

// Actions come in the order of the changes, one at a time, whoever makes them.
func TestActionsComeInOrder(t *testing.T) {
	var busy sync.Mutex
	var states []watch.StateValue
	d := openActing(t, vfs.NewCrashableMem(), func(_ string, e watch.Event, _ watch.Description) error {
		if !busy.TryLock() {
			t.Error("two actions at a time")
			return nil
		}
		defer busy.Unlock()
		if n := len(states); n > 0 && states[n-1] == e.New.Value {
			t.Errorf("change %d is %s again", n, e.New.Value)
		}
		states = append(states, e.New.Value)
		return errors.New("nobody there")
	})
	in := highOf("high", 1)
	in.OKActions = in.AlarmActions
	d.put(begin, in)
	var callers sync.WaitGroup
	for i := range 8 {
		callers.Go(func() {
			for n := range 25 {
				if err := d.set(begin.Add(time.Duration(n)*time.Second), "high", []string{"ALARM", "OK"}[(i+n)%2]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait()
	if len(states) < 20 {
		t.Errorf("%d changes, want many", len(states))
	}
}
