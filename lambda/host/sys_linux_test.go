package host

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
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
		if got, ok := parseKB([]byte(tt.meminfo), "MemAvailable:"); got != tt.want || ok != tt.ok {
			t.Errorf("parseKB(%q) = %d, %v, want %d, %v", tt.meminfo, got, ok, tt.want, tt.ok)
		}
	}
}

func TestMemoryOfThisProcess(t *testing.T) {
	var m memory
	if m.sample(); m.peak() != 0 {
		t.Errorf("peak of nothing = %d", m.peak())
	}
	m.open(os.Getpid())
	defer m.close()
	m.sample()
	if got := m.peak(); got < 1 || got > 4_096 {
		t.Errorf("this process has %d MB", got)
	}
}

func TestHowProcessesAreScheduled(t *testing.T) {
	l := newLauncher()
	defer l.close()
	for _, tt := range []struct {
		oneCPU bool
		slack  time.Duration
	}{
		{true, timerSlack},
		{false, 50 * time.Microsecond}, // the kernel's
		{true, timerSlack},
	} {
		var out bytes.Buffer
		cmd := exec.Command("cat", "/proc/self/timerslack_ns", "/proc/self/stat")
		cmd.Stdout = &out
		if err := l.start(cmd, tt.oneCPU); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
		fields := strings.Fields(out.String())
		const policy = 41 // of /proc/PID/stat, from 1, behind the line of the other file
		if len(fields) <= policy {
			t.Fatalf("cat said %q", out.String())
		}
		if got, _ := time.ParseDuration(fields[0] + "ns"); got != tt.slack {
			t.Errorf("one CPU %v: timer slack %v, want %v", tt.oneCPU, got, tt.slack)
		}
		if want := strconv.Itoa(unix.SCHED_BATCH); fields[policy] != want {
			t.Errorf("one CPU %v: scheduling policy %s, want %s", tt.oneCPU, fields[policy], want)
		}
	}
}
