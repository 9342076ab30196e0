package conformance

import (
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// awsPath is Debian's AWS CLI.
const awsPath = "/usr/bin/aws"

// An awsCLI runs the CLI against an endpoint.
type awsCLI struct{ endpoint string }

// needAWSCLI skips the test if the CLI is not installed.
func needAWSCLI(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath(awsPath)
	need(t, "the AWS CLI", err)
}

// run returns what the CLI wrote, or the error that it reported.
func (c awsCLI) run(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	out, err := client(t, awsPath, append([]string{"--endpoint-url", c.endpoint}, args...)...).Output()
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
	needAWSCLI(t)
	c := awsCLI{start(t, itemsDir, "--control-plane", "instant").AWS}

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
