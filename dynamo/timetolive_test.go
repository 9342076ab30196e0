package dynamo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
)

// timeToLive asks for a change and returns its answer, or its error, as text.
func timeToLive(t *testing.T, e *dynamo.Engine, specification string) string {
	t.Helper()
	out, err := e.UpdateTimeToLive(t.Context(), instant.Of(time.Now()), input[request.UpdateTimeToLiveInput](t, `{"TableName":"tab"`+specification+`}`))
	if err != nil {
		return err.Error()
	}
	return output(t, out)
}

func ttlStatus(t *testing.T, e *dynamo.Engine) string {
	t.Helper()
	out, err := e.DescribeTimeToLive(t.Context(), instant.Of(time.Now()), input[request.DescribeTimeToLiveInput](t, `{"TableName":"tab"}`))
	if err != nil {
		return err.Error()
	}
	return out.TimeToLiveDescription.TimeToLiveStatus + " " + out.TimeToLiveDescription.AttributeName
}

const (
	enableTTL  = `,"TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}`
	disableTTL = `,"TimeToLiveSpecification":{"Enabled":false,"AttributeName":"ttl"}`
)

func TestUpdateTimeToLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{})
		create(t, e, hashTable)
		if got, want := ttlStatus(t, e), "Cannot describe time to live while table is in CREATING state: Current table state is CREATING"; got != want {
			t.Errorf("while the table is created: %s, want %s", got, want)
		}
		time.Sleep(10 * time.Second)
		const fixed = "Time to live has been modified multiple times within a fixed interval"
		const other = `,"TimeToLiveSpecification":{"Enabled":%t,"AttributeName":"other"}`
		const active = "TimeToLive is active on a different AttributeName: current AttributeName is ttl"
		steps := []struct {
			after         time.Duration
			specification string
			want, status  string
		}{
			{0, "", "1 validation error detected: Value null at 'timeToLiveSpecification' failed to satisfy constraint: Member must not be null", "DISABLED "},
			{0, `,"TimeToLiveSpecification":{"Enabled":true}`, "1 validation error detected: Value null at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must not be null", "DISABLED "},
			{0, disableTTL, "TimeToLive is already disabled", "DISABLED "},
			{0, enableTTL, `{"TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}`, "ENABLING ttl"},
			{2 * time.Second, enableTTL, "TimeToLive is already enabled", "ENABLED ttl"},
			{0, fmt.Sprintf(other, true), active, "ENABLED ttl"},
			{0, fmt.Sprintf(other, false), active, "ENABLED ttl"},
			{1811 * time.Second, disableTTL, fixed, "ENABLED ttl"},
			{time.Minute, disableTTL, `{"TimeToLiveSpecification":{"Enabled":false,"AttributeName":"ttl"}}`, "DISABLING ttl"},
			{2 * time.Second, enableTTL, fixed, "DISABLED "},
			{time.Hour, fmt.Sprintf(other, true), `{"TimeToLiveSpecification":{"Enabled":true,"AttributeName":"other"}}`, "ENABLING other"},
		}
		for i, s := range steps {
			time.Sleep(s.after)
			if got := timeToLive(t, e, s.specification); got != s.want {
				t.Errorf("step %d: %s, want %s", i, got, s.want)
			}
			if got := ttlStatus(t, e); got != s.status {
				t.Errorf("step %d: status %s, want %s", i, got, s.status)
			}
		}
	})
}

// putExpiring puts an item with a key of by-g and the value ttl, in JSON.
func putExpiring(t *testing.T, e *dynamo.Engine, id, ttl string) {
	t.Helper()
	if got := answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"%s"},"g":{"S":"x"},"ttl":%s}}`, id, ttl)); got != "{}" {
		t.Fatal(got)
	}
}

func TestItemsExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open("", storage.Options{Durability: storage.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		e := engine(t, db, dynamo.Options{})
		create(t, e, strings.Replace(hashTable, `"WriteCapacityUnits":5`, `"WriteCapacityUnits":1`, 1))
		time.Sleep(10 * time.Second)
		updateTable(t, e, createIndex)
		time.Sleep(10 * time.Minute)
		now := time.Now()
		put := func(id, ttl string) {
			t.Helper()
			putExpiring(t, e, id, ttl)
		}
		seconds := func(d time.Duration) string { return fmt.Sprintf(`{"N":"%d"}`, now.Add(d).Unix()) }
		put("past", seconds(-time.Hour))
		put("ancient", seconds(-6*365*24*time.Hour))
		put("soon", seconds(5*time.Minute))
		put("late", seconds(time.Hour))
		put("text", fmt.Sprintf(`{"S":"%d"}`, now.Unix()-60))
		put("rewritten", seconds(-time.Hour))
		if got := timeToLive(t, e, enableTTL); !strings.HasPrefix(got, "{") {
			t.Fatal(got)
		}
		put("rewritten", seconds(time.Hour))
		// A deletion costs nothing: the table is in debt beyond the first sweep.
		if got := answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"big"},"b":{"S":"`+strings.Repeat("x", 390<<10)+`"}}}`); got != "{}" {
			t.Fatal(got)
		}
		expect := func(ids ...string) {
			t.Helper()
			synctest.Wait()
			text := strings.Join(readAll(t, e, "by-g"), " ")
			for _, id := range []string{"past", "ancient", "soon", "late", "text", "rewritten"} {
				want := slices.Contains(ids, id)
				if got := strings.Contains(text, `"`+id+`"`); got != want {
					t.Errorf("%v after the beginning %q is there: %t, want %t", time.Since(now), id, got, want)
				}
			}
			d := describe(t, e, "tab")
			if n := d.GlobalSecondaryIndexes[0].ItemCount; n != int64(len(ids)) || d.ItemCount != n+1 {
				t.Errorf("counts of table and index %d and %d, want %d and %d", d.ItemCount, n, len(ids)+1, len(ids))
			}
		}
		expect("past", "ancient", "soon", "late", "text", "rewritten")
		time.Sleep(70 * time.Second)
		expect("ancient", "soon", "late", "text", "rewritten")
		time.Sleep(5 * time.Minute)
		expect("ancient", "late", "text", "rewritten")
		if err := stop(e); err != nil {
			t.Fatal(err)
		}
		// Expiry goes on after a restart.
		e = engine(t, db, dynamo.Options{})
		time.Sleep(time.Hour)
		expect("ancient", "text")
		if got := timeToLive(t, e, disableTTL); !strings.HasPrefix(got, "{") {
			t.Fatal(got)
		}
		put("soon", seconds(-time.Minute))
		time.Sleep(time.Hour)
		expect("ancient", "soon", "text")
		if err := stop(e); err != nil {
			t.Error(err)
		}
	})
}
