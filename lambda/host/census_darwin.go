package host

// This system shows neither the environment nor the orphans of a process to its
// parent without special rights: the census knows no process here.

func adoptOrphans() error              { return nil }
func processes() []int                 { return nil }
func statusOf(int) (s status, ok bool) { return status{}, false }
func markOf(int) string                { return "" }
func killProcess(pid int, born uint64) {}
func reapOrphan(pid int) bool          { return true }
