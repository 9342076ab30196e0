package host

import (
	"slices"
	"strings"
)

// A Usage is what runs of a function at an instant.
type Usage struct {
	Name     string
	Running  int   // invocations: its concurrency
	Idle     int   // sandboxes
	Starts   int64 // of sandboxes since New: cold starts, and second tries of an init
	Reserved *int  // its reserved concurrency; nil: none
}

// Usage returns what runs of each function, in the order of their names.
func (h *Host) Usage() []Usage {
	h.mu.Lock()
	defer h.mu.Unlock()
	usage := make([]Usage, 0, len(h.functions))
	for _, f := range h.functions {
		usage = append(usage, Usage{f.Name, f.limits.Concurrency().Function, f.idle.Len(), f.starts, f.ReservedConcurrency})
	}
	slices.SortFunc(usage, func(a, b Usage) int { return strings.Compare(a.Name, b.Name) })
	return usage
}
