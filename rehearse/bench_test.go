package rehearse_test

import (
	"testing"
	"time"

	"lullaby/rehearse"
	"lullaby/template"
)

// BenchmarkRun plays a minute at 1,000 requests a second: a day takes 1,440
// times as long. The second table refuses most.
func BenchmarkRun(b *testing.B) {
	for name, units := range map[string]string{"served": "2000", "refused": "5"} {
		b.Run(name, func(b *testing.B) {
			tmpl, err := template.Load(itemsTemplate, template.Options{Parameters: map[string]string{"WriteCapacityUnits": units}})
			if err != nil {
				b.Fatal(err)
			}
			o := options(b, "constant:1000/s")
			o.For = time.Minute
			r, err := rehearse.New(tmpl, o)
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
