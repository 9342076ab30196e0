package host_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// BenchmarkInvoke measures an invocation in a warm process. That includes the
// work of the process, which shares the machine.
func BenchmarkInvoke(b *testing.B) {
	for _, sandboxes := range []int{1, 32} {
		for _, logged := range []bool{false, true} {
			b.Run(fmt.Sprintf("sandboxes=%d/log=%v", sandboxes, logged), func(b *testing.B) {
				benchmarkInvoke(b, sandboxes, logged)
			})
		}
	}
}

func benchmarkInvoke(b *testing.B, sandboxes int, logged bool) {
	options := host.Options{MaxSandboxes: 2 * sandboxes, Limits: lambda.Limits{Unlimited: true}}
	if logged {
		options.Log = discard{}
	}
	h, err := host.New(options, []host.Function{function(b, "f", "echo")})
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	in := lambda.InvokeInput{FunctionName: "f", Payload: []byte(`{"resource":"/item/{_id}","path":"/item/1"}`)}
	each := func(n int) {
		var all sync.WaitGroup
		for i := range sandboxes {
			all.Go(func() {
				for j := i; j < n; j += sandboxes {
					if out, err := h.Invoke(b.Context(), in); err != nil || out.FunctionError != "" {
						b.Error(err, string(out.Payload))
						return
					}
				}
			})
		}
		all.Wait()
	}
	each(sandboxes * 10) // starts every sandbox
	b.ReportAllocs()
	b.ResetTimer()
	each(b.N)
}

// BenchmarkHop measures an invocation of a process that was idle before, frozen or
// not: hop-ns is the median.
func BenchmarkHop(b *testing.B) {
	for _, freeze := range []string{"off", "on"} {
		b.Run("freeze="+freeze, func(b *testing.B) {
			h, err := host.New(host.Options{MaxSandboxes: 1, NoFreeze: freeze == "off"}, []host.Function{function(b, "f", "echo")})
			if err != nil {
				b.Fatal(err)
			}
			defer h.Close()
			var took []time.Duration
			for b.Loop() {
				time.Sleep(5 * time.Millisecond)
				began := time.Now()
				if _, err := h.Invoke(b.Context(), lambda.InvokeInput{FunctionName: "f"}); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2]), "hop-ns")
		})
	}
}

// discard is a log that is not nil, so that its lines are made.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
