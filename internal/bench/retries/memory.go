package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// watch looks at the children of a process every few seconds. What it returns
// ends that, and says how many there were and how much memory they had, at most
// at one time: proportional set sizes, so that what they share counts once.
func watch(pid int) (end func() (processes int, memory int64)) {
	var (
		watching  sync.WaitGroup
		processes int
		memory    int64
	)
	done := make(chan struct{}) // closed by end
	watching.Go(func() {
		tick := time.NewTicker(5 * time.Second)
		defer tick.Stop()
		for {
			all := children(pid)
			processes = max(processes, len(all))
			var sum int64
			for _, child := range all {
				sum += proportional(child)
			}
			memory = max(memory, sum)
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	})
	return func() (int, int64) {
		close(done)
		watching.Wait()
		return processes, memory
	}
}

// children returns the processes that a process has started and that run.
func children(pid int) (all []string) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is well-formed
	for _, task := range tasks {
		list, err := os.ReadFile(task)
		if err != nil {
			continue // the thread has ended
		}
		all = append(all, strings.Fields(string(list))...)
	}
	return all
}

// proportional returns a process's proportional set size, 0 if it has ended.
func proportional(pid string) int64 {
	text, err := os.ReadFile("/proc/" + pid + "/smaps_rollup")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "Pss:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			if err != nil {
				return 0
			}
			return kb << 10
		}
	}
	return 0
}
