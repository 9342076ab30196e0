// Package conformance runs clients that nobody here wrote against "lullaby up".
package conformance

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lullaby/internal/uprun"
)

// required reports whether a client that is not installed is a failure.
func required() bool { return os.Getenv("LULLABY_CONFORMANCE") != "" }

// find returns the path of a client, or skips the test if it is not installed.
func find(t *testing.T, path string) string {
	t.Helper()
	if _, err := exec.LookPath(path); err != nil {
		if required() {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return path
}

// upItems builds lullaby and runs it with the article's service.
func upItems(t *testing.T, args ...string) *uprun.Process {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "lullaby")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/lullaby")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	up := exec.Command(binary, append([]string{
		"up", filepath.Join("..", "..", "items"),
		"--http-addr", "127.0.0.1:0", "--aws-addr", "127.0.0.1:0", "--data", t.TempDir(),
	}, args...)...)
	p, err := uprun.Start(up)
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

// awsCLI is Debian's AWS CLI.
type awsCLI struct {
	path, endpoint string
}

// run returns what the CLI wrote, or the error that it reported.
func (c awsCLI) run(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), c.path, append([]string{"--endpoint-url", c.endpoint}, args...)...)
	cmd.Env = append(os.Environ(),
		"AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=y", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return string(out), string(exit.Stderr)
	case err != nil:
		t.Fatal(err)
	}
	return string(out), ""
}

// expect checks that a command succeeds and answers JSON that has want in it,
// white space aside.
func (c awsCLI) expect(t *testing.T, want string, args ...string) {
	t.Helper()
	out, stderr := c.run(t, args...)
	if got := compact(out); stderr != "" || !strings.Contains(got, want) {
		t.Errorf("aws %s: %s%s, want %s", strings.Join(args, " "), got, stderr, want)
	}
}

// refused checks that a command reports an error.
func (c awsCLI) refused(t *testing.T, want string, args ...string) {
	t.Helper()
	if out, stderr := c.run(t, args...); !strings.Contains(stderr, want) {
		t.Errorf("aws %s: %s%s, want the error %s", strings.Join(args, " "), out, stderr, want)
	}
}

func compact(text string) string {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return text
	}
	out, err := json.Marshal(v)
	if err != nil {
		return text
	}
	return string(out)
}

func TestAWSCLI(t *testing.T) {
	t.Parallel()
	path := find(t, "/usr/bin/aws")
	p := upItems(t, "--control-plane", "instant")
	c := awsCLI{path, p.AWS}

	c.expect(t, `"TableNames":["items-table"]`, "dynamodb", "list-tables")
	c.expect(t, `"CapacityUnits":1`, "dynamodb", "put-item", "--table-name", "items-table",
		"--item", `{"_id":{"S":"a"},"n":{"N":"1.50"},"b":{"B":"AAEC"},"s":{"SS":["x","y"]}}`, "--return-consumed-capacity", "TOTAL")
	c.expect(t, `"n":{"N":"1.5"}`, "dynamodb", "get-item", "--table-name", "items-table", "--key", `{"_id":{"S":"a"}}`)
	c.expect(t, `"Attributes":{"_id":{"S":"a"}`, "dynamodb", "delete-item", "--table-name", "items-table",
		"--key", `{"_id":{"S":"a"}}`, "--return-values", "ALL_OLD")
	c.expect(t, `"ItemCount":0`, "dynamodb", "describe-table", "--table-name", "items-table")
	c.refused(t, "(ResourceNotFoundException) when calling the GetItem operation: Requested resource not found",
		"dynamodb", "get-item", "--table-name", "nothing", "--key", `{"_id":{"S":"a"}}`)
	c.refused(t, "(ValidationException) when calling the GetItem operation: The provided key element does not match the schema",
		"dynamodb", "get-item", "--table-name", "items-table", "--key", `{"id":{"S":"a"}}`)
	c.expect(t, `"TableStatus":"CREATING"`, "dynamodb", "create-table", "--table-name", "other", "--billing-mode", "PAY_PER_REQUEST",
		"--attribute-definitions", "AttributeName=h,AttributeType=S", "AttributeName=r,AttributeType=N",
		"--key-schema", "AttributeName=h,KeyType=HASH", "AttributeName=r,KeyType=RANGE")
	c.run(t, "dynamodb", "wait", "table-exists", "--table-name", "other")
	c.expect(t, `"TableStatus":"DELETING"`, "dynamodb", "delete-table", "--table-name", "other")
}

func TestAWSCLIInvokes(t *testing.T) {
	t.Parallel()
	path := find(t, "/usr/bin/aws")
	p := upItems(t)
	c := awsCLI{path, p.AWS}
	name := functionName(t, p, "GetItem")
	result := filepath.Join(t.TempDir(), "result.json")
	event := `{"resource":"/item/{_id}","path":"/item/a","httpMethod":"GET","pathParameters":{"_id":"a"},"requestContext":{}}`

	payload := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(payload, []byte(event), 0o600); err != nil {
		t.Fatal(err)
	}
	out, stderr := c.run(t, "lambda", "invoke", "--function-name", name, "--payload", "fileb://"+payload,
		"--log-type", "Tail", result)
	var answer struct {
		StatusCode      int
		ExecutedVersion string
		LogResult       string
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil || answer.StatusCode != http.StatusOK || answer.ExecutedVersion != "$LATEST" {
		t.Fatalf("invoke: %s%s %v", out, stderr, err)
	}
	if tail, err := base64.StdEncoding.DecodeString(answer.LogResult); err != nil || !strings.Contains(string(tail), "REPORT RequestId: ") {
		t.Errorf("log tail %q, %v", tail, err)
	}
	if got, err := os.ReadFile(result); err != nil || !strings.Contains(string(got), `"statusCode":404`) {
		t.Errorf("result %s, %v", got, err)
	}
	c.expect(t, `{"StatusCode":202}`, "lambda", "invoke", "--function-name", name, "--invocation-type", "Event", result)
	c.expect(t, `{"StatusCode":204}`, "lambda", "invoke", "--function-name", name, "--invocation-type", "DryRun", result)
	c.refused(t, "(ResourceNotFoundException) when calling the Invoke operation: Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody:$LATEST",
		"lambda", "invoke", "--function-name", "nobody", result)
}

// functionName returns the physical name that the log shows for a function.
func functionName(t *testing.T, p *uprun.Process, logicalID string) string {
	t.Helper()
	resp, err := http.Get(p.HTTP + "/item/a")
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		for line := range strings.Lines(p.Stderr()) {
			if name, _, ok := strings.Cut(line, " | "); ok && strings.Contains(name, logicalID) {
				return name
			}
		}
	}
	t.Fatalf("no line of %s in\n%s", logicalID, p.Stderr())
	return ""
}
