package conformance

import (
	"testing"
)

// The module gosdk runs the SDK for Go in two versions, each by a module file of
// its own.
func TestSchedulesOfGoSDK(t *testing.T) {
	t.Parallel()
	takesLong(t)
	for _, file := range []string{"go.mod", "go-1.47.mod"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			cmd := client(t, "go", "test", "-v", "-modfile="+file, "./...")
			cmd.Dir = "gosdk"
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Error(err)
			}
		})
	}
}
