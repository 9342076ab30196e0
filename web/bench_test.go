package web_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"lullaby/web"
)

// A page that is open asks for a state every other second.
func BenchmarkState(b *testing.B) {
	for _, tables := range []int{1, 10} {
		b.Run(fmt.Sprintf("%d tables", tables), func(b *testing.B) {
			w := newWorld(b)
			for i := range tables {
				name := fmt.Sprintf("tab%d", i)
				w.create(b, name)
				_ = w.put(b, name, "a") // may be throttled, which is a sample too
			}
			b.ReportAllocs()
			for b.Loop() {
				state, err := web.StateAt(w.Server, b.Context(), now().Add(time.Second))
				check(b, err)
				text, err := json.Marshal(state)
				check(b, err)
				b.SetBytes(int64(len(text)))
			}
		})
	}
}
