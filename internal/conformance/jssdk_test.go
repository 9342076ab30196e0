package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The tests in js are those of Node's own test runner: AWS's SDKs, and sqs-consumer.
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
	for _, module := range []string{"@aws-sdk/lib-dynamodb", "@aws-sdk/client-sqs", "@aws-sdk/client-cloudwatch", "@aws-sdk/client-application-auto-scaling", "@aws-sdk/client-sns", "@aws-sdk/client-lambda", "sns-validator", "aws-sdk", "sqs-consumer"} {
		_, err = os.Stat(filepath.Join("js", "node_modules", filepath.FromSlash(module)))
		need(t, module, err)
	}
	cmd := client(t, path, args...)
	cmd.Dir = "js"
	cmd.Env = append(cmd.Env, "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true", "AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE=1")
	return cmd
}
