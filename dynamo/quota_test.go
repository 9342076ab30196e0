package dynamo_test

import (
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

// show formats the units of a table and its indexes.
func show(d dynamo.TableDescription) string {
	of := func(name string, u dynamo.ProvisionedThroughputDescription) string {
		return fmt.Sprintf("%s %d/%d, %d decreases", name, u.ReadCapacityUnits, u.WriteCapacityUnits, u.NumberOfDecreasesToday)
	}
	texts := make([]string, 0, 1+len(d.GlobalSecondaryIndexes))
	texts = append(texts, of(d.TableName, d.ProvisionedThroughput))
	for _, ix := range d.GlobalSecondaryIndexes {
		texts = append(texts, of(ix.IndexName, *ix.ProvisionedThroughput))
	}
	return strings.Join(texts, "; ")
}

// unitsText writes the parameter of a request that has units READ/WRITE.
func unitsText(units string) string {
	read, write, _ := strings.Cut(units, "/")
	return `"ProvisionedThroughput":{"ReadCapacityUnits":` + read + `,"WriteCapacityUnits":` + write + `}`
}

// createText is a request for a table with units and, if index is not empty,
// with an index by-g with those.
func createText(name, units, index string) string {
	definitions, indexes := `{"AttributeName":"id","AttributeType":"S"}`, ""
	if index != "" {
		definitions += `,{"AttributeName":"g","AttributeType":"S"}`
		indexes = `"GlobalSecondaryIndexes":[{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],` +
			`"Projection":{"ProjectionType":"KEYS_ONLY"},` + unitsText(index) + `}],`
	}
	return `{"TableName":"` + name + `","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],` + indexes + unitsText(units) +
		`,"AttributeDefinitions":[` + definitions + `]}`
}

// An account is an engine whose answers are held against what a test expects:
// "ok", the message of a quota, or the kind and the message of another refusal.
type account struct{ *dynamo.Engine }

func (a account) create(t *testing.T, want, name, units string) {
	t.Helper()
	_, err := a.CreateTable(t.Context(), instant.Of(time.Now()), input[request.CreateTableInput](t, createText(name, units, "")))
	a.expect(t, want, "create "+name, err)
}

func (a account) update(t *testing.T, want, name, units string) {
	t.Helper()
	_, err := a.UpdateTable(t.Context(), instant.Of(time.Now()), input[request.UpdateTableInput](t, `{"TableName":"`+name+`",`+unitsText(units)+`}`))
	a.expect(t, want, "update "+name, err)
}

func (a account) remove(t *testing.T, want, name string) {
	t.Helper()
	_, err := a.DeleteTable(t.Context(), instant.Of(time.Now()), &request.DeleteTableInput{TableName: &name})
	a.expect(t, want, "delete "+name, err)
}

func (a account) expect(t *testing.T, want, what string, err error) {
	t.Helper()
	got := "ok"
	if kind, refused := errors.AsType[refusal.Kind](err); refused && kind != refusal.LimitExceeded {
		got = fmt.Sprintf("%v: %v", kind, err)
	} else if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func TestTooManyChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := account{open(t, dynamo.Options{})}
		a.create(t, "ok", "one", "5/5")
		a.create(t, "ok", "two", "5/5")
		time.Sleep(time.Minute)
		for i := range 499 {
			a.create(t, "ok", fmt.Sprintf("new-%d", i), "1/1")
		}
		a.update(t, "ok", "one", "6/6") // the 500th, and the last that there is room for
		const refused = "Too many operations for a given subscriber."
		a.create(t, refused, "three", "5/5")
		a.update(t, refused, "two", "6/6")
		a.remove(t, refused, "two")
		a.update(t, "resource in use: Attempt to change a resource which is still in use: Table IOPS are currently being updated. Table: one", "one", "7/7")
		time.Sleep(time.Minute)
		a.create(t, "ok", "three", "5/5")
		a.update(t, "ok", "two", "6/6")
		a.remove(t, "ok", "one")
	})
}

// TestUnitsOfAnAccount has tables reserve units until they are gone, and a
// restart keep the decreases of the day; what the quotas are is for the scripts
// of package plan.
func TestUnitsOfAnAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open("", storage.Options{Durability: storage.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		a := account{engine(t, db, dynamo.Options{})}
		a.create(t, "ok", "one", "40000/40000")
		a.create(t, "ok", "two", "40000/1")
		time.Sleep(time.Minute)
		const full = "This request would have caused the ReadCapacityUnits limit to be exceeded for the account in us-east-1. " +
			"Current ReadCapacityUnits reserved by the account: 80000. Limit: 80000. Requested: 1. " +
			"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
		a.create(t, full, "three", "1/1")
		a.remove(t, "ok", "one")
		a.create(t, full, "three", "1/1")
		for units := 9; units > 5; units-- {
			time.Sleep(time.Minute)
			a.update(t, "ok", "two", fmt.Sprintf("%d/1", units))
		}
		a.create(t, "ok", "three", "40000/1")
		time.Sleep(time.Minute)
		if err := stop(a.Engine); err != nil {
			t.Fatal(err)
		}
		for _, unlimited := range []bool{false, true} {
			a = account{engine(t, db, dynamo.Options{Unlimited: unlimited})}
			want := "ok"
			if !unlimited {
				want = "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, " +
					"each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: 4. " +
					"Last decrease at Saturday, January 1, 2000 at 12:05:01 AM Coordinated Universal Time. " +
					"Next decrease can be made at Saturday, January 1, 2000 at 1:05:01 AM Coordinated Universal Time"
			}
			a.update(t, want, "two", "5/1")
			if err := stop(a.Engine); err != nil {
				t.Fatal(err)
			}
		}
	})
}
