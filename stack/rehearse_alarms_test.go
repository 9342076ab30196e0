package stack

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	scaling "lullaby/autoscale/request"
	"lullaby/dynamo/request"
	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/httpapi"
	"lullaby/gateway/rest"
	"lullaby/instant"
	"lullaby/lambda"
	"lullaby/rehearse"
	"lullaby/storage"
	"lullaby/template"
	watchrequest "lullaby/watch/request"
	"lullaby/watch/store"
)

// A change is a change of an alarm's state: how long after the start, to what, and
// the reason without dates.
type change struct {
	At     time.Duration
	State  string
	Reason string
}

// The alarms of a running stack change at the same instants as those of a rehearsal,
// with the same datapoints in their reasons. The services get the same arrivals: API
// Gateway in front of a function that puts an item into a real table, all measured
// and judged by the store that up has.
func TestRehearsedAlarms(t *testing.T) {
	const ofREST, ofHTTP = "../rehearse/testdata/measured.yaml", "../rehearse/testdata/measured_http.yaml"
	for _, tt := range []struct {
		name, path, traffic string
		set                 func(*rehearse.Options)
		alarms, changes     int // at least
	}{
		{"random", ofREST, "steps:4/s:10m,10/s:10m,4/s", func(*rehearse.Options) {}, 15, 30},
		{
			"throttled by the account", ofREST, "steps:4/s:10m,10/s:10m,4/s",
			func(o *rehearse.Options) { o.Gateway = gateway.Limits{RequestsPerSecond: 6, Burst: 3} }, 15, 30,
		},
		{"even and drained", ofREST, "steps:4/s:10m,0/s:20m,10/s", func(o *rehearse.Options) { o.Even, o.Drained = true, true }, 15, 30},
		{"an HTTP API", ofHTTP, "steps:4/s:10m,10/s:10m,4/s", func(*rehearse.Options) {}, 6, 12},
		{
			"an HTTP API throttled by the account", ofHTTP, "steps:4/s:10m,10/s:10m,4/s",
			func(o *rehearse.Options) { o.Gateway = gateway.Limits{RequestsPerSecond: 6, Burst: 3} }, 6, 12,
		},
		{"a function URL", ofHTTP, "steps:4/s:10m,10/s:10m,4/s", func(o *rehearse.Options) { o.Route = "PutOrderUrl" }, 4, 8},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := rehearse.Options{For: 40 * time.Minute, Seed: 3, ItemBytes: 1_000, ServiceTime: rehearse.ServiceTime, MaxAttempts: 1}
			tt.set(&o)
			if err := o.Traffic.UnmarshalText([]byte(tt.traffic)); err != nil {
				t.Fatal(err)
			}
			tmpl, err := template.Load(tt.path, template.Options{})
			if err != nil {
				t.Fatal(err)
			}
			r, err := rehearse.New(tmpl, o)
			if err != nil {
				t.Fatal(err)
			}
			rep, err := r.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want, changes := map[string][]change{}, 0
			for _, a := range rep.Alarms {
				for _, c := range a.Changes {
					want[a.Name] = append(want[a.Name], change{time.Duration(c.At), c.State, undated(c.Reason)})
					changes++
				}
			}
			if len(want) < tt.alarms || changes < tt.changes {
				t.Errorf("%d changes of %d alarms tell little", changes, len(want))
			}
			synctest.Test(t, func(t *testing.T) {
				if diff := cmp.Diff(want, liveChanges(t, tmpl, r.Arrivals(), o)); diff != "" {
					t.Errorf("changes of alarms (-rehearsal +services):\n%s", diff)
				}
			})
		})
	}
}

// days are the dates in reasons and messages, and the ids in the names of alarms.
var days = regexp.MustCompile(`\d\d/\d\d/\d\d |[A-Z][a-z]+day \d\d [A-Z][a-z]+, \d{4}|[A-Z][a-z]+day, [A-Z][a-z]+ \d+, \d{4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func undated(reason string) string { return days.ReplaceAllString(reason, "") }

// liveChanges sends requests at the arrivals and returns the changes of the alarms.
func liveChanges(t *testing.T, tmpl *template.Template, arrivals *rehearse.Arrivals, o rehearse.Options) map[string][]change {
	t.Helper()
	start := time.Now()
	s := live(t, tmpl, arrivals, o)
	defer s.closeAll() //nolint:errcheck // it has nothing on disk
	return history(t, s.metrics, start)
}

// live sends requests at the arrivals to the services of a stack, and returns it when
// what happened is out of sight of every alarm.
func live(t *testing.T, tmpl *template.Template, arrivals *rehearse.Arrivals, o rehearse.Options) *Stack {
	t.Helper()
	s := &Stack{template: tmpl, opts: Options{Scope: tmpl.Scope, Durability: storage.Memory, Drained: o.Drained}}
	for _, step := range []func(context.Context) error{s.open, s.declare, s.declareScaling, s.declareTopics, s.declareAlarms, s.drain, s.watchAlarms} {
		if err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	put := &putter{s: s, table: tmpl.Tables[0], bytes: o.ItemBytes, rng: rand.New(rand.NewPCG(o.Seed, 0))}
	path, handler := put.behind(t, tmpl, o)
	start := time.Now()
	var running sync.WaitGroup
	for at, more := arrivals.Next(); more; at, more = arrivals.Next() {
		time.Sleep(time.Until(start.Add(at)))
		running.Go(func() {
			handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader("{}")))
		})
	}
	running.Wait()
	time.Sleep(time.Until(start.Add(o.For + rehearse.Aftermath)))
	return s
}

// An activity is a scaling activity, without dates and the ids of alarms.
type activity struct {
	Resource, Description, Cause string
	At, Ended                    time.Duration
	Status, Message              string
}

// The tables of a running stack are scaled at the same instants and to the same units as
// those of a rehearsal, and for the same reasons. The fifth decrease of the day is
// refused.
func TestRehearsedScaling(t *testing.T) {
	tmpl, err := template.Load("../rehearse/testdata/autoscaled.yaml", template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := rehearse.Options{For: 190 * time.Minute, Seed: 1, Even: true, ItemBytes: 1_000, ServiceTime: rehearse.ServiceTime, MaxAttempts: 1}
	const waves = "steps:2/s:10m,20/s:5m,0/s:25m,20/s:5m,0/s:25m,20/s:5m,0/s:25m,20/s:5m,0/s:25m,20/s:5m,0/s"
	if err := o.Traffic.UnmarshalText([]byte(waves)); err != nil {
		t.Fatal(err)
	}
	r, err := rehearse.New(tmpl, o)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var want []activity
	for _, a := range rep.Scaling {
		if a.NotScaled == "" {
			want = append(want, activity{
				"table/" + a.Resource, a.Description, undated(a.Cause), time.Duration(a.At), time.Duration(a.Ended), a.Status, undated(a.Message),
			})
		}
	}
	if len(want) != 10+31 {
		t.Errorf("the rehearsal has %d activities, want ten changes and 31 refusals", len(want))
	}
	synctest.Test(t, func(t *testing.T) {
		if diff := cmp.Diff(want, liveActivities(t, tmpl, r.Arrivals(), o)); diff != "" {
			t.Errorf("activities (-rehearsal +services):\n%s", diff)
		}
	})
}

// liveActivities sends requests at the arrivals and returns the scaling activities that
// began while there was traffic, the first one first.
func liveActivities(t *testing.T, tmpl *template.Template, arrivals *rehearse.Arrivals, o rehearse.Options) (all []activity) {
	t.Helper()
	start := time.Now()
	s := live(t, tmpl, arrivals, o)
	defer s.closeAll() //nolint:errcheck // it has nothing on disk
	in := &scaling.DescribeScalingActivitiesInput{Filter: scaling.Filter{ServiceNamespace: new(scaling.Namespace)}}
	for {
		out, err := s.scaling.DescribeScalingActivities(t.Context(), instant.Of(time.Now()), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range out.ScalingActivities {
			began, ended := a.StartTime.Instant().Time().Sub(start), a.EndTime.Instant().Time().Sub(start)
			if began < o.For {
				all = append(all, activity{a.ResourceId, a.Description, undated(a.Cause), began, ended, string(a.StatusCode), undated(a.StatusMessage)})
			}
		}
		if out.NextToken == nil {
			slices.Reverse(all)
			return all
		}
		in.NextToken = out.NextToken
	}
}

// A putter is a function that puts an item.
type putter struct {
	s     *Stack
	table *template.Table
	bytes int64

	mu  sync.Mutex // guards rng
	rng *rand.Rand
}

// behind returns what is in front of the function, and the path to it: the REST API of a
// template, or else the function URL if it is asked for, or else the HTTP API.
func (p *putter) behind(t *testing.T, tmpl *template.Template, o rehearse.Options) (path string, h http.Handler) {
	t.Helper()
	var err error
	throttle := edge.NewThrottle(o.Gateway)
	of := httpapi.Options{Metrics: p.s.metrics, Throttle: throttle}
	switch {
	case len(tmpl.APIs) > 0:
		path = tmpl.APIs[0].Routes[0].Path
		h, err = rest.New(tmpl.APIs[0], p, rest.Options{Metrics: p.s.metrics, Throttle: throttle})
	case o.Route != "":
		path, h = "/", httpapi.NewURL(tmpl.URLs[0], p, of)
	default:
		path = tmpl.HTTPAPIs[0].Routes[0].Path
		h, err = httpapi.New(tmpl.HTTPAPIs[0], p, of)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path, h
}

func (p *putter) Invoke(ctx context.Context, _ lambda.InvokeInput) (lambda.InvokeOutput, error) {
	time.Sleep(rehearse.ServiceTime)
	status := "200"
	if err := p.put(ctx); err != nil {
		status = "503"
	}
	return lambda.InvokeOutput{StatusCode: 200, Payload: []byte(`{"statusCode":` + status + `}`)}, nil
}

// InvokeStream is of function URLs that stream, which is none here.
func (p *putter) InvokeStream(context.Context, lambda.InvokeInput) (lambda.Stream, error) {
	return nil, errors.ErrUnsupported
}

// put puts an item with a key of its own.
func (p *putter) put(ctx context.Context) error {
	p.mu.Lock()
	in := &request.PutItemInput{Item: itemOf(p.table, strconv.FormatUint(p.rng.Uint64(), 36), p.bytes)}
	p.mu.Unlock()
	in.TableName = &p.table.Name
	_, err := p.s.tables.PutItem(ctx, instant.Of(time.Now()), in)
	return err
}

// history returns the changes of all alarms that the store remembers.
func history(t *testing.T, metrics *store.Store, start time.Time) map[string][]change {
	t.Helper()
	all := map[string][]change{}
	in := &watchrequest.DescribeAlarmHistoryInput{
		AlarmTypes: []string{"MetricAlarm", "CompositeAlarm"}, HistoryItemType: "StateUpdate", ScanBy: "TimestampAscending",
	}
	for {
		out, err := metrics.DescribeAlarmHistory(t.Context(), instant.Of(time.Now()), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range out.AlarmHistoryItems {
			var data struct {
				NewState struct{ StateValue, StateReason string } `json:"newState"`
			}
			if err := json.Unmarshal([]byte(item.HistoryData), &data); err != nil {
				t.Fatal(err)
			}
			at := item.Timestamp.Time().Sub(start)
			all[item.AlarmName] = append(all[item.AlarmName], change{at, data.NewState.StateValue, undated(data.NewState.StateReason)})
		}
		if in.NextToken = out.NextToken; in.NextToken == "" {
			return all
		}
	}
}
