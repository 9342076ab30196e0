package autoscale_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/autoscale"
	"lullaby/internal/longtest"
	"lullaby/watch"
)

// Whatever happens in whatever order: no two orders for one resource are under way, units
// are inside the bounds after an order, the alarms are those of the policies that there are,
// what a store was told is all, and activities in progress are those of orders.
func TestRandomHistories(t *testing.T) {
	for seed := range longtest.Of[uint64](40, 600) {
		rng := rand.New(rand.NewPCG(seed, 16))
		w := newWorld()
		if seed%4 == 3 {
			w.scaler.Assumed = autoscale.Strict
		}
		w.play("table orders write=10 read=10 by-day:write=10")
		const length = 60
		played := make([]string, 0, length)
		for range length {
			line := w.random(rng)
			played = append(played, line)
			w.play(line)
			if wrong := w.wrong(); wrong != "" {
				t.Fatalf("seed %d: %s\n%s\ntold %s", seed, wrong, strings.Join(played, "\n"), strings.Join(w.told, "\n     "))
			}
		}
	}
}

// random returns a line of a script.
func (w *world) random(rng *rand.Rand) string {
	one := func(of ...string) string { return of[rng.IntN(len(of))] }
	number := func(most int) int { return 1 + rng.IntN(most) }
	at := func(d time.Duration) string { return (w.now.Sub(midnight) + d).String() }
	r := one("orders write", "orders write", "orders read", "orders/index/by-day write")
	switch table := w.tables["orders"]; rng.IntN(16) {
	case 0, 1:
		least := number(30)
		return fmt.Sprintf("register %s min=%d max=%d", r, least, least+rng.IntN(60))
	case 2:
		return one("register "+r, "register "+r+" suspend="+one("in", "out", "scheduled"), "register "+r+" resume=in,out,scheduled")
	case 3:
		return one("deregister "+r, "delete use "+r, "delete load "+r, "unschedule a "+r, "restart")
	case 4, 5:
		return fmt.Sprintf("policy use %s target=%d out=%d in=%d %s", r, 20+rng.IntN(71), rng.IntN(200), rng.IntN(200), one("", "no-in"))
	case 6:
		return fmt.Sprintf("policy load %s target=%d out=%d in=%d metric=App:load", r, number(100), rng.IntN(200), rng.IntN(200))
	case 7:
		return fmt.Sprintf("schedule a %s min=%d %s", r, number(90), one("rate(7 minutes)", "cron(*/5 * * * ? *)", "rate(1 hour) end="+at(time.Hour)))
	case 8:
		return fmt.Sprintf("schedule b %s min=%d max=%d at(%s)", r, number(9), 9+number(30), w.now.Add(time.Duration(rng.IntN(3600))*time.Second).Time().Format("2006-01-02T15:04:05"))
	case 9:
		if table == nil {
			return "table orders write=10 read=10 by-day:write=10"
		}
		return one("drop orders", fmt.Sprintf("update orders write=%d", number(60)), fmt.Sprintf("update orders read=%d write=%d", number(60), number(60)),
			"mode orders on-demand", "mode orders write=20")
	case 10, 11:
		return fmt.Sprintf("consumed %s %d from %s to %s", r, rng.IntN(4000), at(-time.Minute), at(time.Duration(number(10))*time.Minute))
	case 12:
		return fmt.Sprintf("metric App:load %d from %s to %s", rng.IntN(300), at(-time.Minute), at(time.Duration(number(10))*time.Minute))
	case 13:
		return one("back 30m", "back 3s", "sleep to "+at(40*time.Minute), "sleep to "+at(25*time.Hour), "sleep to "+at(1100*time.Hour))
	}
	return "run to " + at(time.Duration(number(1500))*time.Second)
}

// wrong returns what may not be.
func (w *world) wrong() string {
	if len(w.broken) > 0 {
		return w.broken[0]
	}
	var want, got []watch.MetricAlarm
	byName := map[string]watch.MetricAlarm{}
	for d := range w.alarms.All() {
		byName[d.Name] = *d.Metric
	}
	for _, m := range w.scaler.Alarms() {
		want = append(want, m)
		got = append(got, byName[m.AlarmName])
	}
	if diff := cmp.Diff(want, got); diff != "" || len(byName) != len(want) {
		return fmt.Sprintf("%d alarms, want %d (-want +got):\n%s", len(byName), len(want), diff)
	}
	targets := w.scaler.Targets()
	for _, of := range targets {
		if diff := cmp.Diff(encoded(of), w.kept[of.Resource]); diff != "" {
			return "a store has not all of " + of.Resource.ID + " (-scaler +store):\n" + diff
		}
		if is := w.unitsOf(of.Resource); is.Units != of.Units {
			return fmt.Sprintf("%v has %d units, the scaler has %d", of.Resource, is.Units, of.Units)
		}
	}
	if len(w.kept) != len(targets) {
		return fmt.Sprintf("a store has %d targets of %d", len(w.kept), len(targets))
	}
	for _, a := range w.scaler.Activities(w.now) {
		if diff := cmp.Diff(a, w.activities[a.Number]); diff != "" {
			return "a store has not all of an activity (-scaler +store):\n" + diff
		}
		if underWay := w.inFlight[a.Resource] == a.ID; (a.Status == autoscale.InProgress) != underWay {
			return fmt.Sprintf("activity %d is %s, and its order under way: %v", a.Number, a.Status, underWay)
		}
	}
	for _, of := range targets {
		if underWay := w.inFlight[of.Resource]; of.Order != nil && of.Order.Activity != underWay {
			return fmt.Sprintf("%v waits for %s, and %s is under way", of.Resource, of.Order.Activity, underWay)
		}
	}
	return ""
}
