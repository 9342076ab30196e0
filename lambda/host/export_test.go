package host

import (
	"fmt"

	"lullaby/lambda"
)

// Concurrency returns how many invocations run, of the function and of the
// account.
func (h *Host) Concurrency(function string) lambda.Concurrency {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.functions[function].limits.Concurrency()
}

// Running returns how many invocations run.
func (h *Host) Running() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.mu.account.ConcurrentExecutions()
}

// FailEvent makes attempts of an event, which must all fail, without the
// minutes between them.
func (h *Host) FailEvent(in lambda.InvokeInput, attempts int) (requestID string, err error) {
	inv, err := h.accept(in)
	if err != nil {
		return "", err
	}
	for range attempts {
		failed, err := h.perform(inv)
		if err != nil || !failed {
			return "", fmt.Errorf("an attempt failed: %v, error %w", failed, err)
		}
	}
	return inv.id, nil
}

// Measured returns how many sandboxes have their memory measured now.
func (h *Host) Measured() int { return len(h.runningSandboxes()) }

// WithFreeMemory returns o with another figure of free memory than this machine's.
func WithFreeMemory(o Options, bytes int64) Options {
	o.freeMemory = func() (int64, bool) { return bytes, true }
	return o
}

// WithMaxStream returns o with another limit of a streamed result, in bytes.
func WithMaxStream(o Options, most int) Options {
	o.maxStream = most
	return o
}

// WithLaunched returns o with a function that is called when a process runs and the
// Host does not know it yet.
func WithLaunched(o Options, f func()) Options {
	o.launched = f
	return o
}
