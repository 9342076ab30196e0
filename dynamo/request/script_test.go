package request_test

import (
	"errors"
	"strings"
	"testing"

	"lullaby/dynamo/request"
	"lullaby/internal/arn"
	"lullaby/internal/awsjson"
	"lullaby/internal/scripttest"
)

// A script is a list of requests, in shorthand perhaps, each with what AWS refuses of
// it, with the member that it is about, or nothing.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		scripttest.Answers(t, file, func(line string) []string {
			operation, body, _ := strings.Cut(line, " ")
			check := checks[operation]
			if check == nil {
				t.Fatalf("no operation %q", operation)
			}
			return []string{refusalText(check(t, []byte(scripttest.Expand(body))))}
		})
	})
}

// checks have the operations that scripts can call.
var checks = map[string]func(*testing.T, []byte) error{
	"BatchGetItem":       of((*request.BatchGetItemInput).Check),
	"BatchWriteItem":     of((*request.BatchWriteItemInput).Check),
	"CreateTable":        of((*request.CreateTableInput).Check),
	"DeleteItem":         of(second((*request.DeleteItemInput).Check)),
	"DeleteTable":        of((*request.DeleteTableInput).Check),
	"DescribeStream":     of((*request.DescribeStreamInput).Check),
	"DescribeTable":      of((*request.DescribeTableInput).Check),
	"GetItem":            of(third((*request.GetItemInput).Check)),
	"GetRecords":         of((*request.GetRecordsInput).Check),
	"GetShardIterator":   of((*request.GetShardIteratorInput).Check),
	"ListStreams":        of((*request.ListStreamsInput).Check),
	"ListTables":         of((*request.ListTablesInput).Check),
	"ListTagsOfResource": of(scoped((*request.ListTagsOfResourceInput).Check)),
	"PutItem":            of(second((*request.PutItemInput).Check)),
	"Query":              of(third((*request.QueryInput).Check)),
	"Scan":               of(second((*request.ScanInput).Check)),
	"TagResource":        of(scoped((*request.TagResourceInput).Check)),
	"TransactGetItems":   of(second((*request.TransactGetItemsInput).Check)),
	"TransactWriteItems": of(second((*request.TransactWriteItemsInput).Check)),
	"UntagResource":      of(scoped((*request.UntagResourceInput).Check)),
	"UpdateItem":         of(third((*request.UpdateItemInput).Check)),
	"UpdateTable":        of((*request.UpdateTableInput).Check),
	"UpdateTimeToLive":   of((*request.UpdateTimeToLiveInput).Check),
}

func of[In any](check func(*In) error) func(*testing.T, []byte) error {
	return func(t *testing.T, body []byte) error {
		t.Helper()
		in := new(In)
		if err := awsjson.Unmarshal(body, in); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		return check(in)
	}
}

func second[In, A any](check func(*In) (A, error)) func(*In) error {
	return func(in *In) error {
		_, err := check(in)
		return err
	}
}

func third[In, A, B any](check func(*In) (A, B, error)) func(*In) error {
	return func(in *In) error {
		_, _, err := check(in)
		return err
	}
}

func scoped[In any](check func(*In, arn.Scope) error) func(*In) error {
	return func(in *In) error { return check(in, arn.Scope{}.WithDefaults()) }
}

// refusalText is an error with the member that it is about; nothing is none.
func refusalText(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	if about, ok := errors.AsType[*request.MemberError](err); ok {
		text += " (" + strings.Join(about.Member, ".") + ")"
	}
	return text
}
