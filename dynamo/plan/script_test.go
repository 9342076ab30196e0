package plan_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/dynamo/plan"
	"lullaby/internal/scripttest"
)

// TestScripts plays what is asked of tables in the course of days, which begin
// at 2000-01-01 00:00 UTC. A line says when and what. UNITS are READ/WRITE, on-demand, or - for none:
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
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		a := newAccount()
		scripttest.Answers(t, file, func(line string) []string {
			words := strings.Fields(line)
			at, err := time.ParseDuration(words[1])
			if err != nil || words[0] != "at" {
				t.Fatalf("no instant: %v", err)
			}
			a.pass(began.Add(at))
			return []string{a.do(t, words[2], words[3:])}
		})
	})
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
