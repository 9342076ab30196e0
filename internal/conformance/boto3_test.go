package conformance

import "testing"

// pythonPath is Debian's Python, which has Debian's boto3.
const pythonPath = "/usr/bin/python3"

// The tests in python are ordinary unit tests of Python's.
func TestBoto3(t *testing.T) {
	t.Parallel()
	takesLong(t)
	need(t, "boto3 or kombu", client(t, pythonPath, "-c", "import boto3, kombu, pycurl").Run())
	cmd := client(t, pythonPath, "-B", "-m", "unittest", "discover", "--verbose", "--start-directory", "python")
	cmd.Env = append(cmd.Env, "ENDPOINT="+start(t, "--bare", "--control-plane", "real").AWS)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}
