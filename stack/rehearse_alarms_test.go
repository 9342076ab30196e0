package stack

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/gateway"
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
	const path = "../rehearse/testdata/measured.yaml"
	for _, tt := range []struct {
		name, traffic string
		set           func(*rehearse.Options)
	}{
		{"random", "steps:4/s:10m,10/s:10m,4/s", func(*rehearse.Options) {}},
		{"throttled by the account", "steps:4/s:10m,10/s:10m,4/s", func(o *rehearse.Options) { o.Gateway = gateway.Limits{RequestsPerSecond: 6, Burst: 3} }},
		{"even and drained", "steps:4/s:10m,0/s:20m,10/s", func(o *rehearse.Options) { o.Even, o.Drained = true, true }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := rehearse.Options{For: 40 * time.Minute, Seed: 3, ItemBytes: 1_000, ServiceTime: rehearse.ServiceTime, MaxAttempts: 1}
			tt.set(&o)
			if err := o.Traffic.UnmarshalText([]byte(tt.traffic)); err != nil {
				t.Fatal(err)
			}
			tmpl, err := template.Load(path, template.Options{})
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
			if len(want) < 15 || changes < 30 {
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

// days are the dates in reasons.
var days = regexp.MustCompile(`\d\d/\d\d/\d\d |[A-Z][a-z]+day \d\d [A-Z][a-z]+, \d{4}`)

func undated(reason string) string { return days.ReplaceAllString(reason, "") }

// liveChanges sends requests at the arrivals and returns the changes of the alarms.
func liveChanges(t *testing.T, tmpl *template.Template, arrivals *rehearse.Arrivals, o rehearse.Options) map[string][]change {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := &Stack{template: tmpl, db: db, opts: Options{Scope: tmpl.Scope}}
	if err := s.openMetrics(); err != nil {
		t.Fatal(err)
	}
	s.tables, err = dynamo.New(db, dynamo.Options{Metrics: s.metrics, Drained: o.Drained})
	if err != nil {
		t.Fatal(err)
	}
	defer s.tables.Close()
	if err := errors.Join(s.declare(t.Context()), s.declareAlarms(t.Context())); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.tables.Run(ctx) })
	running.Go(func() { s.metrics.Run(ctx) })
	put := &putter{s: s, table: tmpl.Tables[0], bytes: o.ItemBytes, rng: rand.New(rand.NewPCG(o.Seed, 0))}
	api, err := rest.New(tmpl.APIs[0], put, rest.Options{Metrics: s.metrics, Throttle: rest.NewThrottle(o.Gateway)})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for at, more := arrivals.Next(); more; at, more = arrivals.Next() {
		time.Sleep(time.Until(start.Add(at)))
		running.Go(func() {
			api.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "POST", "/orders", strings.NewReader("{}")))
		})
	}
	time.Sleep(time.Until(start.Add(o.For + rehearse.Aftermath))) // what happened is out of sight of every alarm
	cancel()
	running.Wait()
	return history(t, s.metrics, start)
}

// A putter is a function that puts an item.
type putter struct {
	s     *Stack
	table *template.Table
	bytes int64

	mu  sync.Mutex // guards rng
	rng *rand.Rand
}

func (p *putter) Invoke(ctx context.Context, _ lambda.InvokeInput) (lambda.InvokeOutput, error) {
	time.Sleep(rehearse.ServiceTime)
	p.mu.Lock()
	in := &request.PutItemInput{Item: itemOf(p.table, strconv.FormatUint(p.rng.Uint64(), 36), p.bytes)}
	p.mu.Unlock()
	in.TableName = &p.table.Name
	_, err := p.s.tables.PutItem(ctx, instant.Of(time.Now()), in)
	if err != nil {
		return lambda.InvokeOutput{StatusCode: 200, Payload: []byte(`{"statusCode":503}`)}, nil
	}
	return lambda.InvokeOutput{StatusCode: 200, Payload: []byte(`{"statusCode":200}`)}, nil
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
