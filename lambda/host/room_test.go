package host

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/lambda"
)

// A machine is a Host without processes, and the memory that it has: sandboxes of
// f, whose MemorySize is 128 MB, take size bytes when they are ready.
type machine struct {
	*Host
	f    *function
	mu   sync.Mutex
	free int64
	size int64
}

func newMachine(t *testing.T, free, size int64) *machine {
	t.Helper()
	_, s := idleSandbox(t, time.Second)
	m := &machine{Host: s.host, f: s.function, free: free, size: size}
	m.f.MemorySize = 128
	m.f.idle.Take()
	m.life, m.end = context.WithCancelCause(t.Context())
	m.Host.mu.changed = make(chan struct{})
	m.options = Options{freeMemory: func() (int64, bool) {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.free, true
	}}.withDefaults()
	return m
}

// start starts a sandbox, which is ready after an init of that length.
func (m *machine) start(init time.Duration) error {
	promised, err := m.makeRoom(m.f)
	if err != nil {
		return err
	}
	time.Sleep(init)
	m.mu.Lock()
	m.free -= m.size
	m.mu.Unlock()
	raise(&m.f.largest, m.size)
	s := &sandbox{host: m.Host, function: m.f, state: state{promised: promised}}
	m.Host.mu.Lock()
	m.keepLocked(s)
	m.Host.mu.Unlock()
	return nil
}

// A machine with 3 GB runs as many sandboxes of 6 MB as fit, all started at once,
// though the first few could be of 128 MB and a fixed share of 48 MB would be 32.
func TestRoomForWhatProcessesTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const mb = 1 << 20
		m := newMachine(t, 3<<30, 6*mb)
		var all sync.WaitGroup
		for range 332 {
			all.Go(func() {
				if err := m.start(50 * time.Millisecond); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		// The next ones fill the memory, down to the reserve.
		more := 0
		for m.start(time.Millisecond) == nil {
			more++
		}
		if want := (3<<10 - memoryReserve/mb) / 6; 332+more != want {
			t.Errorf("%d sandboxes run, want %d", 332+more, want)
		}
		var refusal *lambda.ThrottleError
		if err := m.start(0); !errors.As(err, &refusal) || !refusal.Machine {
			t.Errorf("on a full machine: %v, want a refusal of this machine", err)
		}
		if m.Host.mu.promised != 0 {
			t.Errorf("%d bytes are promised to nobody", m.Host.mu.promised)
		}
		m.end(nil)
	})
}

// Sandboxes that turn out to be large do not take more than there is.
func TestRoomForLargeProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 1 << 30
		m := newMachine(t, 10<<30, size)
		m.f.MemorySize = 2_048
		var all sync.WaitGroup
		var mu sync.Mutex
		started := 0
		for range 100 {
			all.Go(func() {
				if m.start(50*time.Millisecond) == nil {
					mu.Lock()
					started++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if started != 9 || m.free < memoryReserve {
			t.Errorf("%d of 1 GB started on 10 GB, %d bytes are left", started, m.free)
		}
		m.end(nil)
	})
}

// Without a number of the user's, as many sandboxes may run as the account allows,
// and few if the free memory is unknown.
func TestDefaultMaxSandboxes(t *testing.T) {
	known := func() (int64, bool) { return 1 << 30, true }
	unknown := func() (int64, bool) { return 0, false }
	tests := []struct {
		name    string
		options Options
		want    int
		measure bool
	}{
		{"AWS's default", Options{freeMemory: known}, 1_000, true},
		{"a larger account", Options{freeMemory: known, Limits: lambda.Limits{ConcurrentExecutions: 3_000}}, 3_000, true},
		{"unknown memory", Options{freeMemory: unknown}, 32, false},
		{"the user's number", Options{freeMemory: known, MaxSandboxes: math.MaxInt32}, math.MaxInt32, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.options.withDefaults()
			if got.MaxSandboxes != tt.want || got.measure != tt.measure {
				t.Errorf("MaxSandboxes = %d, measure %v, want %d, %v", got.MaxSandboxes, got.measure, tt.want, tt.measure)
			}
		})
	}
}
