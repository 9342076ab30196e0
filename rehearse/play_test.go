package rehearse_test

import (
	"testing"

	"lullaby/rehearse"
	"lullaby/rehearse/report"
	"lullaby/template"
)

const (
	itemsTemplate  = "testdata/items.yaml"
	ordersTemplate = "testdata/orders.yaml"
	scaledTemplate = "testdata/scaled.yaml"

	alarmedTemplate    = "testdata/alarmed.yaml"
	autoscaledTemplate = "testdata/autoscaled.yaml"
	scheduledTemplate  = "testdata/scheduled.yaml"
	waitingTemplate    = "testdata/waiting.yaml"
)

// A played is the report of a rehearsal of one route, with the figures of the
// route, its function and its call as fields.
type played struct {
	*report.Report
	*report.Route
	*report.Function
	*report.Call
}

// run plays a rehearsal.
func run(tb testing.TB, r *rehearse.Rehearsal) played {
	tb.Helper()
	rep, err := r.Run(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	if len(rep.Routes) != 1 || len(rep.Functions) != 1 || len(rep.Tables) != 1 {
		tb.Fatalf("%d routes, %d functions and %d tables, want one of each", len(rep.Routes), len(rep.Functions), len(rep.Tables))
	}
	return played{rep, &rep.Routes[0], &rep.Functions[0], &rep.Functions[0].Calls[0]}
}

// bursts returns the table's bursts.
func (p *played) bursts() []report.Burst { return p.Tables[0].Bursts }

// play rehearses a template.
func play(tb testing.TB, path string, o rehearse.Options) played {
	tb.Helper()
	return run(tb, rehearsal(tb, path, o))
}

func rehearsal(tb testing.TB, path string, o rehearse.Options) *rehearse.Rehearsal {
	tb.Helper()
	r, err := rehearse.New(load(tb, path), o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func load(tb testing.TB, path string) *template.Template {
	tb.Helper()
	t, err := template.Load(path, template.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// clock reads a time of day.
func clock(tb testing.TB, text string) (c rehearse.Clock) {
	tb.Helper()
	if err := c.UnmarshalText([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	return c
}
