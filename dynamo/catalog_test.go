package dynamo_test

import (
	"testing"
	"testing/synctest"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
)

// What Close writes down of a table that is being deleted does not count for
// another of its name.
func TestCountsOfADeletedTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open("", storage.Options{Durability: storage.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		e := engine(t, db, dynamo.Options{})
		create(t, e, hashTable)
		time.Sleep(10 * time.Second)
		answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}}}`)
		answer(t, e, "DeleteTable", `{"TableName":"tab"}`)
		if err := stop(e); err != nil {
			t.Fatal(err)
		}
		e = engine(t, db, dynamo.Options{})
		create(t, e, hashTable)
		abandon(e)
		e = engine(t, db, dynamo.Options{})
		defer func() { _ = stop(e) }()
		e.AwaitCounts()
		out, err := e.DescribeTable(t.Context(), instant.Of(time.Now()), input[request.DescribeTableInput](t, `{"TableName":"tab"}`))
		if err != nil || out.Table.ItemCount != 0 || out.Table.TableSizeBytes != 0 {
			t.Errorf("an empty table has %d items of %d bytes, %v", out.Table.ItemCount, out.Table.TableSizeBytes, err)
		}
	})
}
