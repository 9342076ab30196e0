package rehearse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lullaby/rehearse"
	"lullaby/retry"
	"lullaby/template"
)

// modes are the names of all modes.
var modes = []string{retry.ModeSDK, retry.ModeLegacy, retry.ModeRandomExponential, retry.ModeAware}

// with loads the template of items with parameters, given as NAME=VALUE.
func with(tb testing.TB, parameters ...string) *template.Template {
	tb.Helper()
	o := template.Options{Parameters: map[string]string{}}
	for _, p := range parameters {
		name, value, _ := strings.Cut(p, "=")
		o.Parameters[name] = value
	}
	t, err := template.Load(itemsTemplate, o)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// refuseForGood rehearses a table of one unit and items of 400 units. The first
// request is served and leaves a debt of 400 s, so the table refuses all
// others. Sandboxes start at once. It also returns the instants of the
// requests.
func refuseForGood(tb testing.TB, o rehearse.Options, parameters ...string) (played, []time.Duration) {
	tb.Helper()
	o.ItemBytes, o.ColdStart, o.Drained = 400*1024, 0, true
	r, err := rehearse.New(with(tb, append(parameters, "WriteCapacityUnits=1")...), o)
	if err != nil {
		tb.Fatal(err)
	}
	rep := run(tb, r)
	if rep.Served != 1 {
		tb.Fatalf("%d served, want the first alone", rep.Served)
	}
	return rep, arrivals(r)
}

func arrivals(r *rehearse.Rehearsal) (all []time.Duration) {
	a := r.Arrivals()
	for at, ok := a.Next(); ok; at, ok = a.Next() {
		all = append(all, at)
	}
	return all
}

// The ten attempts of legacy wait 50 ms and then twice as long each time: 25.55
// s. Eleven attempts wait 51.15 s, and so are cut short 500 ms before Timeout.
// With a Timeout of 30 s that is too late, since API Gateway answers 504 after
// 29 s.
func TestLegacy(t *testing.T) {
	const service, attempt = rehearse.ServiceTime, rehearse.AttemptTime
	for _, tt := range []struct {
		attempts, timeout int
		answer            time.Duration // since the request came
		wait              time.Duration
		status            int
		end               time.Duration // of the invocation; 0: not looked at
	}{
		{1, 30, service, 0, 503, 0},
		{2, 30, service + 50*time.Millisecond + attempt, 50 * time.Millisecond, 503, 0},
		{0, 30, service + 25_550*time.Millisecond + 9*attempt, 25_550 * time.Millisecond, 503, 0},
		{0, 20, 19_500 * time.Millisecond, 19_500*time.Millisecond - service - 8*attempt, 503, 0},
		{11, 28, 27_500 * time.Millisecond, 27_500*time.Millisecond - service - 9*attempt, 503, 0},
		{11, 30, 29 * time.Second, 29_500*time.Millisecond - service - 9*attempt, 504, 29_500 * time.Millisecond},
		{11, 60, 29 * time.Second, 51_150 * time.Millisecond, 504, 0},
	} {
		t.Run(fmt.Sprintf("%d attempts in %d s", tt.attempts, tt.timeout), func(t *testing.T) {
			o := options(t, "constant:0.2/s")
			o.For, o.RetryMode, o.MaxAttempts = 5*time.Minute, retry.ModeLegacy, tt.attempts
			rep, came := refuseForGood(t, o, fmt.Sprintf("Timeout=%d", tt.timeout))
			others := rep.Offered - 1
			var first time.Duration
			if tt.status == 504 {
				first = time.Duration(rep.FirstTimeout)
				if rep.TimedOut != others || rep.Refused != 0 {
					t.Errorf("%d timed out and %d refused, want all %d timed out", rep.TimedOut, rep.Refused, others)
				}
			} else {
				if rep.Refused != others || rep.TimedOut != 0 {
					t.Fatalf("%d refused and %d timed out, want all %d refused", rep.Refused, rep.TimedOut, others)
				}
				first = time.Duration(rep.Refusals[0].First)
			}
			if got := first - came[1]; got != tt.answer {
				t.Errorf("the second request had its answer after %v, want %v", got, tt.answer)
			}
			if got := time.Duration(rep.LongestWait); got != tt.wait {
				t.Errorf("waited for %v, want %v", got, tt.wait)
			}
			if mean := tt.wait * time.Duration(others) / time.Duration(others+1); (mean - time.Duration(rep.MeanWait)).Abs() > time.Microsecond {
				t.Errorf("waited for %v on average, want %v", time.Duration(rep.MeanWait), mean)
			}
			if !rep.Lost() {
				t.Error("nothing is said to be lost")
			}
			end := came[len(came)-1] + tt.end
			if want := int64((end - 400*time.Second) / time.Second); tt.end != 0 && rep.bursts()[0].Left != want {
				t.Errorf("%d units left, want %d: one a second until %v, but for the 400 of the first request", rep.bursts()[0].Left, want, end)
			}
		})
	}
}

// With a lasting throttle, random-exponential times out as often as its
// forecast says, and aware never: it answers 503 half a second before API
// Gateway would answer 504. There are many sandboxes, so that no quota runs
// out.
func TestLastingThrottle(t *testing.T) {
	o := options(t, "constant:10/s")
	o.For, o.RetryMode = 5*time.Minute, retry.ModeRandomExponential
	m, err := retry.ParseMode(o.RetryMode, 0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := retry.Worst(m.Policy, retry.Limits{Deadline: 29 * time.Second, Attempt: rehearse.AttemptTime, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	rep, _ := refuseForGood(t, o)
	if late := float64(rep.TimedOut) / float64(rep.Offered-1); late < 0.5 || late-f.Late > 0.03 || f.Late-late > 0.03 {
		t.Errorf("random-exponential: %.3f timed out, want %.3f", late, f.Late)
	}
	o.RetryMode = retry.ModeAware
	rep, _ = refuseForGood(t, o)
	latest := 28_500*time.Millisecond - rehearse.ServiceTime // of an attempt, so 5 ms later of an answer
	if wait := time.Duration(rep.LongestWait); rep.TimedOut != 0 || wait > latest || wait < latest-2*time.Second {
		t.Errorf("aware: %d timed out, waited for %v, want none and nearly %v", rep.TimedOut, wait, latest)
	}
	rep, _ = refuseForGood(t, o, "Timeout=10")
	latest = 9_500*time.Millisecond - rehearse.ServiceTime
	if wait := time.Duration(rep.LongestWait); rep.TimedOut != 0 || wait > latest || wait < latest-time.Second {
		t.Errorf("aware with a Timeout of 10 s: %d timed out, waited for %v, want none and nearly %v", rep.TimedOut, wait, latest)
	}
	if mean := time.Duration(rep.MeanWait); mean > latest*3/4 {
		t.Errorf("aware with a Timeout of 10 s: waited for %v on average, want less than %v: it answers instead of a sleep that would be cut", mean, latest)
	}
}

// Twenty-five writes at once, at a table of five units a second without burst,
// are throttled for five seconds. The attempts of legacy after 6.35 and 12.75 s
// succeed. Six attempts wait 1.55 s, in which the table gains nine units.
func TestShortThrottle(t *testing.T) {
	for seed := range uint64(10) {
		o := options(t, "constant:100/s")
		o.For, o.Seed, o.Drained, o.ColdStart, o.RetryMode = 250*time.Millisecond, seed, true, 0, retry.ModeLegacy
		rep := play(t, itemsTemplate, o)
		if rep.Lost() || rep.Served != rep.Offered || rep.AttemptsRefused < rep.Offered {
			t.Errorf("seed %d: legacy serves %d of %d after %d refused attempts, want all", seed, rep.Served, rep.Offered, rep.AttemptsRefused)
		}
		if rep.PeakConcurrency < int(rep.Offered)/2 {
			t.Errorf("seed %d: %d sandboxes in use at most, while %d requests wait", seed, rep.PeakConcurrency, rep.Offered)
		}
		o.MaxAttempts = 6
		if rep := play(t, itemsTemplate, o); rep.Served > 10 || rep.Served < 9 || !rep.Lost() {
			t.Errorf("seed %d: with six attempts %d of %d served, want about nine", seed, rep.Served, rep.Offered)
		}
	}
}

// With every mode a table serves no more than its rate gives: 5 units a second
// while there is traffic or a request waits, and one request that overdraws it.
func TestRetriesMakeNoCapacity(t *testing.T) {
	const traffic, last = 300, 30
	for _, mode := range modes {
		for seed := range uint64(3) {
			o := options(t, "constant:20/s")
			o.For, o.Seed, o.Drained, o.RetryMode = traffic*time.Second, seed, true, mode
			rep := play(t, itemsTemplate, o)
			took := rep.Served + rep.WastedUnits
			if most := int64(5*(traffic+last) + 1); took > most || took < 5*traffic*9/10 {
				t.Errorf("%s, seed %d: the table took %d, want at most %d and about %d", mode, seed, took, most, 5*traffic)
			}
		}
	}
}

// A sandbox has one client with a quota of 500, from which a retry takes five:
// one sandbox makes 100 retries if none succeeds. Legacy has no quota.
func TestQuotaOfSandbox(t *testing.T) {
	o := options(t, "constant:20/s")
	o.For, o.Route, o.MaxAttempts = 350*time.Second, "PUT /one", 3
	for mode, want := range map[string]int64{
		retry.ModeSDK: 100, retry.ModeAware: 100, retry.ModeLegacy: 0,
	} {
		o.RetryMode = mode
		rep, _ := refuseForGood(t, o)
		if want == 0 {
			want = 2 * (rep.Asked - 1) // no quota ends them
		}
		if got := rep.Attempts - rep.Asked; got != want || rep.ColdStarts != 1 {
			t.Errorf("%s: %d retries in %d sandboxes, want %d in one", mode, got, rep.ColdStarts, want)
		}
	}
	o.Route, o.RetryMode = "POST /item", retry.ModeSDK
	rep, _ := refuseForGood(t, o)
	if got, most := rep.Attempts-rep.Asked, 100*rep.ColdStarts; got > most || got < most*3/4 {
		t.Errorf("%d retries in %d sandboxes, want most of 100 in each", got, rep.ColdStarts)
	}
}

// The second of two requests meets a debt of 40 s. Its eleventh attempt is
// admitted after 51.15 s, when its client has left, so its 40 units are wasted.
func TestWasted(t *testing.T) {
	o := options(t, "constant:0.2/s")
	o.For, o.ItemBytes, o.Drained, o.RetryMode, o.MaxAttempts = 10*time.Second, 40*1024, true, retry.ModeLegacy, 11
	tmpl := with(t, "WriteCapacityUnits=1", "Timeout=60")
	played := 0
	for o.Seed = range 40 {
		r, err := rehearse.New(tmpl, o)
		if err != nil {
			t.Fatal(err)
		}
		came := arrivals(r)
		if len(came) != 2 {
			continue
		}
		played++
		rep := run(t, r)
		if rep.Served != 1 || rep.TimedOut != 1 || rep.Refused != 0 || rep.WastedRequests != 1 || rep.WastedUnits != 40 {
			t.Errorf("seed %d: served %d, timed out %d, refused %d; wasted %d units on %d requests, want 40 on 1",
				o.Seed, rep.Served, rep.TimedOut, rep.Refused, rep.WastedUnits, rep.WastedRequests)
		}
		if got := time.Duration(rep.FirstTimeout) - came[1]; got != 29*time.Second {
			t.Errorf("seed %d: 504 after %v, want 29 s", o.Seed, got)
		}
	}
	if played == 0 {
		t.Error("no seed has two requests")
	}
}

// The template sets the retry mode, and flags override it.
func TestMode(t *testing.T) {
	for _, tt := range []struct {
		parameters   string
		mode         string
		attempts     int
		wantMode     string
		wantAttempts int
	}{
		{"", "", 0, "sdk", 3},
		{"SDKAttempts=7", "", 0, "sdk", 7},
		{"MaxAttempts=7", "", 0, "sdk", 3}, // ignored: the mode is not set
		{"RetryMode=sdk MaxAttempts=7", "", 0, "sdk", 7},
		{"RetryMode=sdk SDKAttempts=7", "", 0, "sdk", 3},
		{"RetryMode=legacy", "", 0, "legacy", 10},
		{"RetryMode=legacy MaxAttempts=0", "", 0, "legacy", 10},
		{"RetryMode=legacy MaxAttempts=11 SDKAttempts=7", "", 0, "legacy", 11},
		{"RetryMode=random-exponential", "", 0, "random-exponential", 1000},
		{"RetryMode=aware", "", 0, "aware", 10},
		{"RetryMode=aware MaxAttempts=4", "legacy", 0, "legacy", 4},
		{"RetryMode=aware MaxAttempts=4", "", 2, "aware", 2},
		{"RetryMode=no MaxAttempts=no", "legacy", 2, "legacy", 2},
		{"SDKAttempts=7", "legacy", 0, "legacy", 10},
		{"SDKAttempts=7", "sdk", 0, "sdk", 7},
		{"SDKAttempts=no", "legacy", 0, "legacy", 10},
	} {
		o := options(t, "constant:1/s")
		o.For, o.RetryMode, o.MaxAttempts = time.Second, tt.mode, tt.attempts
		r, err := rehearse.New(with(t, strings.Fields(tt.parameters)...), o)
		if err != nil {
			t.Errorf("%q with %q and %d: %v", tt.parameters, tt.mode, tt.attempts, err)
			continue
		}
		rep := run(t, r)
		if rep.RetryMode != tt.wantMode || rep.MaxAttempts != tt.wantAttempts {
			t.Errorf("%q with %q and %d: %s of %d attempts, want %s of %d",
				tt.parameters, tt.mode, tt.attempts, rep.RetryMode, rep.MaxAttempts, tt.wantMode, tt.wantAttempts)
		}
	}
}

// An invalid mode or number is refused with its place.
func TestModeErrors(t *testing.T) {
	const mode, attempts, sdkAttempts = itemsTemplate + ":20: ", itemsTemplate + ":21: ", itemsTemplate + ":22: "
	for _, tt := range []struct {
		parameters string
		mode       string
		attempts   int
		want       string
	}{
		{"RetryMode=stubborn", "", 0, mode + "RETRY_MODE of PutItem: Mode is stubborn: it must be sdk, legacy, random-exponential or aware"},
		{"RetryMode=legacy MaxAttempts=nine", "", 0, attempts + `MAX_ATTEMPTS of PutItem: "nine" is not a whole number`},
		{"RetryMode=legacy MaxAttempts=-1", "", 0, attempts + "MAX_ATTEMPTS of PutItem: MaxAttempts is -1: it must be from 1 to 1000, or 0 for the form's own"},
		{"SDKAttempts=1.5", "", 0, sdkAttempts + `AWS_MAX_ATTEMPTS of PutItem: "1.5" is not a whole number`},
		{"SDKAttempts=1001", "", 0, sdkAttempts + "AWS_MAX_ATTEMPTS of PutItem: MaxAttempts is 1001: "},
		{"RetryMode=aware", "stubborn", 0, "--retry-mode: Mode is stubborn: "},
		{"RetryMode=aware", "", -1, "--max-attempts: MaxAttempts is -1: "},
	} {
		o := options(t, "constant:1/s")
		o.RetryMode, o.MaxAttempts = tt.mode, tt.attempts
		_, err := rehearse.New(with(t, strings.Fields(tt.parameters)...), o)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%q with %q and %d: %v, want %s", tt.parameters, tt.mode, tt.attempts, err, tt.want)
		}
	}
}

// A rehearsal allocates for sandboxes and for concurrent requests, not for each
// request.
func TestAllocations(t *testing.T) {
	for _, tt := range []struct {
		mode, units string
		most        float64
	}{
		{retry.ModeAware, "2000", 1_000},
		{retry.ModeLegacy, "140", 6_000},
	} {
		o := options(t, "constant:150/s")
		o.For, o.Drained, o.RetryMode = 5*time.Minute, true, tt.mode // 45,000 requests
		r, err := rehearse.New(with(t, "WriteCapacityUnits="+tt.units), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := testing.AllocsPerRun(1, func() {
			if _, err := r.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}); got > tt.most {
			t.Errorf("%s: %.0f allocations, want at most %.0f", tt.mode, got, tt.most)
		}
	}
}
