package rehearse_test

import (
	"strings"
	"testing"
	"time"

	"lullaby/rehearse"
)

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
		"":                                "want constant:R/s, spike:Nx, spike:Nx:R/s or steps:R/s:TIME,...,R/s, such as constant:50/s, spike:5x, spike:5x:50/s or steps:2/s:10m,20/s:5m,0/s",
		"ramp:5/s":                        "want constant:R/s, spike:Nx, spike:Nx:R/s or steps:R/s:TIME,...,R/s, such as constant:50/s, spike:5x, spike:5x:50/s or steps:2/s:10m,20/s:5m,0/s",
		"spike":                           "want constant:R/s, spike:Nx, spike:Nx:R/s or steps:R/s:TIME,...,R/s, such as constant:50/s, spike:5x, spike:5x:50/s or steps:2/s:10m,20/s:5m,0/s",
		"spike:":                          "want constant:R/s, spike:Nx, spike:Nx:R/s or steps:R/s:TIME,...,R/s, such as",
		"constant":                        "want constant:R/s, spike:Nx, spike:Nx:R/s or steps:R/s:TIME,...,R/s, such as",
		"constant:50":                     "is not a rate such as 50/s",
		"spike:5":                         `"5" is not a multiple such as 5x`,
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
		"steps:2/s:10m,20/s:90s,0/s":      "",
		"steps:5/s":                       "",
		"steps:":                          "want constant:R/s, ",
		"steps:2/s:10m":                   `the last step, "2/s:10m", has a time`,
		"steps:2/s,3/s":                   `step "2/s" has no time`,
		"steps:2/s:ten,3/s":               `step "2/s:ten": "ten" is not a time such as 10m`,
		"steps:2/s:-1m,3/s":               `"-1m" is not a time such as 10m`,
		"steps:2/s:10000h,3/s":            `"10000h" is not a time such as 10m`,
		"steps:2:10m,3/s":                 "is not a rate such as 50/s",
		"steps:/s:10m,3/s":                `"" is not a positive number`,
		"steps:2/s:10m,":                  "is not a rate such as 50/s",
		"spike:-1x":                       `"-1" is not a positive number`,
		"spike:x":                         `"" is not a positive number`,
	} {
		var tr rehearse.Traffic
		err := tr.UnmarshalText([]byte(shape))
		switch {
		case want == "" && (err != nil || tr.String() != shape):
			t.Errorf("%q: %v, %v", shape, tr, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || tr.String() != ""):
			t.Errorf("%q: %v, %v, want %s", shape, tr, err, want)
		}
	}
}

// Traffic that was read is written the same. It gives a rehearsal or an error,
// never a panic.
func FuzzTraffic(f *testing.F) {
	for _, shape := range []string{"constant:50/s", "spike:5x", "constant:0.000001/s", "spike:999999999999x", "spike:2x:1/s", "steps:2/s:1m,0/s:2s,5/s"} {
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

// A spike is its base, and N times that for ten minutes. Without a rate the base
// is half of what the table takes for good, on demand 50 a second.
func TestSpike(t *testing.T) {
	for _, tt := range []struct{ shape, template, route, want string }{
		{"spike:5x:40/s", itemsTemplate, "POST /item", "spike:5x:40/s (40/s, but 200/s from 25m to 35m)"},
		{"spike:5x", itemsTemplate, "POST /item", "spike:5x (2.5/s, but 12.5/s from 25m to 35m)"},
		{"spike:2x", ordersTemplate, "GET /search", "spike:2x (5/s, but 10/s from 25m to 35m)"},
		{"spike:2x", ordersTemplate, "PUT /events", "spike:2x (50/s, but 100/s from 25m to 35m)"},
	} {
		o := options(t, tt.shape)
		o.Route = tt.route
		if got := play(t, tt.template, o).Report.Traffic; got != tt.want {
			t.Errorf("%s of %s is %s, want %s", tt.shape, tt.route, got, tt.want)
		}
	}
}

// Steps follow each other, and the last one ends with the traffic, which is longer.
func TestSteps(t *testing.T) {
	o := options(t, "steps:2/s:10m,0/s:5m,4/s")
	o.Even = true
	for i, want := range map[int]time.Duration{
		0:                   250 * time.Millisecond,
		1_199:               10*time.Minute - 250*time.Millisecond,
		1_200:               15*time.Minute + 125*time.Millisecond,
		1_201:               15*time.Minute + 375*time.Millisecond,
		1_200 + 4*45*60 - 1: time.Hour - 125*time.Millisecond,
	} {
		a := rehearsal(t, itemsTemplate, o).Arrivals()
		var at time.Duration
		for range i + 1 {
			at, _ = a.Next()
		}
		if at != want {
			t.Errorf("request %d comes after %v, want %v", i, at, want)
		}
	}
	o.For = 15 * time.Minute
	_, err := rehearse.New(load(t, itemsTemplate), o)
	if want := "traffic steps:2/s:10m,0/s:5m,4/s: its last step begins after 15m, and the whole lasts 15m"; err == nil || err.Error() != want {
		t.Errorf("New = %v, want %s", err, want)
	}
}

// A time of day has hours and minutes, and may have seconds.
func TestClock(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"00:00": 0, "02:55": 2*time.Hour + 55*time.Minute, "23:59:59": 24*time.Hour - time.Second,
		"24:00": -1, "2:55": -1, "02:55pm": -1, "": -1, "02:5": -1, "02:55:00.5": -1, "-1:00": -1,
	} {
		var c rehearse.Clock
		if err := c.UnmarshalText([]byte(text)); (err != nil) != (want < 0) || err == nil && time.Duration(c) != want {
			t.Errorf("%q is %v, %v", text, time.Duration(c), err)
		}
	}
}
