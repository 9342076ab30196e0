package store

import "sync"

// work is the move tasks that Run has not begun yet. Safe for concurrent use.
type work struct {
	mu      sync.Mutex
	waiting []*moveTask
	wake    chan struct{} // capacity 1; sent to after each append, never closed
}

func newWork() work { return work{wake: make(chan struct{}, 1)} }

// add has Run begin a task.
func (w *work) add(t *moveTask) {
	w.mu.Lock()
	w.waiting = append(w.waiting, t)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *work) take() []*moveTask {
	w.mu.Lock()
	defer w.mu.Unlock()
	taken := w.waiting
	w.waiting = nil
	return taken
}
