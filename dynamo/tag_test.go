package dynamo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
)

// tag performs an operation on tags and returns its answer, or its error, as
// text.
func tag(t *testing.T, e *dynamo.Engine, operation, in string) string {
	t.Helper()
	var out any
	var err error
	switch operation {
	case "TagResource":
		out, err = e.TagResource(t.Context(), instant.Of(time.Now()), input[request.TagResourceInput](t, in))
	case "UntagResource":
		out, err = e.UntagResource(t.Context(), instant.Of(time.Now()), input[request.UntagResourceInput](t, in))
	default:
		out, err = e.ListTagsOfResource(t.Context(), instant.Of(time.Now()), input[request.ListTagsOfResourceInput](t, in))
	}
	if err != nil {
		return err.Error()
	}
	return output(t, out)
}

func TestTags(t *testing.T) {
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e := engine(t, db, dynamo.Options{Instant: true})
	create(t, e, strings.Replace(hashTable, `{`, `{"Tags":[{"Key":"b","Value":""}],`, 1))
	const arn = "arn:aws:dynamodb:us-east-1:123456789012:table/tab"
	const list = `{"ResourceArn":"` + arn + `"}`
	many := make([]map[string]string, 50)
	for i := range many {
		many[i] = map[string]string{"Key": fmt.Sprintf("k%d", i), "Value": "v"}
	}
	fifty, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ä", 129)
	set := func(tags string) string { return `{"ResourceArn":"` + arn + `","Tags":` + tags + `}` }
	steps := []struct{ operation, in, want string }{
		{"ListTagsOfResource", list, `{"Tags":[{"Key":"b","Value":""}]}`},
		{"TagResource", set(`[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]`), ""},
		{"ListTagsOfResource", list, `{"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]}`},
		{"TagResource", set(string(fifty)), "Number of Tags exceed the current limit for the provided ResourceArn"},
		{"TagResource", set(`[{"Key":"c"}]`), "The Tag Value provided is invalid, Value: null"},
		{"TagResource", set(`[{"Key":"","Value":"1"}]`), "The Tag Key provided is invalid, Key: "},
		{"TagResource", set(`[{"Key":"` + long + `","Value":"1"}]`), "The Tag Key provided is invalid, Key: " + long},
		{"TagResource", set(`[{"Key":"c","Value":"1"},{"Key":"aws:c","Value":"1"}]`), "Tag Key cannot be prefixed with aws:, Key: aws:c"},
		{"TagResource", set(`[{"Key":"c","Value":"1"},{"Key":"c","Value":"2"}]`), "Duplicate Tag Keys provided as input: Duplicate Tag Key found c"},
		{"TagResource", set(`[]`), "Atleast one Tag needs to be provided as Input."},
		{"TagResource", `{"ResourceArn":"` + arn + `"}`, "1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null"},
		{"TagResource", `{"ResourceArn":"abcd"}`, "User: arn:aws:iam::123456789012:root is not authorized to perform: dynamodb:TagResource on resource: abcd"},
		{"TagResource", `{"ResourceArn":"` + arn + `le","Tags":[{"Key":"c","Value":"1"}]}`, "Requested resource not found: ResourcArn: " + arn + "le not found"},
		{"UntagResource", `{"ResourceArn":"` + arn + `","TagKeys":["b","nothing"]}`, ""},
		{"UntagResource", `{"ResourceArn":"` + arn + `","TagKeys":[]}`, "Atleast one Tag Key needs to be provided as Input."},
		{"UntagResource", `{"ResourceArn":"` + arn + `le","TagKeys":["b"]}`, "Requested resource not found"},
		{"ListTagsOfResource", list, `{"Tags":[{"Key":"a","Value":"1"}]}`},
		{"ListTagsOfResource", `{"ResourceArn":"a:b:c:d:e:f/g"}`, "Invalid TableArn: Invalid ResourceArn provided as input a:b:c:d:e:f/g"},
		{"ListTagsOfResource", `{}`, "Invalid TableArn"},
	}
	for _, s := range steps {
		if got := tag(t, e, s.operation, s.in); got != s.want {
			t.Errorf("%s %.200s\n got %s\nwant %s", s.operation, s.in, got, s.want)
		}
	}
	if err := stop(e); err != nil {
		t.Fatal(err)
	}
	e = engine(t, db, dynamo.Options{})
	if got, want := tag(t, e, "ListTagsOfResource", list), `{"Tags":[{"Key":"a","Value":"1"}]}`; got != want {
		t.Errorf("after a restart: %s, want %s", got, want)
	}
	if err := stop(e); err != nil {
		t.Error(err)
	}
	_, err = e.TagResource(t.Context(), instant.Of(time.Now()), &request.TagResourceInput{ResourceArn: new(string)})
	if !errors.Is(err, refusal.AccessDenied) {
		t.Errorf("error for no ARN %v, want ErrAccessDenied", err)
	}
}

// Tags that have been changed cannot be changed again for three seconds
// (docs/aws/tables.md#tags); a refusal does not begin them anew.
func TestTagsChangedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{})
		create(t, e, hashTable)
		time.Sleep(10 * time.Second) // the table is ACTIVE
		const arn = `{"ResourceArn":"arn:aws:dynamodb:us-east-1:123456789012:table/tab",`
		const busy = "Subscriber limit exceeded: Table tags are being updated: tab"
		for _, s := range []struct {
			after               time.Duration
			operation, in, want string
		}{
			{0, "TagResource", arn + `"Tags":[{"Key":"a","Value":"1"}]}`, ``},
			{2 * time.Second, "TagResource", arn + `"Tags":[{"Key":"a","Value":"2"}]}`, busy},
			{999 * time.Millisecond, "UntagResource", arn + `"TagKeys":["a"]}`, busy},
			{time.Millisecond, "UntagResource", arn + `"TagKeys":["a"]}`, ``},
			{time.Second, "UntagResource", arn + `"TagKeys":["a"]}`, busy},
		} {
			time.Sleep(s.after)
			if got := tag(t, e, s.operation, s.in); got != s.want {
				t.Errorf("%s %s: %s, want %s", s.operation, s.in, got, s.want)
			}
		}
	})
}
