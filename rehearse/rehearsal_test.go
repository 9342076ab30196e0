package rehearse_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/rehearse"
	"lullaby/rehearse/report"
	"lullaby/retry"
	"lullaby/template"
)

var update = flag.Bool("update", false, "rewrite the reports in testdata")

const (
	itemsTemplate  = "testdata/items.yaml"
	ordersTemplate = "testdata/orders.yaml"
)

// play rehearses a template.
func play(tb testing.TB, path string, o rehearse.Options) *report.Report {
	tb.Helper()
	rep, err := rehearsal(tb, path, o).Run(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return rep
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

func text(tb testing.TB, rep *report.Report) string {
	tb.Helper()
	var b bytes.Buffer
	if err := rep.WriteText(&b); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// The reports as people see them. Each fits into 80 columns.
func TestReports(t *testing.T) {
	for _, tt := range []struct {
		name, template, traffic string
		set                     func(*rehearse.Options)
	}{
		{"items", itemsTemplate, "constant:50/s", func(*rehearse.Options) {}},
		{"spike", itemsTemplate, "spike:5x", func(*rehearse.Options) {}},
		{"survived", itemsTemplate, "spike:1.4x", func(o *rehearse.Options) { o.For = 24 * time.Hour }},
		{"rate", itemsTemplate, "spike:5x:2/s", func(*rehearse.Options) {}},
		{"reads", itemsTemplate, "constant:11/s", func(o *rehearse.Options) { o.Route, o.Eventual = "GET /item/{_id}", true }},
		{"pessimistic", itemsTemplate, "constant:6/s", func(o *rehearse.Options) { o.Pessimistic = true }},
		{"once", itemsTemplate, "constant:50/s", func(o *rehearse.Options) { o.MaxAttempts = 1 }},
		{"legacy", itemsTemplate, "spike:5x", func(o *rehearse.Options) { o.RetryMode = retry.ModeLegacy }},
		{"late", itemsTemplate, "spike:5x", func(o *rehearse.Options) { o.RetryMode = retry.ModeRandomExponential }},
		{"aware", itemsTemplate, "spike:5x", func(o *rehearse.Options) { o.RetryMode = retry.ModeAware }},
		{"drained", itemsTemplate, "constant:6/s", func(o *rehearse.Options) { o.Drained = true }},
		{"unlimited", itemsTemplate, "constant:50/s", func(o *rehearse.Options) { o.Unlimited = true }},
		{"index", ordersTemplate, "constant:10/s", func(*rehearse.Options) {}},
		{"maximum", ordersTemplate, "spike:3x", func(o *rehearse.Options) { o.Route = "PUT /events" }},
		{"reserved", ordersTemplate, "constant:60/s", func(o *rehearse.Options) { o.Route, o.Table = "POST /copies", "Events" }},
		{"throttle", ordersTemplate, "constant:30/s", func(o *rehearse.Options) { o.APIRate, o.APIBurst = 25, 5 }},
		{"short", itemsTemplate, "constant:0.000001/s", func(o *rehearse.Options) { o.For = time.Second }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := options(t, tt.traffic)
			tt.set(&o)
			got := text(t, play(t, tt.template, o))
			for line := range strings.Lines(got) {
				if n := len(strings.TrimSuffix(line, "\n")); n > 80 {
					t.Errorf("%d columns: %s", n, line)
				}
			}
			golden := filepath.Join("testdata", "report", tt.name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

// A table of 5 units has 1,500 saved up and gains 5 a second, so that 50 writes
// a second are served for 1,500/(50-5) = 33.3 s.
func TestFirstRefusal(t *testing.T) {
	o := options(t, "constant:50/s")
	o.For, o.MaxAttempts = time.Minute, 1
	for o.Seed = range 20 {
		rep := play(t, itemsTemplate, o)
		if at := time.Duration(rep.Refusals[0].First); at < 31*time.Second || at > 36*time.Second {
			t.Errorf("seed %d: first refusal after %v, want about 33.3 s", o.Seed, at)
		}
	}
}

// The same seed gives the same report, byte for byte, and another seed another.
func TestSeed(t *testing.T) {
	o := options(t, "spike:5x")
	r := rehearsal(t, itemsTemplate, o)
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
	if diff := cmp.Diff(first, run(rehearsal(t, itemsTemplate, o))); diff != "" {
		t.Errorf("made again (-first +second):\n%s", diff)
	}
	o.Seed++
	other := rehearsal(t, itemsTemplate, o)
	if run(other) == first {
		t.Error("two seeds give the same report")
	}
	a, b := r.Arrivals(), other.Arrivals()
	one, _ := a.Next()
	if two, _ := b.Next(); one == two {
		t.Error("two seeds give the same first arrival")
	}
}

// Whatever is played, each request offered is served or refused for a reason,
// and no more is served than there was capacity for.
func TestNothingIsUnaccountedFor(t *testing.T) {
	const seed = 1
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 40 {
		o := options(t, fmt.Sprintf("constant:%d/s", 1+rng.IntN(200)))
		o.For = time.Duration(1+rng.IntN(600)) * time.Second
		o.Seed = rng.Uint64()
		o.Route = []string{"POST /orders", "POST /copies", "PUT /events", "GET /search"}[rng.IntN(4)]
		o.ItemBytes = 1 + rng.Int64N(8_000)
		o.ServiceTime = time.Duration(rng.IntN(100)) * time.Millisecond
		o.Pessimistic, o.Eventual = rng.IntN(2) == 0, rng.IntN(2) == 0
		o.RetryMode, o.MaxAttempts = modes[rng.IntN(len(modes))], rng.IntN(15)
		if rng.IntN(2) == 0 {
			o.APIRate, o.APIBurst = 1+rng.Int64N(200), 1+rng.Int64N(50)
		}
		if o.Route == "POST /copies" {
			o.Table = "orders"
		}
		rep := play(t, ordersTemplate, o)
		var refused int64
		for _, r := range rep.Refusals {
			refused += r.Count
		}
		if rep.Offered != rep.Served+rep.Refused+rep.TimedOut || refused != rep.Refused {
			t.Errorf("seed %d, %+v: offered %d, served %d, timed out %d, refused %d, by reason %d",
				seed, o, rep.Offered, rep.Served, rep.TimedOut, rep.Refused, refused)
		}
		if let := rep.Attempts - rep.AttemptsRefused; let != rep.Served+rep.WastedRequests || rep.WastedRequests > rep.TimedOut || rep.Asked > rep.Attempts {
			t.Errorf("seed %d, %+v: %d requests made %d attempts, of which %d were let in; %d served, %d wasted, %d timed out",
				seed, o, rep.Asked, rep.Attempts, let, rep.Served, rep.WastedRequests, rep.TimedOut)
		}
		if write := (o.ItemBytes + 1_023) / 1_024; rep.Table == "Orders" && rep.Direction == "write" {
			if most := 20*(300+int64(o.For/time.Second)+30)/write + 1; rep.Served > most {
				t.Errorf("seed %d, %+v: %d served, capacity is for %d", seed, o, rep.Served, most)
			}
		}
	}
}

// Whoever stops waiting is heard.
func TestRunEnds(t *testing.T) {
	o := options(t, "constant:1000/s")
	o.For = 24 * time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := rehearsal(t, itemsTemplate, o).Run(ctx); err != context.Canceled { //nolint:errorlint // nothing wraps it
		t.Errorf("Run = %v, want %v", err, context.Canceled)
	}
}

// Requests come as often as they should, no more regularly than by chance, and
// when the phase says.
func TestArrivals(t *testing.T) {
	const rate = 50
	for seed := range uint64(5) {
		o := options(t, fmt.Sprintf("constant:%d/s", rate))
		o.For, o.Seed = time.Hour, seed
		a := rehearsal(t, itemsTemplate, o).Arrivals()
		counts := make([]float64, 3_600) // of each second
		total, last := 0, time.Duration(0)
		for at, ok := a.Next(); ok; at, ok = a.Next() {
			if at < last || at > o.For {
				t.Fatalf("seed %d: a request at %v behind one at %v", seed, at, last)
			}
			counts[min(int(at/time.Second), len(counts)-1)]++
			total, last = total+1, at
		}
		if want := rate * 3_600; total < want-5*425 || total > want+5*425 { // the square root of want
			t.Errorf("seed %d: %d requests, want about %d", seed, total, want)
		}
		mean, squares := float64(total)/3_600, 0.0
		for _, n := range counts {
			squares += (n - mean) * (n - mean)
		}
		if d := squares / 3_600 / mean; d < 0.85 || d > 1.15 {
			t.Errorf("seed %d: the variance of a second is %.2f of its mean, want about 1", seed, d)
		}
	}
	var counts [3]int
	a := rehearsal(t, itemsTemplate, options(t, "spike:4x")).Arrivals()
	for at, ok := a.Next(); ok; at, ok = a.Next() {
		switch {
		case at < 25*time.Minute:
			counts[0]++
		case at < 35*time.Minute:
			counts[1]++
		default:
			counts[2]++
		}
	}
	for i, want := range []int{3_750, 12_000, 3_750} { // 2.5, 20 and 2.5 a second
		if off := counts[i] - want; off*off > 25*want {
			t.Errorf("phase %d: %d requests, want about %d", i, counts[i], want)
		}
	}
}

// A table that has spent its burst, and an index, give what flows in and no
// more: at most the units of every second, and the request that overdraws them.
// One on demand saves nothing up, and is the same drained.
func TestDrained(t *testing.T) {
	const seconds = 300
	for seed := range uint64(5) {
		for _, pessimistic := range []bool{false, true} {
			o := options(t, "constant:20/s")
			o.For, o.Seed, o.Pessimistic, o.Drained, o.MaxAttempts = seconds*time.Second, seed, pessimistic, true, 1
			rep := play(t, itemsTemplate, o)
			if most := int64(5*seconds + 1); rep.Served > most || rep.Served < most-5 || rep.Bursts[0].Lowest > 0 {
				t.Errorf("seed %d, pessimistic %t: served %d, lowest %d, want about %d and nothing saved up",
					seed, pessimistic, rep.Served, rep.Bursts[0].Lowest, most)
			}
		}
	}
	o := options(t, "constant:10/s")
	o.For, o.Drained, o.MaxAttempts = seconds*time.Second, true, 1
	if n := play(t, ordersTemplate, o).Served - 1_000; n < seconds-1 || n > seconds+1 { // the buffer is not burst
		t.Errorf("with an index of one unit %d served beyond its buffer of 1,000, want about one a second", n)
	}
	o = options(t, "constant:60/s")
	o.Route = "PUT /events"
	full := play(t, ordersTemplate, o)
	o.Drained = true
	drained := play(t, ordersTemplate, o)
	drained.Drained = false
	if diff := cmp.Diff(full, drained); diff != "" || full.Refused == 0 {
		t.Errorf("on demand (-full +drained):\n%s", diff)
	}
}

// Wrong use says what is wrong, and where.
func TestErrors(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.yaml")
	if err := os.WriteFile(empty, []byte("Resources:\n  R: {Type: AWS::IAM::Role}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	reserved := filepath.Join(t.TempDir(), "reserved.yaml")
	if err := os.WriteFile(reserved, []byte(`Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      CodeUri: .
      ReservedConcurrentExecutions: 901
      Events: {Post: {Type: Api, Properties: {Path: /, Method: post}}}
  T:
    Type: AWS::Serverless::SimpleTable
`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, template string
		set            func(*rehearse.Options)
		want           string
	}{
		{"no traffic", itemsTemplate, func(o *rehearse.Options) { o.Traffic = rehearse.Traffic{} }, "no traffic"},
		{"no time", itemsTemplate, func(o *rehearse.Options) { o.For = 0 }, "--for: it is to last for a positive time"},
		{"less than no time", itemsTemplate, func(o *rehearse.Options) { o.For = -time.Second }, "--for: it is to last"},
		{"years", itemsTemplate, func(o *rehearse.Options) { o.For = 20_000 * time.Hour }, "--for: 20000h is longer than a year"},
		{"too many", itemsTemplate, func(o *rehearse.Options) { o.For = 8_000 * time.Hour }, "1440000000 requests are too many"},
		{"no item", itemsTemplate, func(o *rehearse.Options) { o.ItemBytes = 0 }, "--item-bytes: an item has 1 to 409600 bytes, not 0"},
		{"large item", itemsTemplate, func(o *rehearse.Options) { o.ItemBytes = 409_601 }, "not 409601"},
		{"slow init", itemsTemplate, func(o *rehearse.Options) { o.ColdStart = time.Minute }, "--cold-start: an init takes 0 to 10s, not 1m0s"},
		{"slow function", itemsTemplate, func(o *rehearse.Options) { o.ServiceTime = 30 * time.Second }, "the Timeout of PutItem, 30s (testdata/items.yaml:16)"},
		{"slow both", itemsTemplate, func(o *rehearse.Options) { o.ServiceTime, o.ColdStart = 25*time.Second, 5*time.Second }, "all that POST /item waits, 29s (testdata/items.yaml:29)"},
		{"slow answer", itemsTemplate, func(o *rehearse.Options) { o.ServiceTime = 29_600 * time.Millisecond }, "the Timeout of PutItem, 30s (testdata/items.yaml:16), but for the 500ms of its answer"},
		{"no time for an attempt", itemsTemplate, func(o *rehearse.Options) {
			o.ServiceTime, o.ColdStart, o.RetryMode = 28_600*time.Millisecond, 0, retry.ModeAware
		}, "28.6s together are all that POST /item waits, 29s (testdata/items.yaml:29), but for the 500ms of an answer"},
		{"no such route", itemsTemplate, func(o *rehearse.Options) { o.Route = "PUT /item" }, "no route \"PUT /item\", but:\n  testdata/items.yaml:29: POST /item\n"},
		{"no such table", itemsTemplate, func(o *rehearse.Options) { o.Table = "Item" }, "no table \"Item\", but:\n  testdata/items.yaml:44: Items"},
		{"nothing", empty, func(*rehearse.Options) {}, "empty.yaml: no API has a route"},
		{"two tables", ordersTemplate, func(o *rehearse.Options) { o.Route = "POST /copies" }, "orders.yaml:23: the environment of Copy names 2 tables, so say which one it calls with --table:\n"},
		{"which table", ordersTemplate, func(o *rehearse.Options) { o.Route = "POST /others" }, "orders.yaml:31: the environment of Other names no table"},
		{"no room", reserved, func(*rehearse.Options) {}, "reserved.yaml:3: function F: Specified ReservedConcurrentExecutions for function decreases"},
		{"short spike", itemsTemplate, func(o *rehearse.Options) { o.Traffic, o.For = traffic(t, "spike:2x"), 5*time.Minute }, "traffic spike:2x: its spike lasts 10m, and the whole only 5m"},
		{"high spike", itemsTemplate, func(o *rehearse.Options) { o.Traffic = traffic(t, "spike:1000000x") }, "where 1x is 5 a second: more than 1000000 requests a second"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := options(t, "constant:50/s")
			tt.set(&o)
			_, err := rehearse.New(load(t, tt.template), o)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want %s", err, tt.want)
			}
		})
	}
}

// Any other method than GET and HEAD writes, and ANY is what is asked for.
func TestDirection(t *testing.T) {
	for route, want := range map[string]string{"GET /search": "read", "DELETE /search": "write", "ANY /search": "write", "POST /orders": "write"} {
		o := options(t, "constant:1/s")
		o.Route = route
		if got := play(t, ordersTemplate, o).Direction; got != want {
			t.Errorf("%s is a %s, want %s", route, got, want)
		}
	}
}

func traffic(t *testing.T, shape string) (tr rehearse.Traffic) {
	t.Helper()
	if err := tr.UnmarshalText([]byte(shape)); err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestTraffic(t *testing.T) {
	for shape, want := range map[string]string{
		"constant:50/s":                   "",
		"constant:0.5/s":                  "",
		"spike:1.25x:40/s":                "",
		"spike:5x:":                       `"" is not a rate such as 50/s`,
		"spike:5x:0/s":                    `"0" is not a positive number`,
		"spike:5x:1000001/s":              "more than 1000000 requests a second",
		"spike:1.25x":                     "",
		"":                                "want constant:R/s, spike:Nx or spike:Nx:R/s",
		"ramp:5/s":                        "want constant:R/s, spike:Nx or spike:Nx:R/s",
		"constant":                        "is not a rate such as 50/s",
		"constant:50":                     "is not a rate such as 50/s",
		"constant:/s":                     `"" is not a positive number`,
		"constant:-5/s":                   `"-5" is not a positive number`,
		"constant:0/s":                    `"0" is not a positive number`,
		"constant:1e3/s":                  `"1e3" is not a positive number`,
		"constant:1.2.3/s":                `"1.2.3" is not a positive number`,
		"constant:1./s":                   `"1." is not a positive number`,
		"constant:.1/s":                   `".1" is not a positive number`,
		"constant:.1234567/s":             "at most six decimals",
		"constant:1000001/s":              "more than 1000000 requests a second",
		"constant:99999999999999999999/s": "not a positive number",
		"spike:5":                         "is not a multiple such as 5x",
		"spike:-1x":                       `"-1" is not a positive number`,
		"spike:x":                         `"" is not a positive number`,
	} {
		var tr rehearse.Traffic
		err := tr.UnmarshalText([]byte(shape))
		switch {
		case want == "" && (err != nil || tr.String() != shape):
			t.Errorf("%q: %v, %v", shape, tr, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || tr != (rehearse.Traffic{})):
			t.Errorf("%q: %v, %v, want %s", shape, tr, err, want)
		}
	}
}

// A traffic that is read is written the same, and makes a rehearsal or a
// refusal, never a panic.
func FuzzTraffic(f *testing.F) {
	for _, shape := range []string{"constant:50/s", "spike:5x", "constant:0.000001/s", "spike:999999999999x", "spike:2x:1/s"} {
		f.Add(shape)
	}
	tmpl := load(f, itemsTemplate)
	f.Fuzz(func(t *testing.T, shape string) {
		var tr rehearse.Traffic
		if tr.UnmarshalText([]byte(shape)) != nil {
			return
		}
		if tr.String() != shape {
			t.Errorf("%q is written %q", shape, tr)
		}
		o := options(t, "constant:1/s")
		o.Traffic, o.For = tr, 11*time.Minute
		if r, err := rehearse.New(tmpl, o); err == nil {
			a := r.Arrivals()
			for range 10 {
				if _, ok := a.Next(); !ok {
					break
				}
			}
		}
	})
}
