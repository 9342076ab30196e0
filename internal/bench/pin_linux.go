package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// The processor cores of a measured server and of the load.
const (
	ServerCore = 0
	LoadCore   = 1
)

// Pin confines a process, with the threads that it has and will have, to one
// processor core.
func Pin(pid, core int) error {
	var set unix.CPUSet
	set.Set(core)
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	if err != nil {
		return err
	}
	for _, task := range tasks {
		thread, err := strconv.Atoi(filepath.Base(task))
		if err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(thread, &set); err != nil {
			if _, gone := os.Stat(task); gone != nil {
				continue
			}
			return fmt.Errorf("pin process %d to core %d: %w", pid, core, err)
		}
	}
	return nil
}
