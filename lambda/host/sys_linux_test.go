package host

import (
	"os"
	"testing"
)

func TestAvailableMemory(t *testing.T) {
	tests := []struct {
		meminfo string
		want    int64
		ok      bool
	}{
		{"MemTotal:       24683312 kB\nMemFree:        23415560 kB\nMemAvailable:   24268872 kB\n", 24_268_872 << 10, true},
		{"MemTotal:       24683312 kB\n", 0, false},
		{"MemAvailable: much kB\n", 0, false},
		{"", 0, false},
	}
	for _, tt := range tests {
		if got, ok := parseAvailable([]byte(tt.meminfo)); got != tt.want || ok != tt.ok {
			t.Errorf("parseAvailable(%q) = %d, %v, want %d, %v", tt.meminfo, got, ok, tt.want, tt.ok)
		}
	}
	if n := DefaultMaxSandboxes(); n < minSandboxes || n > maxSandboxes {
		t.Errorf("DefaultMaxSandboxes() = %d", n)
	}
}

func TestMemoryOfThisProcess(t *testing.T) {
	var m memory
	if got := m.peak(); got != 0 {
		t.Errorf("peak of nothing = %d", got)
	}
	m.open(os.Getpid())
	defer m.close()
	if got := m.peak(); got < 1 || got > 4_096 {
		t.Errorf("this process has %d MB", got)
	}
}
