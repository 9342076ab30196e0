package request_test

import (
	"bufio"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo/request"
	"lullaby/internal/arn"
	"lullaby/internal/awsjson"
)

// A script is a list of requests: a line that begins with an operation's name is
// a request, the line that begins with = is what AWS refuses, with the member
// that it is about, or "= " and nothing. With -update the refusals are written
// down as they are; read them.
var update = flag.Bool("update", false, "write the refusals of scripts")

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
	var played strings.Builder
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "=") {
			continue
		}
		played.WriteString(line + "\n")
		operation, body, _ := strings.Cut(line, " ")
		if check := checks[operation]; check != nil {
			played.WriteString(strings.TrimSpace("= "+refusalText(check(t, []byte(body)))) + "\n")
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
