package plan_test

import (
	"testing"
	"time"

	"lullaby/capacity"
	"lullaby/dynamo/plan"
)

var realRules = &plan.Rules{Region: "us-east-1", Durations: plan.Real}

func ask(t *testing.T, p *plan.Plan, at time.Duration, c plan.Change) {
	t.Helper()
	p.Settle(began.Add(at))
	if err := p.Request(began.Add(at), &c, realRules); err != nil {
		t.Fatalf("at %v: %v", at, err)
	}
}

// An index created with the switch of its table has the new mode at once; the
// others keep theirs until the switch ends.
func TestIndexOfASwitch(t *testing.T) {
	p := provisioned()
	ask(t, &p, 0, plan.Change{Mode: plan.OnDemand, Indexes: []plan.IndexChange{{Name: "new", Action: plan.CreateIndex}}})
	if s := p.IndexSetting(p.Index("new")); !s.OnDemand {
		t.Errorf("new index %+v, want on demand", s)
	}
	if s := p.IndexSetting(p.Index("global")); s.OnDemand || s.Units != [2]int64{5, 5} {
		t.Errorf("old index %+v, want its units", s)
	}
}

// A change of an index in progress is not lost when the table is put on demand.
func TestIndexChangesBeforeASwitch(t *testing.T) {
	p := provisioned()
	ask(t, &p, 0, plan.Change{Indexes: []plan.IndexChange{{Name: "global", Units: &plan.Units{Read: 13_000, Write: 1}}}})
	ask(t, &p, time.Millisecond, plan.Change{Mode: plan.OnDemand})
	x := p.Index("global")
	if want := (plan.Units{Read: 13_000, Write: 1}); x.Units != want || x.Decreases != 1 {
		t.Errorf("index has %v and %d decreases, want %v and 1", x.Units, x.Decreases, want)
	}
	p.Settle(began.Add(time.Hour))
	if got := x.WarmUnits(plan.OnDemand).Read; got != 13_000 {
		t.Errorf("warm throughput %d, want that of the lost units", got)
	}
}

func TestWarmThroughputNeverFalls(t *testing.T) {
	number := func(n int64) *int64 { return &n }
	warm := func(read, write *int64) plan.Change {
		return plan.Change{Warm: &plan.Partial{Read: read, Write: write}}
	}
	at := func(p *plan.Plan, at time.Duration) plan.Units {
		p.Settle(began.Add(at))
		return p.WarmUnits(p.Mode)
	}

	p := provisioned() // a raise of each direction, one during the other
	ask(t, &p, 0, warm(number(100), nil))
	ask(t, &p, time.Second, warm(nil, number(200)))
	if got, want := at(&p, time.Hour), (plan.Units{Read: 100, Write: 200}); got != want {
		t.Errorf("after two raises %v, want %v", got, want)
	}

	p = provisioned() // higher units come and go during a raise
	ask(t, &p, 0, warm(number(100), number(100)))
	ask(t, &p, time.Second, plan.Change{Units: &plan.Units{Read: 500, Write: 500}})
	ask(t, &p, time.Minute, plan.Change{Units: &plan.Units{Read: 10, Write: 10}})
	if got, want := at(&p, time.Hour), (plan.Units{Read: 500, Write: 500}); got != want {
		t.Errorf("after higher units %v, want %v", got, want)
	}

	p = provisioned() // a template is declared during a raise
	ask(t, &p, 0, warm(number(100), number(100)))
	declared := provisioned()
	p.Declare(began.Add(time.Second), &declared, func(string) bool { return true })
	if got, want := at(&p, 2*time.Second), (plan.Units{Read: 100, Write: 100}); got != want || !p.Warm.Due.IsZero() {
		t.Errorf("after a declaration %v, due at %v; want %v and no raise", got, p.Warm.Due, want)
	}

	p = plan.New(began, "tab", &plan.Change{Mode: plan.OnDemand}, &plan.Durations{})
	ask(t, &p, 0, plan.Change{Mode: plan.Provisioned, Units: &plan.Units{Read: 1, Write: 1}})
	if got, want := at(&p, time.Hour), (plan.Units{Read: capacity.OnDemandRead, Write: capacity.OnDemandWrite}); got != want {
		t.Errorf("provisioned after on demand %v, want %v", got, want)
	}
}

// A declaration on demand counts from when it put the table on demand.
func TestDeclaredOnDemandSince(t *testing.T) {
	onDemand := plan.New(began, "tab", &plan.Change{Mode: plan.OnDemand}, &plan.Durations{})
	was, units := onDemand.Clone(), provisioned()
	same := func(string) bool { return true }
	for _, step := range []struct {
		at   time.Duration
		want *plan.Plan
		is   time.Duration
	}{{time.Hour, &was, 0}, {2 * time.Hour, &units, 0}, {3 * time.Hour, &was, 3 * time.Hour}} {
		onDemand.Declare(began.Add(step.at), step.want, same)
		if got, want := onDemand.OnDemandSince, began.Add(step.is); got != want {
			t.Errorf("declared at %v: on demand since %v, want %v", step.at, got, want)
		}
	}
}
