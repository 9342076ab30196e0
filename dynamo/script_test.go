package dynamo_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lullaby/dynamo"
	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/internal/scripttest"
)

// A script is a conversation with an engine: requests, in shorthand perhaps, each with
// its answer or error.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		e := open(t, dynamo.Options{Instant: true})
		scripttest.Answers(t, file, func(line string) []string {
			operation, body, _ := strings.Cut(line, " ")
			call := operations[operation]
			if call == nil {
				t.Fatalf("no operation %q", operation)
			}
			return []string{call(t, e, scripttest.Expand(body))}
		})
	})
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
