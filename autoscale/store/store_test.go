package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"lullaby/autoscale"
	"lullaby/autoscale/store"
	"lullaby/storage"
)

// inWorld runs a test in virtual time.
func inWorld(t *testing.T, do func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.close() }()
		do(w)
	})
}

// described is all that the API tells.
func (w *world) described() string {
	w.t.Helper()
	return strings.Join([]string{
		w.do("DescribeScalableTargets", ""), w.do("DescribeScalingPolicies", ""), w.do("DescribeScheduledActions", ""),
		w.do("DescribeScalingActivities", `,"IncludeNotScaledActivities":true`),
	}, "\n")
}

func pass(d time.Duration) { time.Sleep(d); synctest.Wait() }

// An alarm changes the table, its activity tells how that went, and the alarms of the
// policy are others.
func TestAnAlarmChangesTheTable(t *testing.T) {
	inWorld(t, func(w *world) {
		w.scaled()
		_, high := w.alarms.names()
		if err := w.alarm(1200); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := w.activities(); len(got) != 1 || got[0] != "InProgress: Setting write capacity units to 40. "+inProgress {
			t.Errorf("while the table changes: %q", got)
		}
		pass(2 * time.Second)
		if got := w.tables.units[writes]; got != 40 {
			t.Errorf("%d units, want 40", got)
		}
		want := "Successful: Setting write capacity units to 40. Successfully set write capacity units to 40. Change successfully fulfilled by dynamodb."
		if got := w.activities(); len(got) != 1 || got[0] != want {
			t.Errorf("%q, want %q", got, want)
		}
		if all, now := w.alarms.names(); len(all) != 4 || now == high || w.alarms.byName[now].Threshold != 1200 {
			t.Errorf("alarms %q, before %s", all, high)
		}
	})
}

// A refused change is a failed activity, and the next alarm asks again.
func TestARefusedChange(t *testing.T) {
	inWorld(t, func(w *world) {
		w.scaled()
		w.tables.refuse(errors.New("Subscriber limit exceeded"))
		for range 2 {
			if err := w.alarm(1200); err != nil {
				t.Fatal(err)
			}
			pass(time.Minute)
		}
		want := "Failed: Setting write capacity units to 40. Failed to set write capacity units to 40. Reason: Failed updating table: Subscriber limit exceeded"
		if got := w.activities(); !slices.Equal(got, []string{want, want}) {
			t.Errorf("%q, want twice %q", got, want)
		}
		w.tables.refuse(nil)
		if err := w.alarm(1200); err != nil {
			t.Fatal(err)
		}
		if pass(time.Minute); w.tables.units[writes] != 40 {
			t.Errorf("%d units in the end", w.tables.units[writes])
		}
	})
}

// Two directions of a table wait for each other.
func TestTwoDirectionsOfATable(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, dimension := range []string{"Read", "Write"} {
			w.does("RegisterScalableTarget", `,"ScalableDimension":"dynamodb:table:`+dimension+`CapacityUnits","MinCapacity":9,"MaxCapacity":10`)
		}
		if pass(time.Minute); w.tables.units[reads] != 9 || w.tables.units[writes] != 9 {
			t.Errorf("units %v, want 9 and 9", w.tables.units)
		}
	})
}

// What a person changes reaches the alarms, and so does what a template changed between
// two starts. A table that is deleted has none, and its target stays.
func TestChangesByPeople(t *testing.T) {
	inWorld(t, func(w *world) {
		w.scaled()
		threshold := func() float64 {
			_, high := w.alarms.names()
			return w.alarms.byName[high].Threshold
		}
		w.tables.set(writes, 20)
		if pass(time.Second); threshold() != 600 {
			t.Errorf("a threshold of %g for 20 units, want 600", threshold())
		}
		w.halt()
		w.tables.set(writes, 30)
		w.crash()
		if pass(time.Second); threshold() != 900 {
			t.Errorf("a threshold of %g for 30 units, want 900", threshold())
		}
		w.tables.set(writes, 0)
		pass(time.Second)
		if got := w.do("DescribeScalableTargets", ""); !strings.Contains(got, "table/orders") {
			t.Errorf("the target of a deleted table: %s", got)
		}
		w.tables.set(writes, 5)
		if pass(time.Second); threshold() != 150 {
			t.Errorf("a threshold of %g for a new table, want 150", threshold())
		}
	})
}

// An order for what the table has already, which nobody has told, is done.
func TestATableThatHasItAlready(t *testing.T) {
	inWorld(t, func(w *world) {
		w.scaled()
		synctest.Wait()
		w.tables.mu.Lock()
		w.tables.units[writes] = 40
		w.tables.mu.Unlock()
		if err := w.alarm(1200); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if got := w.activities(); len(got) != 1 || !strings.HasPrefix(got[0], "Successful: Setting write capacity units to 40.") || len(w.tables.asked) != 0 {
			t.Errorf("%q, the table was asked for %v", got, w.tables.asked)
		}
	})
}

// A table that is being made has no units yet. Nobody tells when it has.
func TestATableThatIsBeingMade(t *testing.T) {
	inWorld(t, func(w *world) {
		w.tables.making(writes, true)
		w.scaled()
		pass(time.Hour)
		if all, _ := w.alarms.names(); len(all) != 0 {
			t.Errorf("alarms %q of a table without units", all)
		}
		w.tables.making(writes, false)
		if pass(2 * time.Second); len(w.alarms.byName) != 4 {
			t.Errorf("%d alarms, want 4", len(w.alarms.byName))
		}
	})
}

// A crash after any change loses nothing, and an activity under way comes to its end.
func TestACrashLosesNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.scaled()
		for _, step := range []struct {
			name   string
			change func()
		}{
			{"the policy", func() {}},
			{"a scheduled action", func() {
				w.does("PutScheduledAction", `,"ScheduledActionName":"later","Schedule":"rate(1 day)","ScalableTargetAction":{"MinCapacity":7}`)
			}},
			{"an activity", func() { _ = w.alarm(1200); pass(time.Minute) }},
			{"another policy", func() { w.does("PutScalingPolicy", other) }},
			{"a policy less", func() { w.does("DeleteScalingPolicy", `,"PolicyName":"other"`) }},
		} {
			step.change()
			synctest.Wait()
			before := w.described()
			alarms, _ := w.alarms.names()
			w.crash()
			synctest.Wait()
			if diff := cmp.Diff(before, w.described()); diff != "" {
				t.Errorf("after %s (-before +after):\n%s", step.name, diff)
			}
			if after, _ := w.alarms.names(); !slices.Equal(alarms, after) {
				t.Errorf("after %s: alarms %q, before %q", step.name, after, alarms)
			}
		}
		w.tables.set(writes, 5)
		pass(time.Second)
		if err := w.alarm(1200); err != nil {
			t.Fatal(err)
		}
		w.crash() // the table has taken the order or not
		pass(time.Minute)
		if got := w.activities()[0]; !strings.HasPrefix(got, "Successful: ") || w.tables.units[writes] != 40 {
			t.Errorf("%s with %d units", got, w.tables.units[writes])
		}
	})
}

// A crash between a policy and its alarms leaves them agreed: at the next start, and if
// nothing crashed within a minute.
func TestAlarmsAgreeWithPolicies(t *testing.T) {
	for name, again := range map[string]func(w *world){
		"crash": func(w *world) { w.crash() },
		"time":  func(*world) { pass(2 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.alarms.byName["mine"] = w.alarms.byName[""] // a person's
				if name == "crash" {
					w.halt() // Run would mend them
				}
				w.alarms.breaks(true)
				w.scaled()
				if all, _ := w.alarms.names(); len(all) != 1 {
					t.Fatalf("alarms %q", all)
				}
				w.alarms.breaks(false)
				again(w)
				if all, _ := w.alarms.names(); len(all) != 5 {
					t.Errorf("alarms %q, want four and one", all)
				}
				if name == "crash" {
					w.halt()
				}
				w.alarms.breaks(true)
				w.do("DeleteScalingPolicy", `,"PolicyName":"half"`)
				w.alarms.breaks(false)
				again(w)
				if all, _ := w.alarms.names(); !slices.Equal(all, []string{"mine"}) {
					t.Errorf("alarms %q, want mine alone", all)
				}
			})
		})
	}
}

// A sizedFS is a file system that says how much of it is free.
type sizedFS struct {
	vfs.FS

	free atomic.Uint64 // bytes
}

// GetDiskUsage implements vfs.FS.
func (fs *sizedFS) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{AvailBytes: fs.free.Load(), TotalBytes: math.MaxInt64}, nil
}

// On a full disk requests are refused and leave nothing, deletions and scaling go on.
func TestFullDisk(t *testing.T) {
	inWorld(t, func(w *world) {
		w.close()
		disk := &sizedFS{FS: w.fs}
		disk.free.Store(1 << 30)
		w.fs = disk
		w.open()
		w.scaled()
		before := w.described()
		disk.free.Store(0)
		pass(time.Second)
		for operation, members := range map[string]string{
			"RegisterScalableTarget": `,"MinCapacity":6`,
			"PutScalingPolicy":       other,
			"PutScheduledAction":     `,"ScheduledActionName":"a","Schedule":"rate(1 day)","ScalableTargetAction":{"MinCapacity":6}`,
		} {
			if got := w.do(operation, members); !strings.Contains(got, storage.ErrNoRoom.Error()) {
				t.Errorf("%s: %s", operation, got)
			}
		}
		if diff := cmp.Diff(before, w.described()); diff != "" {
			t.Errorf("refused requests left something (-before +after):\n%s", diff)
		}
		if err := w.alarm(1200); err != nil {
			t.Error(err)
		}
		if pass(time.Minute); w.tables.units[writes] != 40 {
			t.Errorf("%d units, want 40", w.tables.units[writes])
		}
		if got := w.do("DeleteScalingPolicy", `,"PolicyName":"half"`); got != "{}" {
			t.Error(got)
		}
		disk.free.Store(1 << 30)
		pass(time.Second)
		if got := w.do("PutScalingPolicy", half); !strings.HasPrefix(got, "{") {
			t.Error(got)
		}
	})
}

// Scheduled actions run at their time, also one that was put while Run waits for a later
// one, and one that was missed runs at the next start.
func TestScheduledActions(t *testing.T) {
	inWorld(t, func(w *world) {
		w.scaled()
		for name, in := range map[string]time.Duration{"late": 5 * time.Hour, "soon": time.Hour} {
			at := time.Now().Add(in).UTC().Format("2006-01-02T15:04:05")
			w.does("PutScheduledAction", fmt.Sprintf(`,"ScheduledActionName":%q,"Schedule":"at(%s)","ScalableTargetAction":{"MinCapacity":%d}`, name, at, 10+in/time.Hour))
		}
		if pass(time.Hour + 5*time.Second); w.tables.units[writes] != 11 {
			t.Errorf("%d units after an hour, want 11", w.tables.units[writes])
		}
		w.halt()
		time.Sleep(10 * time.Hour)
		w.crash()
		if pass(5 * time.Second); w.tables.units[writes] != 15 {
			t.Errorf("%d units after a start, want 15", w.tables.units[writes])
		}
	})
}

// Pages have what was there when they were asked for, each once.
func TestPages(t *testing.T) {
	inWorld(t, func(w *world) {
		w.scaled()
		const count = 7
		for i := range count {
			w.tables.set(writes, 5)
			pass(time.Second)
			if err := w.alarm(float64(600 + 60*i)); err != nil {
				t.Fatal(err)
			}
			pass(time.Minute)
		}
		seen, token := map[string]bool{}, ""
		for {
			var out store.DescribeScalingActivitiesOutput
			if err := json.Unmarshal([]byte(w.do("DescribeScalingActivities", `,"MaxResults":2`+token)), &out); err != nil {
				t.Fatal(err)
			}
			for _, a := range out.ScalingActivities {
				if seen[a.ActivityId] || a.StatusCode != autoscale.Successful {
					t.Errorf("activity %+v", a)
				}
				seen[a.ActivityId] = true
			}
			if out.NextToken == nil {
				break
			}
			token = fmt.Sprintf(`,"NextToken":%q`, *out.NextToken)
		}
		if len(seen) != count {
			t.Errorf("%d activities, want %d", len(seen), count)
		}
		if got := w.do("DescribeScalingActivities", `,"NextToken":"?"`); !strings.Contains(got, "token") {
			t.Error(got)
		}
	})
}

// other is a policy on a metric of a person's.
const other = `,"PolicyName":"other","PolicyType":"TargetTrackingScaling","TargetTrackingScalingPolicyConfiguration":` +
	`{"TargetValue":50,"CustomizedMetricSpecification":{"Namespace":"App","MetricName":"Load","Statistic":"Average"}}`

// inProgress is what an activity under way says.
const inProgress = "Successfully set write capacity units to 40. Waiting for change to be fulfilled by dynamodb."
