package rehearse_test

import (
	"testing"
	"time"

	"lullaby/rehearse"
	"lullaby/retry"
)

// BenchmarkRun plays a minute at 1,000 requests a second; a day takes 1,440
// times as long. The second table refuses most requests. The third refuses half
// of them, after six attempts each, so its time is that of 255,708 attempts.
func BenchmarkRun(b *testing.B) {
	for _, bb := range []struct {
		name, units string
		attempts    int
	}{
		{"served", "2000", 1},
		{"refused", "5", 1},
		{"retried", "500", 6},
	} {
		b.Run(bb.name, func(b *testing.B) {
			o := options(b, "constant:1000/s")
			o.For, o.Drained, o.RetryMode, o.MaxAttempts = time.Minute, bb.name == "retried", retry.ModeLegacy, bb.attempts
			r, err := rehearse.New(with(b, "WriteCapacityUnits="+bb.units), o)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Run(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAlarms plays a minute at 1,000 requests a second with alarms on the table,
// on the API and on another alarm.
func BenchmarkAlarms(b *testing.B) {
	o := options(b, "constant:1000/s")
	o.For, o.RetryMode, o.MaxAttempts = time.Minute, retry.ModeLegacy, 1
	r := loaded(b, alarmedTemplate, o, "WriteCapacityUnits=2000")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Run(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkQueue plays a minute at 1,000 requests a second through a queue: the
// table takes all, or a twentieth, and the rest dies.
func BenchmarkQueue(b *testing.B) {
	for _, units := range []string{"2000", "50"} {
		b.Run(units, func(b *testing.B) {
			o := options(b, "constant:1000/s")
			o.For, o.Drained = time.Minute, true
			r := loaded(b, queuedTemplate, o, "WriteCapacityUnits="+units)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Run(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// options are those of the command line, with traffic.
func options(tb testing.TB, traffic string) rehearse.Options {
	tb.Helper()
	o := rehearse.Options{
		For: time.Hour, Seed: 1,
		ItemBytes: rehearse.ItemBytes, ServiceTime: rehearse.ServiceTime, ColdStart: rehearse.ColdStart,
	}
	if err := o.Traffic.UnmarshalText([]byte(traffic)); err != nil {
		tb.Fatal(err)
	}
	return o
}
