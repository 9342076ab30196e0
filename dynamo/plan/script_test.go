package plan_test

import (
	"bufio"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo/plan"
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
