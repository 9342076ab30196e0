package conformance

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The suites of two Go libraries, as their authors wrote them, each with the SDK
// of its own go.mod. install fetches the modules.
const (
	guregu     = "github.com/guregu/dynamo/v2@v2.1.1"
	dynamolock = "cirello.io/dynamolock/v2@v2.1.0"
)

// guregu/dynamo maps structs to items: every operation on items, batches,
// transactions, pages, and tables with indexes, streams and expiry. Its tables have
// one unit and it reads six hundred items, so there are no limits.
func TestGureguDynamo(t *testing.T) {
	t.Parallel()
	takesLong(t)
	cmd := suite(t, module(t, guregu))
	cmd.Env = append(cmd.Env, "DYNAMO_TEST_ENDPOINT="+start(t, "--bare", "--limits", "off").AWS, "DYNAMO_TEST_REGION=us-east-1")
	passes(t, cmd, 190)
}

// dynamolock holds leases by conditional writes. Its suite starts a program
// called java, DynamoDB Local, and finds it at a fixed port: a copy of the suite
// finds Lullaby there, and java waits.
func TestDynamolock(t *testing.T) {
	t.Parallel()
	takesLong(t)
	dir := filepath.Join(t.TempDir(), "dynamolock")
	if err := os.CopyFS(dir, os.DirFS(module(t, dynamolock))); err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(start(t, "--bare").AWS, "http://")
	tests, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil || len(tests) == 0 {
		t.Fatalf("tests %v, %v", tests, err)
	}
	for _, file := range tests {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), "localhost:8000", address)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "java"), []byte("#!/bin/sh\nexec sleep 600\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "local-dynamodb"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := suite(t, dir)
	cmd.Env = append(cmd.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	passes(t, cmd, 87)
}

// module returns the folder of a module that has been fetched.
func module(t *testing.T, path string) string {
	t.Helper()
	cmd := client(t, "go", "mod", "download", "-json", path)
	cmd.Env = append(cmd.Env, "GOPROXY=off", "GOFLAGS=-mod=mod", "GOWORK=off")
	cmd.Dir = t.TempDir() // outside of every module
	out, err := cmd.Output()
	need(t, path, err)
	var found struct{ Dir string }
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	return found.Dir
}

// suite returns the command line of the tests in the module at dir.
func suite(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := client(t, "go", "test", "-count=1", "-json", "./...")
	cmd.Dir = dir
	cmd.Env = append(cmd.Env, "GOFLAGS=-mod=mod", "GOWORK=off")
	return cmd
}

// passes runs a suite, of which no test may fail or be skipped, and at least so
// many must pass.
func passes(t *testing.T, cmd *exec.Cmd, least int) {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		t.Error(err)
	}
	passed := 0
	for line := range strings.Lines(string(out)) {
		var event struct{ Action, Test, Output string }
		if json.Unmarshal([]byte(line), &event) != nil || event.Test == "" {
			continue
		}
		switch event.Action {
		case "pass":
			passed++
		case "fail", "skip":
			t.Errorf("%s: %s", event.Test, event.Action)
		case "output":
			t.Log(strings.TrimSpace(event.Output))
		}
	}
	t.Logf("%d tests passed", passed)
	if passed < least {
		t.Errorf("%d tests passed, want %d or more", passed, least)
	}
}
