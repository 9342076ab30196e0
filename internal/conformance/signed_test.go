package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// AWS's clients sign all that up --credentials asks for: with the credentials of a
// session, and in a function, whose SDK adds an unsigned X-Amzn-Trace-Id. The SDK
// for Go is in package wire's tests.
func TestSignedRequests(t *testing.T) {
	t.Parallel()
	takesLong(t)
	needAWSCLI(t)
	keys := filepath.Join(t.TempDir(), "credentials")
	const text = "[default]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = secret/+\naws_session_token = token/+=\n"
	if err := os.WriteFile(keys, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	up := start(t, writeKept(t), "--credentials", keys)
	result := filepath.Join(t.TempDir(), "result")
	for name, cmd := range map[string]*exec.Cmd{
		"the AWS CLI": client(t, awsPath, "--endpoint-url", up.AWS, "dynamodb", "list-tables"),
		"the AWS CLI's lambda invoke": client(t, awsPath, "--endpoint-url", up.AWS, "lambda", "invoke",
			"--function-name", "invoked", "--invocation-type", "DryRun", "--log-type", "Tail", result),
		"boto3":                   client(t, pythonPath, "-B", "-m", "unittest", "discover", "--start-directory", "python", "--pattern", "test_[iq]*.py"),
		"the SDKs for JavaScript": node(t, "--test", "items.test.js", "queues.test.js", "queues_v2.test.js"),
	} {
		cmd.Env = append(cmd.Env, "ENDPOINT="+up.AWS,
			"AWS_ACCESS_KEY_ID=ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret/+", "AWS_SESSION_TOKEN=token/+=",
			"AWS_LAMBDA_FUNCTION_NAME=f", "_X_AMZN_TRACE_ID=Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
