package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The tests in js are those of Node's own test runner.
func TestJavaScriptSDK(t *testing.T) {
	t.Parallel()
	takesLong(t)
	// Most of the time is spent waiting for tables.
	cmd := node(t, "--test", "--test-concurrency=8", "--test-reporter=spec")
	cmd.Env = append(cmd.Env, "ENDPOINT="+start(t, "--bare", "--control-plane", "real").AWS)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}

// node returns a command line of Node's in js.
func node(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("node")
	need(t, "Node", err)
	_, err = os.Stat(filepath.Join("js", "node_modules", "@aws-sdk", "lib-dynamodb"))
	need(t, "the SDK for JavaScript", err)
	cmd := client(t, path, args...)
	cmd.Dir = "js"
	cmd.Env = append(cmd.Env, "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true")
	return cmd
}
