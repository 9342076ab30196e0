package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/autoscale/store"
	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/storage"
	"lullaby/watch"
)

// A world is an engine in virtual time, with the tables and the alarms that it works on,
// which outlive it.
type world struct {
	*store.Engine
	t      *testing.T
	fs     vfs.FS
	db     *storage.DB
	tables tables
	alarms alarms
	halt   func()
}

// tables are tables whose units take a second to change.
type tables struct {
	mu      sync.Mutex
	units   map[autoscale.Resource]int64
	pending map[autoscale.Resource]bool
	refusal error // of SetUnits
	asked   []int64
	changed func(table string)
}

func (s *tables) Units(_ instant.Instant, r autoscale.Resource) (units int64, changing bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	units, there := s.units[r]
	if !there {
		err = store.ErrNoResource
	}
	return units, s.pending[r], err
}

func (s *tables) SetUnits(_ context.Context, _ instant.Instant, r autoscale.Resource, units int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, units)
	if s.refusal != nil {
		return s.refusal
	}
	for other := range s.pending {
		if other.Table() == r.Table() {
			return autoscale.ErrBusy
		}
	}
	s.pending[r] = true
	time.AfterFunc(time.Second, func() { s.set(r, units) })
	return nil
}

// set is a change by anyone, which is in force at once. 0 deletes the table.
func (s *tables) set(r autoscale.Resource, units int64) {
	s.mu.Lock()
	delete(s.pending, r)
	if s.units[r] = units; units == 0 {
		delete(s.units, r)
	}
	tell := s.changed
	s.mu.Unlock()
	tell(r.Table())
}

// making begins or ends the making of a table, and tells nobody.
func (s *tables) making(r autoscale.Resource, making bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[r], s.units[r] = making, 0
	if !making {
		delete(s.pending, r)
		s.units[r] = 5
	}
}

func (s *tables) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusal = err
}

// alarms are where alarms are kept.
type alarms struct {
	mu     sync.Mutex
	byName map[string]watch.MetricAlarm
	broken bool // nothing can be replaced
}

func (a *alarms) Replace(_ instant.Instant, deleted []string, made []watch.MetricAlarm) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.broken {
		return errors.New("disk on fire")
	}
	for _, name := range deleted {
		delete(a.byName, name)
	}
	for _, m := range made {
		a.byName[m.AlarmName] = m
	}
	return nil
}

func (a *alarms) ActingOn(prefix string) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var names []string
	for name, m := range a.byName {
		if slices.ContainsFunc(m.AlarmActions, func(action string) bool { return strings.HasPrefix(action, prefix) }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (a *alarms) breaks(broken bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.broken = broken
}

// names returns the names of the alarms, and high that of an AlarmHigh.
func (a *alarms) names() (all []string, high string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	all = slices.Sorted(maps.Keys(a.byName))
	for _, name := range all {
		if strings.Contains(name, "AlarmHigh") {
			high = name
		}
	}
	return all, high
}

var (
	writes = autoscale.ResourceOf("orders", "", false)
	reads  = autoscale.ResourceOf("orders", "", true)
)

// newWorld returns a world with a table of five units, on a disk that can crash. Call it
// in a bubble of synctest.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, fs: vfs.NewCrashableMem()}
	w.tables.units = map[autoscale.Resource]int64{writes: 5, reads: 5}
	w.tables.pending = map[autoscale.Resource]bool{}
	w.alarms.byName = map[string]watch.MetricAlarm{}
	w.tables.changed = func(table string) { w.Changed(table) }
	w.open()
	return w
}

// open opens the engine on what is in the file system, and runs it.
func (w *world) open() {
	w.t.Helper()
	var err error
	if w.db, err = storage.Open("", storage.Options{FS: w.fs}); err != nil {
		w.t.Fatal(err)
	}
	if w.Engine, err = store.New(w.db, &w.tables, &w.alarms, instant.Of(time.Now()), store.Options{Assumed: autoscale.Likely}); err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	var running sync.WaitGroup
	running.Go(func() { w.Run(ctx) })
	w.halt = func() { cancel(); running.Wait() }
}

func (w *world) close() {
	w.t.Helper()
	w.halt()
	if err := w.db.Close(); err != nil {
		w.t.Error(err)
	}
}

// crash opens what was synced.
func (w *world) crash() {
	w.t.Helper()
	fs := w.fs.(*vfs.MemFS).CrashClone(vfs.CrashCloneCfg{})
	w.close()
	w.fs = fs
	w.open()
}

// do performs an operation on the write units of the table, unless members name others, and
// returns its answer or its error as text.
func (w *world) do(operation, members string) string {
	w.t.Helper()
	if !strings.Contains(members, "ScalableDimension") {
		members = `,"ScalableDimension":"dynamodb:table:WriteCapacityUnits"` + members
	}
	text := `{"ServiceNamespace":"dynamodb","ResourceId":"table/orders"` + members + `}`
	ctx, now := w.t.Context(), instant.Of(time.Now())
	switch operation {
	case "RegisterScalableTarget":
		return answer(w.t, text, func(in *request.RegisterScalableTargetInput) (any, error) {
			return w.RegisterScalableTarget(ctx, now, in)
		})
	case "DeregisterScalableTarget":
		return answer(w.t, text, func(in *request.DeregisterScalableTargetInput) (any, error) {
			return w.DeregisterScalableTarget(ctx, now, in)
		})
	case "PutScalingPolicy":
		return answer(w.t, text, func(in *request.PutScalingPolicyInput) (any, error) { return w.PutScalingPolicy(ctx, now, in) })
	case "DeleteScalingPolicy":
		return answer(w.t, text, func(in *request.DeleteScalingPolicyInput) (any, error) { return w.DeleteScalingPolicy(ctx, now, in) })
	case "PutScheduledAction":
		return answer(w.t, text, func(in *request.PutScheduledActionInput) (any, error) { return w.PutScheduledAction(ctx, now, in) })
	case "DescribeScalableTargets":
		in := request.DescribeScalableTargetsInput{ServiceNamespace: new("dynamodb")}
		return answerOf(w.t)(w.DescribeScalableTargets(ctx, now, &in))
	case "DescribeScalingPolicies":
		return answer(w.t, text, func(in *request.DescribeScalingPoliciesInput) (any, error) {
			return w.DescribeScalingPolicies(ctx, now, in)
		})
	case "DescribeScheduledActions":
		return answer(w.t, text, func(in *request.DescribeScheduledActionsInput) (any, error) {
			return w.DescribeScheduledActions(ctx, now, in)
		})
	case "DescribeScalingActivities":
		return answer(w.t, text, func(in *request.DescribeScalingActivitiesInput) (any, error) {
			return w.DescribeScalingActivities(ctx, now, in)
		})
	}
	w.t.Fatalf("no operation %s", operation)
	return ""
}

func answer[In any](t *testing.T, text string, do func(in *In) (any, error)) string {
	t.Helper()
	in := new(In)
	if err := awsjson.Unmarshal([]byte(text), in); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return answerOf(t)(do(in))
}

func answerOf(t *testing.T) func(out any, err error) string {
	return func(out any, err error) string {
		t.Helper()
		if err != nil {
			return err.Error()
		}
		text, err := awsjson.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

// activities returns what activities say, the newest first.
func (w *world) activities() []string {
	w.t.Helper()
	var out store.DescribeScalingActivitiesOutput
	if err := json.Unmarshal([]byte(w.do("DescribeScalingActivities", "")), &out); err != nil {
		w.t.Fatal(err)
	}
	all := make([]string, 0, len(out.ScalingActivities))
	for _, a := range out.ScalingActivities {
		all = append(all, string(a.StatusCode)+": "+a.Description+" "+a.StatusMessage)
	}
	return all
}

const (
	bounds = `,"MinCapacity":5,"MaxCapacity":200`
	half   = `,"PolicyName":"half","PolicyType":"TargetTrackingScaling","TargetTrackingScalingPolicyConfiguration":` +
		`{"TargetValue":50,"PredefinedMetricSpecification":{"PredefinedMetricType":"DynamoDBWriteCapacityUtilization"}}`
)

// scaled registers the table with a policy.
func (w *world) scaled() {
	w.t.Helper()
	w.does("RegisterScalableTarget", bounds)
	w.does("PutScalingPolicy", half)
}

// does performs an operation that must succeed.
func (w *world) does(operation, members string) {
	w.t.Helper()
	if got := w.do(operation, members); !strings.HasPrefix(got, "{") {
		w.t.Fatalf("%s: %s", operation, got)
	}
}

// alarm lets AlarmHigh act, which saw so many units consumed in each of two minutes.
func (w *world) alarm(consumed float64) error {
	w.t.Helper()
	_, high := w.alarms.names()
	now := instant.Of(time.Now())
	data, err := json.Marshal(map[string]any{
		"version": "1.0", "statistic": "Sum", "period": 60, "recentDatapoints": []float64{consumed, consumed}, "threshold": 150,
		"evaluatedDatapoints": []map[string]any{
			{"timestamp": now.Add(-2 * time.Minute).Time().Format("2006-01-02T15:04:05.000-0700"), "value": consumed},
			{"timestamp": now.Add(-3 * time.Minute).Time().Format("2006-01-02T15:04:05.000-0700"), "value": consumed},
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.alarms.mu.Lock()
	action := w.alarms.byName[high].AlarmActions[0]
	w.alarms.mu.Unlock()
	return w.Act(action, &watch.Event{
		At: now, Alarm: high, Changed: true, Old: watch.AlarmState{Value: watch.StateOK},
		New: watch.AlarmState{Value: watch.StateAlarm, ReasonData: string(data), Updated: now}, Actions: []string{action},
	})
}
