package conformance

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lullaby/internal/uprun"
)

func TestAWSCLIInvokes(t *testing.T) {
	t.Parallel()
	needAWSCLI(t)
	p := start(t, itemsDir)
	c := awsCLI{p.AWS}
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
	if tail, err := base64.StdEncoding.DecodeString(answer.LogResult); err != nil || !strings.Contains(string(tail), `"type":"platform.report"`) {
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
