package stack

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/autoscale"
	scaling "lullaby/autoscale/store"
	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/storage"
)

// A scaledTable is a table tab with an index idx, in virtual time.
type scaledTable struct {
	scaled
	t *testing.T
}

func inTable(t *testing.T, do func(s scaledTable)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open("", storage.Options{Durability: storage.Memory})
		if err != nil {
			t.Fatal(err)
		}
		tables, err := dynamo.New(db, dynamo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { tables.Run(ctx) })
		defer func() {
			cancel()
			running.Wait()
			if err := errors.Join(tables.Close(), db.Close()); err != nil {
				t.Error(err)
			}
		}()
		s := scaledTable{scaled{tables}, t}
		in := input[request.CreateTableInput](t, `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
			"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5},
			"GlobalSecondaryIndexes":[{"IndexName":"idx","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},
			"ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":4}}]}`)
		if _, err := tables.CreateTable(t.Context(), now(), in); err != nil {
			t.Fatal(err)
		}
		do(s)
	})
}

func now() instant.Instant { return instant.Of(time.Now()) }

func input[In any](t *testing.T, text string) *In {
	t.Helper()
	in := new(In)
	if err := awsjson.Unmarshal([]byte(text), in); err != nil {
		t.Fatal(err)
	}
	return in
}

func (s scaledTable) update(text string) {
	s.t.Helper()
	if _, err := s.tables.UpdateTable(s.t.Context(), now(), input[request.UpdateTableInput](s.t, text)); err != nil {
		s.t.Fatal(err)
	}
}

func (s scaledTable) has(r autoscale.Resource, units int64, changing bool) {
	s.t.Helper()
	if got, is, err := s.Units(now(), r); got != units || is != changing || err != nil {
		s.t.Errorf("%s %s has %d units, changing: %v, %v; want %d and %v", r.ID, r.Dimension, got, is, err, units, changing)
	}
}

// Each resource has units of its own, and a change of one leaves the others. One change
// of a table waits for another.
func TestUnitsOfTables(t *testing.T) {
	inTable(t, func(s scaledTable) {
		writes, reads := autoscale.ResourceOf("tab", "", false), autoscale.ResourceOf("tab", "", true)
		indexWrites, indexReads := autoscale.ResourceOf("tab", "idx", false), autoscale.ResourceOf("tab", "idx", true)
		if err := s.SetUnits(t.Context(), now(), writes, 9); !errors.Is(err, autoscale.ErrBusy) {
			t.Errorf("while the table is made: %v", err)
		}
		s.has(writes, 0, true)
		time.Sleep(time.Minute)
		if err := s.SetUnits(t.Context(), now(), writes, 9); err != nil {
			t.Fatal(err)
		}
		s.has(writes, 5, true)
		if err := s.SetUnits(t.Context(), now(), reads, 8); !errors.Is(err, autoscale.ErrBusy) {
			t.Errorf("while the table changes: %v", err)
		}
		time.Sleep(time.Minute)
		s.has(writes, 9, false)
		s.has(reads, 5, false)
		if err := s.SetUnits(t.Context(), now(), indexReads, 7); err != nil {
			t.Fatal(err)
		}
		s.has(indexReads, 3, true)
		time.Sleep(time.Minute)
		s.has(indexReads, 7, false)
		s.has(indexWrites, 4, false)
		s.has(writes, 9, false)
	})
}

// What the table refuses is told in its words, and what is not there is not scaled.
func TestUnitsThatAreRefused(t *testing.T) {
	inTable(t, func(s scaledTable) {
		writes := autoscale.ResourceOf("tab", "", false)
		time.Sleep(time.Minute)
		for units := int64(4); units > 0; units-- {
			if err := s.SetUnits(t.Context(), now(), writes, units); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		s.update(`{"TableName":"tab","ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":50}}`)
		time.Sleep(time.Minute)
		const want = "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day."
		if err := s.SetUnits(t.Context(), now(), writes, 5); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("the fifth decrease: %v", err)
		}
		for _, r := range []autoscale.Resource{autoscale.ResourceOf("other", "", false), autoscale.ResourceOf("tab", "none", true)} {
			if _, _, err := s.Units(now(), r); !errors.Is(err, scaling.ErrNoResource) {
				t.Errorf("%s: %v", r.ID, err)
			}
		}
		s.update(`{"TableName":"tab","BillingMode":"PAY_PER_REQUEST"}`)
		time.Sleep(time.Hour)
		s.has(writes, 0, false)
		if _, err := s.tables.DeleteTable(t.Context(), now(), input[request.DeleteTableInput](t, `{"TableName":"tab"}`)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Units(now(), writes); !errors.Is(err, scaling.ErrNoResource) {
			t.Errorf("while the table is deleted: %v", err)
		}
	})
}
