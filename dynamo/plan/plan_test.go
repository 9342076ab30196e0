package plan_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/capacity"
	"lullaby/dynamo/plan"
	"lullaby/instant"
)

// provisioned returns a table of ten units that is ACTIVE at began, with a
// global and a local index.
func provisioned() plan.Plan {
	return plan.New(began, "tab", &plan.Change{Units: &plan.Units{Read: 10, Write: 10}, Indexes: []plan.IndexChange{
		{Name: "global", Action: plan.CreateIndex, Units: &plan.Units{Read: 5, Write: 5}},
		{Name: "local", Action: plan.CreateIndex, Local: true},
	}}, &plan.Durations{})
}

// TestRandomChanges asks a table for what comes to mind. What is refused has
// changed nothing, Settle has something to do when it says, and not before, and
// capacity never has half of a change.
func TestRandomChanges(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	rules := &plan.Rules{Region: "us-east-1", Durations: plan.Real}
	tab := &table{Plan: provisioned()}
	now, done, refused := began, 0, 0
	for range 20_000 {
		now = now.Add(time.Duration(rng.Int64N(int64(10 * time.Minute))))
		for !tab.due.IsZero() && !now.Before(tab.due) {
			due, early := tab.due, tab.Clone()
			if changed, next := early.Settle(due - 1); changed || next != due {
				t.Fatalf("seed %d: at %v, before it is due at %v, Settle = %v, %v", seed, due-1, due, changed, next)
			}
			if changed, _ := early.Settle(due); !changed {
				t.Fatalf("seed %d: nothing is due at %v", seed, due)
			}
			tab.settle(due)
		}
		was := tab.Clone()
		c := randomChange(rng)
		if err := tab.Request(now, c, rules); err != nil {
			refused++
			if diff := cmp.Diff(was, tab.Plan); diff != "" {
				t.Fatalf("seed %d: %v refused with %v has changed (-was +is):\n%s", seed, c, err, diff)
			}
			continue
		}
		done++
		if diff := cmp.Diff(was.Setting().Units, tab.Setting().Units); diff != "" {
			t.Fatalf("seed %d: units at once (-was +is):\n%s", seed, diff)
		}
		tab.settle(now)
	}
	if done < 1000 || refused < 1000 {
		t.Errorf("seed %d: %d changes were made and %d refused", seed, done, refused)
	}
}

func randomChange(rng *rand.Rand) *plan.Change {
	units := func() *plan.Units { return &plan.Units{Read: 1 + rng.Int64N(20), Write: 1 + rng.Int64N(20)} }
	partial := func(from, to int64) *plan.Partial {
		n := from + rng.Int64N(to-from)
		return &plan.Partial{Read: &n}
	}
	index := plan.IndexChange{Name: []string{"global", "local", "new"}[rng.IntN(3)]}
	switch rng.IntN(10) {
	case 0:
		return &plan.Change{Mode: plan.OnDemand}
	case 1:
		index.Name, index.Units = "global", units()
		return &plan.Change{Mode: plan.Provisioned, Units: units(), Indexes: []plan.IndexChange{index}}
	case 2:
		return &plan.Change{Maximum: partial(1, 100)}
	case 3:
		return &plan.Change{Warm: partial(12_000, 20_000)}
	case 4:
		return &plan.Change{Class: []plan.Class{plan.Standard, "STANDARD_INFREQUENT_ACCESS"}[rng.IntN(2)]}
	case 5:
		on := rng.IntN(2) == 0
		return &plan.Change{DeletionProtection: &on}
	case 6:
		index.Action, index.Units = plan.CreateIndex, units()
	case 7:
		index.Action = plan.DeleteIndex
	case 8:
		index.Units = units()
	default:
		return &plan.Change{Units: units()}
	}
	return &plan.Change{Indexes: []plan.IndexChange{index}}
}

// Without durations a change is due at the instant of its request.
func TestAtOnce(t *testing.T) {
	p := provisioned()
	rules := &plan.Rules{}
	if err := p.Request(began, &plan.Change{Mode: plan.OnDemand}, rules); err != nil {
		t.Fatal(err)
	}
	if changed, next := p.Settle(began); !changed || !next.IsZero() {
		t.Errorf("Settle = %v, %v, want all of it done", changed, next)
	}
	want := capacity.Setting{OnDemand: true, Warm: [...]int64{capacity.OnDemandRead, capacity.OnDemandWrite}}
	if got := p.Setting(); got != want {
		t.Errorf("the table's setting is %+v, want %+v", got, want)
	}
	if got := p.IndexSetting(p.Index("global")); got != want {
		t.Errorf("the index's setting is %+v, want %+v", got, want)
	}
}

func TestCheckChanging(t *testing.T) {
	for _, tt := range []struct {
		rules    plan.Rules
		changing int
		want     string
	}{
		{plan.Rules{}, 499, ""},
		{plan.Rules{}, 500, "Too many operations for a given subscriber."},
		{plan.Rules{Unlimited: true}, 500, ""},
	} {
		got := ""
		if err := tt.rules.CheckChanging(tt.changing); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%+v: CheckChanging(%d) = %q, want %q", tt.rules, tt.changing, got, tt.want)
		}
	}
}

// A table's life, as its status and that of a new index have it.
func TestStatus(t *testing.T) {
	rules := &plan.Rules{Durations: plan.Real}
	p := plan.New(began, "tab", &plan.Change{Mode: plan.OnDemand}, &rules.Durations)
	tab := &table{Plan: p}
	expect := func(after time.Duration, want string) {
		t.Helper()
		now := began.Add(after)
		for !tab.due.IsZero() && !now.Before(tab.due) {
			tab.settle(tab.due)
		}
		if got := statuses(tab, now); got != want {
			t.Errorf("after %v: %s, want %s", after, got, want)
		}
	}
	expect(0, "CREATING")
	expect(6*time.Second, "ACTIVE")
	create := &plan.Change{Indexes: []plan.IndexChange{{Name: "new", Action: plan.CreateIndex}}}
	if err := tab.Request(began.Add(time.Minute), create, rules); err != nil {
		t.Fatal(err)
	}
	tab.settle(began.Add(time.Minute))
	expect(time.Minute, "UPDATING, new CREATING")
	expect(90*time.Second, "ACTIVE, new CREATING")
	expect(9*time.Minute+30*time.Second, "ACTIVE, new ACTIVE")
	if err := tab.Request(began.Add(time.Hour), &plan.Change{Mode: plan.Provisioned, Units: &plan.Units{Read: 1, Write: 1}}, rules); err == nil {
		t.Error("a switch without units of the index was not refused")
	}
	if err := tab.Request(began.Add(time.Hour), &plan.Change{Indexes: []plan.IndexChange{{Name: "new", Action: plan.DeleteIndex}}}, rules); err != nil {
		t.Fatal(err)
	}
	tab.settle(began.Add(time.Hour))
	expect(time.Hour, "UPDATING, new DELETING")
	expect(time.Hour+5*time.Second, "ACTIVE")
}

func statuses(tab *table, now instant.Instant) string {
	text := make([]string, 0, 1+len(tab.Indexes))
	text = append(text, string(tab.Status(now)))
	for i := range tab.Indexes {
		text = append(text, fmt.Sprintf("%s %s", tab.Indexes[i].IndexName, tab.IndexStatus(now, &tab.Indexes[i])))
	}
	return strings.Join(text, ", ")
}

// TestDecreasesOfADay lowers a table as often as it may be lowered: the guide
// has 27 times.
func TestDecreasesOfADay(t *testing.T) {
	a := newAccount()
	if got := a.do(t, "create", []string{"tab", "100/100"}); got != "ok" {
		t.Fatal(got)
	}
	lowered := 0
	for minute := range 24*60 - 1 {
		a.pass(began.Add(30*time.Second + time.Duration(minute)*time.Minute))
		if a.do(t, "update", []string{"tab", fmt.Sprintf("%d/100", 99-lowered)}) == "ok" {
			lowered++
		}
	}
	a.pass(a.now.Add(time.Minute - time.Second))
	if got, want := a.do(t, "show", []string{"tab"}), "tab 73/100, 27 decreases"; got != want {
		t.Errorf("at the end of the day: %s, want %s", got, want)
	}
}
