package dynamo_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// Whoever wants to know is told of each change of a table: by a request, by its end in
// the background, and by a template.
func TestChangesAreTold(t *testing.T) {
	var mu sync.Mutex
	var told []string
	e := open(t, dynamo.Options{Instant: true, Changed: func(table string) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, table)
	}})
	changes := func() []string {
		mu.Lock()
		defer mu.Unlock()
		all := slices.Compact(told)
		told = nil
		return all
	}
	create(t, e, hashTable)
	if got := changes(); !slices.Equal(got, []string{"tab"}) {
		t.Errorf("made: told of %q", got)
	}
	if got := answer(t, e, "UpdateTable", `{"TableName":"tab","ProvisionedThroughput":{"ReadCapacityUnits":7,"WriteCapacityUnits":8}}`); got == "" {
		t.Error("no answer")
	}
	if got := changes(); !slices.Equal(got, []string{"tab"}) {
		t.Errorf("updated: told of %q", got)
	}
	declared := input[request.CreateTableInput](t, hashTable)
	if err := e.Declare(t.Context(), instant.Of(time.Now()), dynamo.Declaration{Table: declared}); err != nil {
		t.Fatal(err)
	}
	if got := changes(); !slices.Equal(got, []string{"tab"}) {
		t.Errorf("declared: told of %q", got)
	}
	answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}}}`)
	answer(t, e, "UpdateTable", `{"TableName":"tab","ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":8}}`)
	if got := changes(); len(got) != 0 {
		t.Errorf("nothing changed: told of %q", got)
	}
	if _, err := e.DeleteTable(t.Context(), instant.Of(time.Now()), input[request.DeleteTableInput](t, `{"TableName":"tab"}`)); err != nil {
		t.Fatal(err)
	}
	if got := changes(); !slices.Equal(got, []string{"tab"}) {
		t.Errorf("deleted: told of %q", got)
	}
}
