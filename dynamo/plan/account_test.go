package plan_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

var began = instant.Of(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))

// An account is what a script has to do with.
type account struct {
	now    instant.Instant
	rules  plan.Rules
	tables map[string]*table
}

type table struct {
	plan.Plan

	due  instant.Instant // when it is to be settled; zero: no time does that
	gone instant.Instant // when DELETING ends; zero: not being deleted
}

func newAccount() *account {
	return &account{now: began, rules: plan.Rules{Region: "us-east-1", Durations: plan.Real}, tables: map[string]*table{}}
}

// pass lets time go by until now.
func (a *account) pass(now instant.Instant) {
	a.now = now
	for name, t := range a.tables {
		if !t.gone.IsZero() && !now.Before(t.gone) {
			delete(a.tables, name)
		}
		for !t.due.IsZero() && !now.Before(t.due) {
			t.settle(t.due)
		}
	}
}

// settle settles the table at now, and fills its new indexes at once.
func (t *table) settle(now instant.Instant) {
	for filling := true; filling; {
		_, t.due = t.Settle(now)
		filling = false
		for i := range t.Indexes {
			if x := &t.Indexes[i]; x.Phase == plan.Backfilling && !x.Filled {
				x.Filled, filling = true, true
			}
		}
	}
}

func (a *account) do(t *testing.T, verb string, words []string) string {
	t.Helper()
	var err error
	switch verb {
	case "restart":
		a.restart(t)
		a.rules.Unlimited = len(words) > 0
	case "show":
		return a.show(words[0])
	case "delete":
		err = a.remove(words[0])
	case "create":
		err = a.create(words[0], asked(t, verb, words))
	default:
		err = a.request(words[0], asked(t, verb, words))
	}
	if err == nil {
		return "ok"
	}
	if errors.Is(err, refusal.LimitExceeded) {
		return err.Error()
	}
	kind, _ := errors.AsType[refusal.Kind](err)
	return fmt.Sprintf("%v: %v", kind, err)
}

func (a *account) restart(t *testing.T) {
	t.Helper()
	for _, tab := range a.tables {
		text, err := json.Marshal(tab.Plan)
		if err != nil {
			t.Fatal(err)
		}
		var read plan.Plan
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tab.Plan, read); diff != "" {
			t.Errorf("written and read (-want +got):\n%s", diff)
		}
		tab.Plan = read
	}
}

// show formats the units of a table and its indexes.
func (a *account) show(name string) string {
	p := a.tables[name]
	of := func(name string, d plan.Description) string {
		return fmt.Sprintf("%s %d/%d, %d decreases", name, d.Read, d.Write, d.DecreasesToday)
	}
	texts := make([]string, 0, 1+len(p.Indexes))
	texts = append(texts, of(name, p.Describe(a.now, p.Mode)))
	for i := range p.Indexes {
		texts = append(texts, of(p.Indexes[i].IndexName, p.Indexes[i].Describe(a.now, p.Mode)))
	}
	return strings.Join(texts, "; ")
}

func (a *account) create(name string, c *plan.Change) error {
	p := plan.New(a.now, name, c, &a.rules.Durations)
	if err := a.rules.CheckUnits(&plan.Plan{}, &p, a.reserved()); err != nil {
		return err
	}
	a.tables[name] = &table{Plan: p}
	return nil
}

func (a *account) request(name string, c *plan.Change) error {
	t := a.tables[name]
	next := t.Clone()
	if err := next.Request(a.now, c, &a.rules); err != nil {
		return err
	}
	if err := a.rules.CheckUnits(&t.Plan, &next, a.reserved()); err != nil {
		return err
	}
	t.Plan = next
	t.settle(a.now)
	return nil
}

func (a *account) remove(name string) error {
	t := a.tables[name]
	if err := t.CheckDelete(a.now); err != nil {
		return err
	}
	t.gone = a.now.Add(a.rules.Durations.Deleting)
	return nil
}

func (a *account) reserved() plan.Units {
	var sum plan.Units
	for _, t := range a.tables {
		sum = sum.Plus(t.Reserved())
	}
	return sum
}
