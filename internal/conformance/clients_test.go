// Package conformance runs clients that nobody here wrote against "lullaby up",
// and the functions of items against a DynamoDB that nobody here wrote.
// docs/conformance.md says what is checked against what.
package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"lullaby/internal/uprun"
	_ "lullaby/stack" // go test does not take a result from its cache for another lullaby
)

// itemsDir is the article's service.
var itemsDir = filepath.Join("..", "..", "items")

// programs holds what the tests build; TestMain makes and removes it.
var programs string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if programs, err = os.MkdirTemp("", "conformance-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(programs) }()
	return m.Run()
}

// build builds lullaby once for all tests.
var build = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(programs, "lullaby")
	cmd := exec.Command("go", "build", "-o", binary, "./cmd/lullaby")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return binary, nil
})

// need skips the test if a client is not installed, unless all have to be.
func need(t *testing.T, client string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("LULLABY_CONFORMANCE") != "":
		t.Fatalf("%s is not installed: %v", client, err)
	default:
		t.Skipf("%s is not installed (internal/conformance/install does it): %v", client, err)
	}
}

// takesLong skips the test unless all are asked for: the slow clients would take
// minutes of every go test ./... where they are installed.
func takesLong(t *testing.T) {
	t.Helper()
	if os.Getenv("LULLABY_CONFORMANCE") == "" {
		t.Skip("takes long: set LULLABY_CONFORMANCE=1")
	}
}

// start runs "lullaby up" with free ports and args, and ends it with the test.
func start(t *testing.T, args ...string) *uprun.Process {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	p, err := uprun.Start(exec.Command(binary, append([]string{
		"up", "--http-addr", "127.0.0.1:0", "--aws-addr", "127.0.0.1:0", "--web-addr", "off", "--memory",
	}, args...)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Errorf("up ended with %v\n%s", err, p.Stderr())
		}
	})
	return p
}

// client returns a command line with the environment that AWS's clients read:
// dummy credentials, a region, and no settings of the user's.
func client(t *testing.T, path string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append(os.Environ(),
		"AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=y", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
	return cmd
}
