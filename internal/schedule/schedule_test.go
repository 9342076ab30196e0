package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"lullaby/internal/schedule"
)

var (
	after  = time.Date(2026, 1, 14, 0, 1, 0, 0, time.UTC).Add(-time.Second)
	anchor = time.Date(2026, 1, 14, 0, 2, 0, 0, time.UTC)
)

// A script has a schedule on a line, and when it is due from January 14 of 2026, a
// Wednesday, 00:00:59 on; what "zone" names is the zone of those that follow. A rate is
// counted from 00:02.
func TestSchedules(t *testing.T) {
	text, err := os.ReadFile("testdata/cron.txt")
	if err != nil {
		t.Fatal(err)
	}
	zone, expression := time.UTC, ""
	for i, line := range strings.Split(string(text), "\n") {
		switch name, isZone := strings.CutPrefix(line, "zone "); {
		case line == "" || line[0] == '#':
		case isZone:
			if zone, err = schedule.Zone(name); err != nil {
				t.Fatal(err)
			}
		case expression == "":
			expression = line
		default:
			if got := dues(expression, zone, len(strings.Fields(line))); got != line {
				t.Errorf("testdata/cron.txt:%d: %s\ngot  %s\nwant %s", i+1, expression, got, line)
			}
			expression = ""
		}
	}
}

func dues(expression string, zone *time.Location, n int) string {
	s, err := schedule.Parse(expression, zone)
	if err != nil {
		return "refused: " + err.Error()
	}
	var all []string
	for at := after; len(all) < n; {
		due, ok := s.Next(at, anchor)
		if !ok {
			return strings.Join(append(all, "never"), " ")
		}
		all = append(all, due.UTC().Format(time.RFC3339))
		at = due
	}
	return strings.Join(all, " ")
}

func TestZones(t *testing.T) {
	for name, want := range map[string]bool{"": true, "UTC": true, "Europe/London": true, "Etc/GMT+9": true, "Local": false, "Mars": false, "../../etc/passwd": false} {
		if _, err := schedule.Zone(name); (err == nil) != want {
			t.Errorf("Zone(%q) = %v", name, err)
		}
	}
}

// What is due next is the first minute that matches field by field, however the parser
// reads the fields.
func TestNextIsTheFirstMinute(t *testing.T) {
	const seed = 1
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		minute, hour, month := rng.IntN(60), rng.IntN(24), 1+rng.IntN(12)
		day, week := 1+rng.IntN(28), 1+rng.IntN(7)
		days := fmt.Sprintf("%d %d/3 ?", day, month)
		matches := func(at time.Time) bool {
			return at.Day() == day && (int(at.Month())-month)%3 == 0 && int(at.Month()) >= month
		}
		if rng.IntN(2) == 0 {
			days = fmt.Sprintf("? %d-12 %d", month, week)
			matches = func(at time.Time) bool { return int(at.Weekday())+1 == week && int(at.Month()) >= month }
		}
		text := fmt.Sprintf("cron(%d %d %s *)", minute, hour, days)
		s, err := schedule.Parse(text, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		from := after.Add(time.Duration(rng.Int64N(int64(800 * 24 * time.Hour))))
		got, _ := s.Next(from, anchor)
		want := time.Date(from.Year(), from.Month(), from.Day(), hour, minute, 0, 0, time.UTC)
		for !want.After(from) || !matches(want) {
			want = want.AddDate(0, 0, 1)
		}
		if !got.Equal(want) {
			t.Fatalf("seed %d: %s after %v: %v, want %v", seed, text, from, got, want)
		}
	}
}

// No text does harm, and times only go forward.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"at(2026-01-15T08:00:00)", "rate(5 minutes)", "cron(0/5 8-18 ? * MON-FRI *)", "cron(0 0 LW 2/3 ? 2026-2199)", "cron(* * L-3,15W * ? *)", "cron(1 2 ? * 3#5,6L 2030)"} {
		f.Add(text, int64(1_768_000_000))
	}
	zone, err := schedule.Zone("America/New_York")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, from int64) {
		s, err := schedule.Parse(text, zone)
		if err != nil {
			return
		}
		at := time.Unix(from%10_000_000_000, 0)
		for range 3 {
			due, ok := s.Next(at, anchor)
			if !ok {
				return
			}
			if !due.After(at) {
				t.Fatalf("%s after %v: %v", text, at, due)
			}
			if strings.HasPrefix(text, "cron") && due.Second() != 0 {
				t.Fatalf("%s after %v: %v", text, at, due)
			}
			if earlier, ok := s.Next(due.Add(-time.Second), anchor); !ok || !earlier.Equal(due) {
				t.Fatalf("%s: %v after %v, and %v a second before it", text, due, at, earlier)
			}
			at = due
		}
	})
}

func BenchmarkNext(b *testing.B) {
	for name, text := range map[string]string{"each minute": "cron(* * * * ? *)", "seldom": "cron(0 0 29 2 ? *)", "never": "cron(0 0 30 2 ? *)"} {
		b.Run(name, func(b *testing.B) {
			s, err := schedule.Parse(text, time.UTC)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				s.Next(after, anchor)
			}
		})
	}
}
