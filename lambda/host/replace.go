package host

import (
	"fmt"

	"lullaby/lambda"
)

// Replace gives a function of the Host other code, settings or environment. Its
// reserved concurrency stays. Invocations under way end in their sandboxes; later ones
// get new ones. The error is that of New for such a function.
func (h *Host) Replace(f Function) error {
	made, err := h.describe(f.withDefaults())
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	old := h.functions[f.Name]
	if old == nil {
		return fmt.Errorf("function %s: %w", f.Name, lambda.NotFound(h.options.Scope, f.Name, ""))
	}
	made.meter, made.limits, made.ReservedConcurrency = old.meter, old.limits, old.ReservedConcurrency
	h.functions[f.Name] = made
	old.replaced = true
	for s := range h.mu.sandboxes {
		if s.function == old && s.phase == idle {
			h.haltLocked(s, halted)
		}
	}
	return nil
}

// named returns the function of that name as it is now, nil if there is none.
func (h *Host) named(name string) *function {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.functions[name]
}

// again returns an event for another attempt: of the function as it is now.
func (h *Host) again(inv *invocation) *invocation {
	attempt := *inv
	attempt.done = make(chan outcome, 1)
	attempt.function = h.named(inv.function.Name)
	return &attempt
}
