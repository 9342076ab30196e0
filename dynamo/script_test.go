package dynamo_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// A script is a conversation with an engine: a line that begins with an
// operation's name is a request, the line that begins with = is its answer or
// error. With -update the answers are written down as they are; read them.
var update = flag.Bool("update", false, "write the answers of scripts")

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("scripts %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { runScript(t, file) })
	}
}

func runScript(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e := open(t, dynamo.Options{Instant: true})
	var played strings.Builder
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for lines.Scan() {
		line := lines.Text()
		operation, body, _ := strings.Cut(line, " ")
		if strings.HasPrefix(line, "=") {
			continue
		}
		played.WriteString(line + "\n")
		if call := operations[operation]; call != nil {
			played.WriteString("= " + call(t, e, body) + "\n")
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(played.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(text), played.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// operations are the operations of scripts. Those on tables return only errors,
// since their descriptions differ from run to run.
var operations = map[string]func(t *testing.T, e *dynamo.Engine, body string) string{
	"BatchGetItem":              operation((*dynamo.Engine).BatchGetItem),
	"BatchWriteItem":            operation((*dynamo.Engine).BatchWriteItem),
	"CreateTable":               quiet(operation((*dynamo.Engine).CreateTable)),
	"DeleteTable":               quiet(operation((*dynamo.Engine).DeleteTable)),
	"DescribeContinuousBackups": quiet(operation((*dynamo.Engine).DescribeContinuousBackups)),
	"DescribeTable":             quiet(operation((*dynamo.Engine).DescribeTable)),
	"DescribeTimeToLive":        operation((*dynamo.Engine).DescribeTimeToLive),
	"ListTagsOfResource":        operation((*dynamo.Engine).ListTagsOfResource),
	"TagResource":               operation((*dynamo.Engine).TagResource),
	"UntagResource":             operation((*dynamo.Engine).UntagResource),
	"UpdateTable":               quiet(operation((*dynamo.Engine).UpdateTable)),
	"UpdateTimeToLive":          operation((*dynamo.Engine).UpdateTimeToLive),
	"DeleteItem":                operation((*dynamo.Engine).DeleteItem),
	"GetItem":                   operation((*dynamo.Engine).GetItem),
	"PutItem":                   operation((*dynamo.Engine).PutItem),
	"Query":                     operation((*dynamo.Engine).Query),
	"Scan":                      operation((*dynamo.Engine).Scan),
	"TransactGetItems":          operation((*dynamo.Engine).TransactGetItems),
	"TransactWriteItems":        operation((*dynamo.Engine).TransactWriteItems),
	"UpdateItem":                operation((*dynamo.Engine).UpdateItem),
}

func operation[In, Out any](call func(*dynamo.Engine, context.Context, instant.Instant, *In) (*Out, error)) func(*testing.T, *dynamo.Engine, string) string {
	return func(t *testing.T, e *dynamo.Engine, body string) string {
		t.Helper()
		in := new(In)
		if err := awsjson.Unmarshal([]byte(body), in); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		out, err := call(e, t.Context(), instant.Of(time.Now()), in)
		if err != nil {
			return refusalText(t, err)
		}
		return output(t, out)
	}
}

func quiet(call func(*testing.T, *dynamo.Engine, string) string) func(*testing.T, *dynamo.Engine, string) string {
	return func(t *testing.T, e *dynamo.Engine, body string) string {
		t.Helper()
		if text := call(t, e, body); !strings.HasPrefix(text, "{") {
			return text
		}
		return "{}"
	}
}

// refusalText writes an error with what a condition found and why a
// transaction was canceled.
func refusalText(t *testing.T, err error) string {
	t.Helper()
	text := err.Error()
	if condition, ok := errors.AsType[*dynamo.ConditionError](err); ok && condition.Item != nil {
		text += ": " + output(t, condition.Item)
	}
	if canceled, ok := errors.AsType[*dynamo.CanceledError](err); ok {
		reasons := make([]string, len(canceled.Reasons))
		for i, reason := range canceled.Reasons {
			reasons[i] = "none"
			if reason != nil {
				reasons[i] = refusalText(t, reason)
			}
		}
		text += ": [" + strings.Join(reasons, "; ") + "]"
	}
	return text
}
