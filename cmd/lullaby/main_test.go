package main

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"lullaby/internal/uprun"
)

// The test binary is lullaby when it is called by that name, and the warden
// that an up of it starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "warden" {
		os.Exit(run(os.Args[1:]))
	}
	testscript.Main(m, map[string]func(){"lullaby": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               shareBuildCache,
	})
}

// shareBuildCache lets scripts build functions from a warm cache, although they
// have a home of their own.
func shareBuildCache(env *testscript.Env) error {
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			return err
		}
		env.Setenv(name, strings.TrimSpace(string(out)))
	}
	return nil
}

// command returns the command line of lullaby with args.
func command(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Args[0] = "lullaby"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C at the tests is not for it
	return cmd
}

// up starts "lullaby up" with free ports and args, and ends it with the test.
func up(t *testing.T, args ...string) *uprun.Process {
	t.Helper()
	p, err := uprun.Start(command(append([]string{"up", "--http-addr", "127.0.0.1:0", "--aws-addr", "127.0.0.1:0"}, args...)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Kill() // fails if the test has ended it
		if t.Failed() {
			t.Logf("up wrote:\n%s%s", p.Stdout(), p.Stderr())
		}
	})
	return p
}
