package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
)

// storedDescription is a table of a data folder of before there were plans: it
// becomes provisioned, has an index that is being filled, and has changed most of
// what can be changed.
func storedDescription(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/description.json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What was read is written with the same members and values.
func TestStoredDescription(t *testing.T) {
	text := storedDescription(t)
	var d description
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var was, is map[string]any
	if err := json.Unmarshal(text, &was); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(written, &is); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("a stored description, written again (-was +is):\n%s", diff)
	}
}

// What is at work does not change with its clone.
func TestCloneOfDescription(t *testing.T) {
	var d, want description
	if err := errors.Join(json.Unmarshal(storedDescription(t), &d), json.Unmarshal(storedDescription(t), &want)); err != nil {
		t.Fatal(err)
	}
	c := d.clone()
	c.plan.Index("by-g").Phase = plan.Deleting
	c.define([]request.AttributeDefinition{})
	if changed, _ := c.settle(instant.Of(time.Now())); !changed || len(c.indexes) != 2 {
		t.Errorf("the clone has not settled: %+v", c)
	}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("the description has become %+v, want %+v", d, want)
	}
}

// What was under way in a data folder of before there were plans goes on.
func TestOpensOlderFolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(2*time.Hour + 3*time.Minute) // the instant of the description
		db, err := storage.Open("", storage.Options{Durability: storage.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		b := db.NewBatch()
		b.Set(catalogKey(descriptions, "tab"), storedDescription(t))
		b.Set(catalogKey(lastIDs, ""), []byte("4"))
		if err := b.Commit(); err != nil {
			t.Fatal(err)
		}
		e, err := New(db, Options{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { e.Run(ctx) })
		for _, step := range []struct {
			after time.Duration
			want  string
		}{
			{0, "UPDATING PROVISIONED 5/6, by-g UPDATING 7/8, new CREATING 1/2, warm UPDATING 12000/4000"},
			{2 * time.Minute, "ACTIVE PROVISIONED 5/6, by-g ACTIVE 7/8, new CREATING 1/2, warm UPDATING 12000/4000"},
			{8 * time.Minute, "ACTIVE PROVISIONED 5/6, by-g ACTIVE 7/8, new ACTIVE 1/2, warm ACTIVE 13000/6000"},
		} {
			time.Sleep(step.after)
			if got := outline(e.liveTable("tab").describe(instant.Of(time.Now()))); got != step.want {
				t.Errorf("%v later: %s, want %s", step.after, got, step.want)
			}
		}
		cancel()
		running.Wait()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}

// outline formats a table's status, mode and units, and of its global indexes.
func outline(d TableDescription) string {
	units := func(u ProvisionedThroughputDescription) string {
		return fmt.Sprintf("%d/%d", u.ReadCapacityUnits, u.WriteCapacityUnits)
	}
	text := make([]string, 0, 2+len(d.GlobalSecondaryIndexes))
	text = append(text, fmt.Sprintf("%s %s %s", d.TableStatus, d.BillingModeSummary.BillingMode, units(d.ProvisionedThroughput)))
	for _, x := range d.GlobalSecondaryIndexes {
		text = append(text, fmt.Sprintf("%s %s %s", x.IndexName, x.IndexStatus, units(*x.ProvisionedThroughput)))
	}
	w := d.WarmThroughput
	text = append(text, fmt.Sprintf("warm %s %d/%d", w.Status, w.ReadUnitsPerSecond, w.WriteUnitsPerSecond))
	return strings.Join(text, ", ")
}
