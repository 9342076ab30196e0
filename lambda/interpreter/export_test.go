package interpreter

import "testing"

// OnlyIn has interpreters found in PATH alone, during a test.
func OnlyIn(t *testing.T) {
	t.Helper()
	was := usual
	usual = nil
	t.Cleanup(func() { usual = was })
}
