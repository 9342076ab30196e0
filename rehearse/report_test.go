package rehearse_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/gateway"
	"lullaby/internal/scripttest"
	"lullaby/rehearse"
	"lullaby/rehearse/report"
	"lullaby/retry"
)

func text(tb testing.TB, rep *report.Report) string {
	tb.Helper()
	var b bytes.Buffer
	if err := rep.WriteText(&b); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// The text of reports. Each fits into 80 columns.
func TestReports(t *testing.T) {
	for _, tt := range []struct {
		name, template, traffic string
		set                     func(*rehearse.Options)
	}{
		{"paged_for_good", "testdata/unrecovered.yaml", "steps:2/s:5m,50/s:5m,0/s", func(*rehearse.Options) {}},
		{"items", itemsTemplate, "constant:50/s", func(*rehearse.Options) {}},
		{"spike", itemsTemplate, "spike:10x", func(*rehearse.Options) {}},
		{"survived", itemsTemplate, "spike:2.8x", func(o *rehearse.Options) { o.For = 24 * time.Hour }},
		{"rate", itemsTemplate, "spike:10x:1/s", func(*rehearse.Options) {}},
		{"reads", itemsTemplate, "constant:11/s", func(o *rehearse.Options) { o.Route, o.Eventual = "GET /item/{_id}", true }},
		{"pessimistic", itemsTemplate, "constant:6/s", func(o *rehearse.Options) { o.Pessimistic = true }},
		{"once", itemsTemplate, "constant:50/s", func(o *rehearse.Options) { o.MaxAttempts = 1 }},
		{"legacy", itemsTemplate, "spike:10x", func(o *rehearse.Options) { o.RetryMode = retry.ModeLegacy }},
		{"late", itemsTemplate, "spike:10x", func(o *rehearse.Options) { o.RetryMode = retry.ModeRandomExponential }},
		{"aware", itemsTemplate, "spike:10x", func(o *rehearse.Options) { o.RetryMode = retry.ModeAware }},
		{"drained", itemsTemplate, "constant:6/s", func(o *rehearse.Options) { o.Drained = true }},
		{"unlimited", itemsTemplate, "constant:50/s", func(o *rehearse.Options) { o.Unlimited = true }},
		{"index", ordersTemplate, "constant:10/s", func(*rehearse.Options) {}},
		{"maximum", ordersTemplate, "spike:2x", func(o *rehearse.Options) { o.Route = "PUT /events" }},
		{"reserved", ordersTemplate, "constant:60/s", func(o *rehearse.Options) { o.Route, o.Table = "POST /copies", "Events" }},
		{"throttle", ordersTemplate, "constant:30/s", func(o *rehearse.Options) { o.Gateway = gateway.Limits{RequestsPerSecond: 25, Burst: 5} }},
		{"function", ordersTemplate, "constant:1/s", func(o *rehearse.Options) { o.Function, o.Table = "Idle", "Orders" }},
		{"omissions", scaledTemplate, "constant:6/s", func(*rehearse.Options) {}},
		{"paged", alarmedTemplate, "steps:2/s:15m,50/s:5m,2/s:20m,50/s:5m,2/s", func(o *rehearse.Options) { o.Start = clock(t, "02:55") }},
		{"paged_late", alarmedTemplate, "steps:2/s:15m,50/s:5m,2/s:20m,50/s:5m,2/s", func(o *rehearse.Options) { o.Start, o.Pessimistic = clock(t, "23:30"), true }},
		{"paged_to_the_end", alarmedTemplate, "steps:2/s:15m,50/s", func(o *rehearse.Options) { o.Even = true }},
		{"paged_by_queue", waitingTemplate, "steps:2/s:5m,30/s:3m,2/s", func(o *rehearse.Options) { o.Start, o.For, o.Drained = clock(t, "03:00"), 20*time.Minute, true }},
		{"not_paged", alarmedTemplate, "constant:2/s", func(*rehearse.Options) {}},
		{"autoscaled", autoscaledTemplate, waves, func(o *rehearse.Options) { o.Even, o.MaxAttempts, o.For = true, 1, 210*time.Minute }},
		{"autoscaled_late", autoscaledTemplate, "steps:2/s:10m,20/s:10m,2/s", func(o *rehearse.Options) { o.Pessimistic = true }},
		{"autoscaled_maximum", autoscaledTemplate, "steps:2/s:10m,400/s:10m,2/s", func(*rehearse.Options) {}},
		{"scheduled", scheduledTemplate, "steps:2/s:20m,15/s", func(o *rehearse.Options) { o.Start, o.Even, o.For = clock(t, "23:30"), true, 2*time.Hour }},
		{"short", itemsTemplate, "constant:0.000001/s", func(o *rehearse.Options) { o.For = time.Second }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := options(t, tt.traffic)
			tt.set(&o)
			got := text(t, answer(t, rehearsal(t, tt.template, o)))
			for line := range strings.Lines(got) {
				if n := len(strings.TrimSuffix(line, "\n")); n > 80 {
					t.Errorf("%d columns: %s", n, line)
				}
			}
			scripttest.Golden(t, filepath.Join("testdata", "report", tt.name+".txt"), got)
		})
	}
}

// waves are five minutes at four times what the table takes, five times, with quiet
// times in which it is scaled in, and the fifth time is not.
const waves = "steps:2/s:10m,20/s:5m,0/s:25m,20/s:5m,0/s:25m,20/s:5m,0/s:25m,20/s:5m,0/s:25m,20/s:5m,0/s"

// What README shows of a night is what a report says.
func TestREADME(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(readme), "template-autoscaled.yaml --retry-mode sdk --start 02:50 --for 75m \\\n    --page-topic Pages --traffic ")
	shape, shown, _ := strings.Cut(shown, "\n")
	shown, _, ok := strings.Cut(shown, "```")
	if !ok {
		t.Fatal("README.md shows no night")
	}
	o := options(t, shape)
	o.Start, o.For, o.RetryMode, o.PageTopics = clock(t, "02:50"), 75*time.Minute, retry.ModeSDK, []string{"Pages"}
	got := text(t, answer(t, rehearsal(t, "../items/template-autoscaled.yaml", o)))
	for line := range strings.Lines(shown) {
		if line != "...\n" && !strings.Contains(got, line) {
			t.Errorf("README.md has %q, and the report:\n%s", line, got)
		}
	}
}

// The JSON of a report, whose members are stable.
func TestJSON(t *testing.T) {
	o := options(t, "constant:30/s")
	o.For, o.RetryMode, o.Gateway = 5*time.Minute, retry.ModeAware, gateway.Limits{RequestsPerSecond: 25, Burst: 5}
	var got bytes.Buffer
	if err := answer(t, rehearsal(t, scaledTemplate, o)).WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	scripttest.Golden(t, filepath.Join("testdata", "report", "omissions.json"), got.String())
	o = options(t, "constant:20/s")
	o.For, o.Drained = 2*time.Second, true
	got.Reset()
	if err := answer(t, loaded(t, queuedTemplate, o, "MaximumConcurrency=2")).WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	scripttest.Golden(t, filepath.Join("testdata", "report", "queued.json"), got.String())
	o = options(t, "steps:2/s:4m,20/s:5m,0/s")
	o.For, o.Even, o.MaxAttempts = 30*time.Minute, true, 1
	got.Reset()
	if err := answer(t, rehearsal(t, autoscaledTemplate, o)).WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	scripttest.Golden(t, filepath.Join("testdata", "report", "autoscaled.json"), got.String())
	o = options(t, "steps:2/s:5m,50/s:5m,2/s")
	o.For, o.Start = 20*time.Minute, clock(t, "23:52:30")
	got.Reset()
	if err := answer(t, rehearsal(t, alarmedTemplate, o)).WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	scripttest.Golden(t, filepath.Join("testdata", "report", "paged.json"), got.String())
}

// answer plays a rehearsal and seeks what would hold.
func answer(t *testing.T, r *rehearse.Rehearsal) *report.Report {
	t.Helper()
	rep, err := r.Run(t.Context())
	if err == nil && rep.Lost() {
		rep.Remedy, err = r.Remedy(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// The same seed gives the same report, byte for byte, and another seed another.
func TestSeed(t *testing.T) {
	for _, template := range []string{itemsTemplate, alarmedTemplate, autoscaledTemplate, waitingTemplate} {
		t.Run(template, func(t *testing.T) { sameSeed(t, template) })
	}
}

func sameSeed(t *testing.T, template string) {
	t.Helper()
	o := options(t, "spike:5x")
	r := rehearsal(t, template, o)
	run := func(r *rehearse.Rehearsal) string {
		rep, err := r.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := rep.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		return b.String() + text(t, rep)
	}
	first := run(r)
	if diff := cmp.Diff(first, run(r)); diff != "" {
		t.Errorf("run again (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(first, run(rehearsal(t, template, o))); diff != "" {
		t.Errorf("made again (-first +second):\n%s", diff)
	}
	o.Seed++
	other := rehearsal(t, template, o)
	if run(other) == first {
		t.Error("two seeds give the same report")
	}
	a, b := r.Arrivals(), other.Arrivals()
	one, _ := a.Next()
	if two, _ := b.Next(); one == two {
		t.Error("two seeds give the same first arrival")
	}
}
