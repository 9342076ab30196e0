package plan_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

var update = flag.Bool("update", false, "write down the answers of scripts as they are")

// TestScripts plays what is asked of tables in the course of days, which begin
// at 2000-01-01 00:00 UTC. A line says when and what; the line that begins with
// = is the answer. UNITS are READ/WRITE, on-demand, or - for none:
//
//	at 0s create TABLE UNITS [INDEX UNITS]...
//	at 1m update TABLE UNITS [INDEX UNITS]...
//	at 1h switch TABLE UNITS [INDEX UNITS]... - the billing mode
//	at 1h index TABLE INDEX UNITS             - makes one
//	at 1h maximum TABLE UNITS [INDEX UNITS]   - on demand
//	at 1h warm TABLE UNITS [INDEX UNITS]      - the warm throughput
//	at 2h show TABLE
//	at 2h delete TABLE
//	at 2h restart [unlimited]                 - what is kept is written and read
//
// With -update the answers are written down as they are; read them.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("scripts %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { play(t, file) })
	}
}

func play(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := newAccount()
	var played strings.Builder
	for lines := bufio.NewScanner(strings.NewReader(string(text))); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "=") {
			continue
		}
		played.WriteString(line + "\n")
		if words := strings.Fields(line); len(words) > 2 && words[0] == "at" {
			at, err := time.ParseDuration(words[1])
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			a.pass(began.Add(at))
			played.WriteString("= " + a.do(t, words[2], words[3:]) + "\n")
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(played.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(text), played.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

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

// show tells of the units of a table and its indexes.
func (a *account) show(name string) string {
	p := a.tables[name]
	of := func(name string, d plan.Description) string {
		return fmt.Sprintf("%s %d/%d, %d decreases", name, d.Read, d.Write, d.DecreasesToday)
	}
	told := []string{of(name, p.Describe(a.now, p.Mode))}
	for i := range p.Indexes {
		told = append(told, of(p.Indexes[i].IndexName, p.Indexes[i].Describe(a.now, p.Mode)))
	}
	return strings.Join(told, "; ")
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

// asked reads what a line asks of a table.
func asked(t *testing.T, verb string, words []string) *plan.Change {
	t.Helper()
	if verb == "index" {
		return &plan.Change{Indexes: []plan.IndexChange{indexAsked(t, verb, words[1], words[2])}}
	}
	mode, units, maximum, warm := unitsAsked(t, verb, words[1])
	c := &plan.Change{Mode: mode, Units: units, Maximum: maximum, Warm: warm}
	for i := 2; i < len(words); i += 2 {
		c.Indexes = append(c.Indexes, indexAsked(t, verb, words[i], words[i+1]))
	}
	return c
}

func indexAsked(t *testing.T, verb, name, text string) plan.IndexChange {
	t.Helper()
	c := plan.IndexChange{Name: name}
	if verb == "create" || verb == "index" {
		c.Action = plan.CreateIndex
	}
	_, c.Units, c.Maximum, c.Warm = unitsAsked(t, verb, text)
	return c
}

// unitsAsked reads UNITS, and what a verb gives them to.
func unitsAsked(t *testing.T, verb, text string) (mode plan.Mode, units *plan.Units, maximum, warm *plan.Partial) {
	t.Helper()
	switch text {
	case "on-demand":
		return plan.OnDemand, nil, nil, nil
	case "-":
		return "", nil, nil, nil
	}
	first, second, _ := strings.Cut(text, "/")
	read, err := strconv.ParseInt(first, 10, 64)
	write, err2 := strconv.ParseInt(second, 10, 64)
	if err := errors.Join(err, err2); err != nil {
		t.Fatalf("units %s: %v", text, err)
	}
	switch verb {
	case "maximum":
		return "", nil, &plan.Partial{Read: &read, Write: &write}, nil
	case "warm":
		return "", nil, nil, &plan.Partial{Read: &read, Write: &write}
	case "switch":
		mode = plan.Provisioned
	case "create", "update", "index":
	default:
		t.Fatalf("no such verb: %s", verb)
	}
	return mode, &plan.Units{Read: read, Write: write}, nil, nil
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
