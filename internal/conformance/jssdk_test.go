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
	node, err := exec.LookPath("node")
	need(t, "Node", err)
	_, err = os.Stat(filepath.Join("js", "node_modules", "@aws-sdk", "lib-dynamodb"))
	need(t, "the SDK for JavaScript", err)
	// Most of the time is spent waiting for tables.
	cmd := client(t, node, "--test", "--test-concurrency=8", "--test-reporter=spec")
	cmd.Dir = "js"
	cmd.Env = append(cmd.Env, "ENDPOINT="+start(t, "--bare", "--control-plane", "real").AWS,
		"AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}
