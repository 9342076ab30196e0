package dynamo_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
)

// indexedTable has a global index on g and a local one on l.
const indexedTable = `{"TableName":"inx","AttributeDefinitions":[{"AttributeName":"h","AttributeType":"S"},{"AttributeName":"r","AttributeType":"S"},` +
	`{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"l","AttributeType":"S"}],` +
	`"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],` +
	`"GlobalSecondaryIndexes":[{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],` +
	`"Projection":{"ProjectionType":"ALL"},"ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":2}}],` +
	`"LocalSecondaryIndexes":[{"IndexName":"by-l","KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],` +
	`"Projection":{"ProjectionType":"ALL"}}],"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}}`

// createIndex asks for an index of tab on the string attribute g.
const createIndex = `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"}],` +
	`"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],` +
	`"Projection":{"ProjectionType":"ALL"},"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}}]}`

const deleteIndex = `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-g"}}]}`

func updateTable(t *testing.T, e *dynamo.Engine, in string) dynamo.TableDescription {
	t.Helper()
	out, err := e.UpdateTable(t.Context(), instant.Of(time.Now()), input[request.UpdateTableInput](t, in))
	if err != nil {
		t.Fatalf("UpdateTable %s: %v", in, err)
	}
	return out.TableDescription
}

func refusalOf(t *testing.T, e *dynamo.Engine, in string) string {
	t.Helper()
	_, err := e.UpdateTable(t.Context(), instant.Of(time.Now()), input[request.UpdateTableInput](t, in))
	if err == nil {
		return ""
	}
	return err.Error()
}

func describe(t *testing.T, e *dynamo.Engine, name string) dynamo.TableDescription {
	t.Helper()
	out, err := e.DescribeTable(t.Context(), instant.Of(time.Now()), &request.DescribeTableInput{TableName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return out.Table
}

func TestRefusedUpdatesOfTables(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true})
	create(t, e, hashTable)
	create(t, e, rangeTable)
	create(t, e, indexedTable)
	const invalid = "One or more parameter values were invalid: "
	const unchanged = ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
	const create = `"KeySchema":[{"AttributeName":"x","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}`
	tests := []struct{ name, in, want string }{
		{
			"nothing", `{"TableName":"tab","AttributeDefinitions":[]}`, "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, " +
				"GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, " +
				"DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required",
		},
		{"no such table", `{"TableName":"nope","BillingMode":"PAY_PER_REQUEST"}`, "Requested resource not found: Table: nope not found"},
		{"mode without units", `{"TableName":"tab","BillingMode":"PROVISIONED"}`, invalid + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"},
		{"units with the other mode", `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}`, invalid + "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST"},
		{"half of the units", `{"TableName":"tab","ProvisionedThroughput":{"ReadCapacityUnits":1}}`, "1 validation error detected: Value null at 'provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must not be null"},
		{"units of a table on demand", `{"TableName":"ran","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}`, invalid + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
		{"the same units", `{"TableName":"tab","ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}}`, "The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. Current WriteCapacityUnits provisioned for the table: 5. Requested WriteCapacityUnits: 5" + unchanged},
		{"the same units of an index", `{"TableName":"inx","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by-g","ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":2}}}]}`, "The provisioned throughput for the index by-g will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for index by-g: 2. Requested ReadCapacityUnits: 2. Current WriteCapacityUnits provisioned for index by-g: 2. Requested WriteCapacityUnits: 2" + unchanged},
		{"maximum of a provisioned table", `{"TableName":"tab","OnDemandThroughput":{"MaxReadRequestUnits":5}}`, invalid + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"},
		{"no such maximum", `{"TableName":"ran","OnDemandThroughput":{"MaxReadRequestUnits":0}}`, invalid + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range"},
		{"colder", `{"TableName":"ran","WarmThroughput":{"ReadUnitsPerSecond":100}}`, invalid + "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, decreasing WarmThroughput is not supported"},
		{"colder index", `{"TableName":"inx","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by-g","WarmThroughput":{"WriteUnitsPerSecond":1}}}]}`, invalid + "Requested WriteUnitsPerSecond for WarmThroughput for index by-g is lower than current WarmThroughput, decreasing WarmThroughput is not supported"},
		{"no such class", `{"TableName":"tab","TableClass":"GOLD"}`, "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS]."},
		{"the key that it has", `{"TableName":"tab","SSESpecification":{"Enabled":false}}`, invalid + "Table is already encrypted by default"},
		{"a key of another kind", `{"TableName":"tab","SSESpecification":{"Enabled":true,"SSEType":"AES256"}}`, invalid + "SSEType AES256 is not supported"},
		{"a key and a class", `{"TableName":"tab","TableClass":"STANDARD","SSESpecification":{"Enabled":true}}`, invalid + "Server-Side Encryption modification must be the only operation in the request"},
		{"two concerns", `{"TableName":"tab","TableClass":"STANDARD","DeletionProtectionEnabled":true}`, invalid + "TableClass modification must be the only operation in the request"},
		{"protection and mode", `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST","DeletionProtectionEnabled":true}`, invalid + "DeletionProtection modification must be the only operation in the request"},
		{"maximum and warmth", `{"TableName":"ran","OnDemandThroughput":{"MaxReadRequestUnits":5},"WarmThroughput":{}}`, invalid + "WarmThroughput must be the only operation in the request"},
		{"units and an index", `{"TableName":"tab","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},"GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}}]}`, invalid + "You cannot create or delete index while updating table IOPS"},
		{"no updates of indexes", `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexUpdates":[]}`, invalid + "List of GlobalSecondaryIndexUpdates is empty"},
		{"nothing about an index", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{}]}`, invalid + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null"},
		{"two things about an index", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"},"Create":{"IndexName":"abc",` + create + `}}]}`, invalid + "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"},
		{"an index twice", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}},{"Delete":{"IndexName":"abc"}}]}`, invalid + "Only one global secondary index update per index is allowed simultaneously. Index: abc"},
		{"two indexes at once", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}},{"Delete":{"IndexName":"abd"}}]}`, "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"},
		{"no such index", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}}]}`, "Requested resource not found: Index abc for table tab"},
		{"local index", `{"TableName":"inx","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-l"}}]}`, "Cannot delete an index that is not a GlobalSecondaryIndex: by-l"},
		{"too many units for an index", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"abc","ProvisionedThroughput":{"ReadCapacityUnits":1000000000001,"WriteCapacityUnits":1}}}]}`, "This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate"},
		{"index that is there", strings.ReplaceAll(createIndex, `"tab"`, `"inx"`), "Attempting to create an index which already exists"},
		{"index without definitions", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"abc",` + create + `}}]}`, invalid + "AttributeDefinitions is not specified for index: abc"},
		{"index of what is not defined", `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"abc",` + create + `}}]}`, invalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [x], AttributeDefinitions: [id]"},
		{"index without units", `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"x","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"abc",` + create + `}}]}`, invalid + "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: abc"},
		{"stream without a view", `{"TableName":"tab","StreamSpecification":{"StreamEnabled":true}}`, invalid + "If stream is being enabled then UpdateViewType is required"},
		{"stream and units", `{"TableName":"tab","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"},"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}`, invalid + "You cannot modify stream status while updating table IOPS"},
		{"stream and mode", `{"TableName":"ran","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"},"BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}`, invalid + "You cannot modify stream status while updating table IOPS"},
		{"stream and an index", `{"TableName":"tab","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"},"GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}}]}`, invalid + "You cannot create or delete index while changing stream status"},
		{"no stream", `{"TableName":"tab","StreamSpecification":{"StreamEnabled":false}}`, "Table has no stream to disable: TableName: tab"},
		{"no stream with a view", `{"TableName":"tab","StreamSpecification":{"StreamEnabled":false,"StreamViewType":"KEYS_ONLY"}}`, invalid + "If stream is being disabled, then UpdateViewType must not be specified"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, refusalOf(t, e, tt.in)); diff != "" {
				t.Errorf("UpdateTable %s (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

// TestIndexKeyParts uses what AWS answered for keys of several attributes.
func TestIndexKeyParts(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true})
	create(t, e, rangeTable)
	const invalid = "One or more parameter values were invalid: "
	tests := []struct{ name, keys, want string }{
		{"four and four", "HHHHRRRR", ""},
		{"five and none", "HHHHH", invalid + "The KeySchema exceeds the maximum allowed number of HASH key attributes"},
		{"one and five", "HRRRRR", invalid + "The KeySchema exceeds the maximum allowed number of RANGE key attributes"},
		{"mixed", "HRH", invalid + "All HASH key attributes must precede RANGE key attributes in the KeySchema"},
		{"no partition key", "RRR", "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var definitions, keys []string
			for i, role := range tt.keys {
				name := fmt.Sprintf("k%d", i)
				definitions = append(definitions, `{"AttributeName":"`+name+`","AttributeType":"S"}`)
				keys = append(keys, `{"AttributeName":"`+name+`","KeyType":"`+map[rune]string{'H': "HASH", 'R': "RANGE"}[role]+`"}`)
			}
			got := refusalOf(t, e, fmt.Sprintf(`{"TableName":"ran","AttributeDefinitions":[%s],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"ix-%d",`+
				`"KeySchema":[%s],"Projection":{"ProjectionType":"ALL"}}}]}`, strings.Join(definitions, ","), i, strings.Join(keys, ",")))
			if got != tt.want {
				t.Errorf("key of %s: %q, want %q", tt.keys, got, tt.want)
			}
		})
	}
}

func TestThroughputChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{})
		create(t, e, hashTable)
		const change = `{"TableName":"tab","ProvisionedThroughput":{"ReadCapacityUnits":%d,"WriteCapacityUnits":%d}}`
		if got, want := refusalOf(t, e, fmt.Sprintf(change, 9, 9)), "Attempt to change a resource which is still in use: Table is being created: tab"; got != want {
			t.Errorf("while it is created: %q, want %q", got, want)
		}
		time.Sleep(10 * time.Second)
		began := instant.Of(time.Now())
		got := updateTable(t, e, fmt.Sprintf(change, 9, 5))
		if u := got.ProvisionedThroughput; got.TableStatus != "UPDATING" || u.ReadCapacityUnits != 5 || u.LastIncreaseDateTime.Instant != began || !u.LastDecreaseDateTime.IsZero() {
			t.Errorf("the answer to an increase is %+v", got)
		}
		const busy = "Attempt to change a resource which is still in use: Table IOPS are currently being updated. Table: tab"
		if got := refusalOf(t, e, fmt.Sprintf(change, 10, 10)); got != busy {
			t.Errorf("a second change: %q, want %q", got, busy)
		}
		if got := refusalOf(t, e, createIndex); !strings.HasSuffix(got, "Can't create or delete indexes while table IOPS are being updated. Table: tab") {
			t.Errorf("an index meanwhile: %q", got)
		}
		if got := answer(t, e, "DeleteTable", `{"TableName":"tab"}`); !strings.HasSuffix(got, "Table: tab is in the process of being updated.") {
			t.Errorf("DeleteTable meanwhile: %q", got)
		}
		if got := answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}}}`); got != "{}" {
			t.Errorf("PutItem meanwhile: %s", got)
		}
		time.Sleep(2300 * time.Millisecond) // the longest that was measured
		raised := describe(t, e, "tab")
		if u := raised.ProvisionedThroughput; raised.TableStatus != "ACTIVE" || u.ReadCapacityUnits != 9 || u.LastIncreaseDateTime.Sub(began) < time.Second || u.NumberOfDecreasesToday != 0 {
			t.Errorf("after the increase: %+v", raised)
		}
		got = updateTable(t, e, fmt.Sprintf(change, 1, 7))
		if u := got.ProvisionedThroughput; u.ReadCapacityUnits != 9 || u.NumberOfDecreasesToday != 0 || u.LastDecreaseDateTime.IsZero() || !u.LastIncreaseDateTime.After(raised.ProvisionedThroughput.LastIncreaseDateTime.Instant) {
			t.Errorf("the answer to a mixed change is %+v", u)
		}
		time.Sleep(2300 * time.Millisecond)
		lowered := describe(t, e, "tab")
		if u := lowered.ProvisionedThroughput; u.ReadCapacityUnits != 1 || u.WriteCapacityUnits != 7 || u.NumberOfDecreasesToday != 1 {
			t.Errorf("after the mixed change: %+v", u)
		}
		if w := lowered.WarmThroughput; w.ReadUnitsPerSecond != 9 || w.WriteUnitsPerSecond != 7 || w.Status != "ACTIVE" {
			t.Errorf("warm throughput %+v, want the highest units that the table ever had", w)
		}
		if lowered.BillingModeSummary != nil {
			t.Error("a table that was never on demand has a BillingModeSummary")
		}
		time.Sleep(24 * time.Hour)
		if n := describe(t, e, "tab").ProvisionedThroughput.NumberOfDecreasesToday; n != 0 {
			t.Errorf("%d decreases on the next day", n)
		}
	})
}

func TestSwitchOfBillingMode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{})
		create(t, e, indexedTable)
		time.Sleep(time.Minute)
		toOnDemand := `{"TableName":"inx","BillingMode":"PAY_PER_REQUEST"}`
		got := updateTable(t, e, toOnDemand)
		if s := got.BillingModeSummary; s.BillingMode != "PAY_PER_REQUEST" || !s.LastUpdateToPayPerRequestDateTime.IsZero() || got.TableThroughputModeSummary.TableThroughputMode != "PAY_PER_REQUEST" {
			t.Errorf("the switch is announced as %+v", s)
		}
		if u, ix := got.ProvisionedThroughput, got.GlobalSecondaryIndexes[0]; u.ReadCapacityUnits != 0 || u.LastDecreaseDateTime.IsZero() || ix.IndexStatus != "UPDATING" || ix.ProvisionedThroughput.ReadCapacityUnits != 0 {
			t.Errorf("the switch is announced with %+v and %+v", u, ix)
		}
		time.Sleep(2 * time.Minute)
		if got := describe(t, e, "inx").TableStatus; got != "UPDATING" {
			t.Errorf("after two minutes the table is %s", got)
		}
		time.Sleep(time.Minute)
		d := describe(t, e, "inx")
		if d.TableStatus != "ACTIVE" || d.BillingModeSummary.LastUpdateToPayPerRequestDateTime.IsZero() || !d.ProvisionedThroughput.LastDecreaseDateTime.IsZero() {
			t.Errorf("after the switch: %+v", d)
		}
		if n := d.GlobalSecondaryIndexes[0].ProvisionedThroughput.NumberOfDecreasesToday; n != 1 {
			t.Errorf("the switch counts for %d decreases of the index, want 1", n)
		}
		if w := d.WarmThroughput; w.ReadUnitsPerSecond != 12000 || w.WriteUnitsPerSecond != 4000 {
			t.Errorf("warm throughput on demand %+v", w)
		}
		if got := updateTable(t, e, toOnDemand).TableStatus; got != "UPDATING" {
			t.Errorf("the mode that it has is answered with %s", got)
		}
		if got := describe(t, e, "inx").TableStatus; got != "ACTIVE" {
			t.Errorf("the mode that it has makes the table %s", got)
		}
		const back = `{"TableName":"inx","BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":3}%s}`
		if got, want := refusalOf(t, e, fmt.Sprintf(back, "")), "One or more parameter values were invalid: ProvisionedThroughput must be specified for index: by-g"; got != want {
			t.Errorf("back without units for the index: %q, want %q", got, want)
		}
		updateTable(t, e, `{"TableName":"inx","OnDemandThroughput":{"MaxReadRequestUnits":50,"MaxWriteRequestUnits":60}}`)
		updateTable(t, e, `{"TableName":"inx","OnDemandThroughput":{"MaxWriteRequestUnits":-1}}`)
		if m := describe(t, e, "inx").OnDemandThroughput; m == nil || *m.MaxReadRequestUnits != 50 || m.MaxWriteRequestUnits != nil {
			t.Errorf("maximum %+v, want 50 reads", m)
		}
		got = updateTable(t, e, fmt.Sprintf(back, `,"GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by-g","ProvisionedThroughput":{"ReadCapacityUnits":4,"WriteCapacityUnits":4}}}]`))
		if got.BillingModeSummary.BillingMode != "PROVISIONED" || got.ProvisionedThroughput.ReadCapacityUnits != 3 || got.GlobalSecondaryIndexes[0].ProvisionedThroughput.ReadCapacityUnits != 4 {
			t.Errorf("the switch back is announced as %+v", got)
		}
		updateTable(t, e, toOnDemand) // has no effect
		time.Sleep(98 * time.Second)
		d = describe(t, e, "inx")
		if d.TableStatus != "ACTIVE" || d.BillingModeSummary.BillingMode != "PROVISIONED" || d.BillingModeSummary.LastUpdateToPayPerRequestDateTime.IsZero() || d.OnDemandThroughput != nil || d.GlobalSecondaryIndexes[0].IndexStatus != "ACTIVE" {
			t.Errorf("after the switch back: %+v", d)
		}
		updateTable(t, e, toOnDemand)
		time.Sleep(5 * time.Second)
		if got := describe(t, e, "inx").TableStatus; got != "ACTIVE" {
			t.Errorf("5 s after a second switch the table is %s", got)
		}
	})
}

// indexState returns the status of a table and of its first index, and whether
// the index is backfilling; "gone" stands for no index.
func indexState(d dynamo.TableDescription) string {
	if len(d.GlobalSecondaryIndexes) == 0 {
		return d.TableStatus + " gone"
	}
	ix := d.GlobalSecondaryIndexes[0]
	text := d.TableStatus + " " + ix.IndexStatus
	if ix.Backfilling != nil {
		text += fmt.Sprintf(" %t", *ix.Backfilling)
	}
	return text
}

func TestLifeOfAnIndex(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{})
		create(t, e, hashTable)
		time.Sleep(10 * time.Second)
		// Items whose attribute no key of the index may be are not in it.
		for i, g := range []string{`{"S":"x"}`, `{"S":"y"}`, `{"N":"1"}`, `{"S":""}`, `{"S":"` + strings.Repeat("l", 2049) + `"}`} {
			if got := answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"%d"},"g":%s}}`, i, g)); got != "{}" {
				t.Fatal(got)
			}
		}
		expect := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %s, want %s", what, got, want)
			}
		}
		expect("the answer", indexState(updateTable(t, e, createIndex)), "UPDATING CREATING false")
		const inUse = "Attempt to change a resource which is still in use: "
		expect("deleted at once", refusalOf(t, e, deleteIndex), inUse+"Index creation is in resource allocation phase. "+
			"Retry deletion during backfilling phase or when the index is active. Table: tab Index: by-g")
		expect("another meanwhile", refusalOf(t, e, strings.ReplaceAll(createIndex, "by-g", "by-gg")), "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
		expect("table deleted meanwhile", answer(t, e, "DeleteTable", `{"TableName":"tab"}`), inUse+"Cannot delete table while indexes are being created, updated, or deleted.")
		time.Sleep(56 * time.Second)
		expect("a minute later", indexState(describe(t, e, "tab")), "ACTIVE CREATING true")
		const scan = `{"TableName":"tab","IndexName":"by-g","Select":"COUNT"}`
		read := func() string {
			out, err := e.Scan(t.Context(), instant.Of(time.Now()), input[request.ScanInput](t, scan))
			if err != nil {
				return err.Error()
			}
			return strconv.FormatInt(out.Count, 10)
		}
		expect("read meanwhile", read(), "Cannot read from backfilling global secondary index: by-g")
		time.Sleep(8 * time.Minute)
		d := describe(t, e, "tab")
		expect("when it is filled", indexState(d), "ACTIVE ACTIVE")
		expect("what it has", read(), "2")
		if n := d.GlobalSecondaryIndexes[0].ItemCount; n != 2 {
			t.Errorf("ItemCount %d, want 2", n)
		}
		update := `{"TableName":"tab","Key":{"id":{"S":"2"}},"UpdateExpression":"SET a = :a","ExpressionAttributeValues":{":a":{"S":"b"}}}`
		if _, err := e.UpdateItem(t.Context(), instant.Of(time.Now()), input[request.UpdateItemInput](t, update)); err != nil {
			t.Errorf("update of an item that the index leaves out: %v", err)
		}
		updateTable(t, e, `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by-g","ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":1}}}]}`)
		expect("with a change of units", indexState(describe(t, e, "tab")), "ACTIVE UPDATING")
		time.Sleep(4 * time.Second)
		expect("after a change of units", indexState(describe(t, e, "tab")), "ACTIVE ACTIVE")
		expect("deleted", indexState(updateTable(t, e, deleteIndex)), "UPDATING DELETING")
		expect("units meanwhile", refusalOf(t, e, `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST"}`), inUse+"Can't change table IOPS when an index is being deleted. Table: tab Indexes: [by-g]")
		time.Sleep(6 * time.Second)
		d = describe(t, e, "tab")
		expect("after it was deleted", indexState(d), "ACTIVE gone")
		if len(d.AttributeDefinitions) != 1 {
			t.Errorf("definitions left: %v", d.AttributeDefinitions)
		}
		updateTable(t, e, createIndex)
		time.Sleep(10 * time.Minute)
		expect("made again", read(), "2")
	})
}

// readAll returns the items of tab or of its index, as text in order.
func readAll(t *testing.T, e *dynamo.Engine, index string) []string {
	t.Helper()
	in, table := &request.ScanInput{}, "tab"
	in.TableName = &table
	if index != "" {
		in.IndexName = &index
	}
	var items []string
	for {
		out, err := e.Scan(t.Context(), instant.Of(time.Now()), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range out.Items {
			items = append(items, output(t, it))
		}
		if out.LastEvaluatedKey == nil {
			break
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
	slices.Sort(items)
	return items
}

// compareIndex checks the index by-g of tab, which projects everything, and its
// totals against the table.
func compareIndex(t *testing.T, e *dynamo.Engine) {
	t.Helper()
	var want []string
	for _, it := range readAll(t, e, "") {
		if strings.Contains(it, `"g":{"S":`) {
			want = append(want, it)
		}
	}
	if diff := cmp.Diff(want, readAll(t, e, "by-g")); diff != "" {
		t.Errorf("index against table (-want +got):\n%s", diff)
	}
	if n := describe(t, e, "tab").GlobalSecondaryIndexes[0].ItemCount; n != int64(len(want)) {
		t.Errorf("the index says that it has %d items, it has %d", n, len(want))
	}
}

const (
	fillItems = 2000
	fillKeys  = 5 // of the index
)

// write changes one of the items at random.
func write(t *testing.T, e *dynamo.Engine, rng *rand.Rand) {
	t.Helper()
	id, g := rng.IntN(fillItems), rng.IntN(fillKeys)
	var err error
	switch rng.IntN(4) {
	case 0:
		_, err = e.DeleteItem(t.Context(), instant.Of(time.Now()), input[request.DeleteItemInput](t, fmt.Sprintf(`{"TableName":"tab","Key":{"id":{"S":"%d"}}}`, id)))
	case 1:
		_, err = e.PutItem(t.Context(), instant.Of(time.Now()), input[request.PutItemInput](t, fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"%d"},"n":{"N":"%d"}}}`, id, g)))
	case 2:
		_, err = e.BatchWriteItem(t.Context(), instant.Of(time.Now()), input[request.BatchWriteItemInput](t, fmt.Sprintf(`{"RequestItems":{"tab":[{"PutRequest":{"Item":{"id":{"S":"%d"},"g":{"S":"%d"}}}},`+
			`{"PutRequest":{"Item":{"id":{"S":"new-%d"},"g":{"S":"%d"}}}}]}}`, id, g, id, g)))
	default:
		_, err = e.UpdateItem(t.Context(), instant.Of(time.Now()), input[request.UpdateItemInput](t, fmt.Sprintf(`{"TableName":"tab","Key":{"id":{"S":"%d"}},"UpdateExpression":"SET g = :g",`+
			`"ExpressionAttributeValues":{":g":{"S":"%d"}}}`, id, g)))
	}
	if err != nil {
		t.Error(err)
	}
}

func fill(t *testing.T, e *dynamo.Engine) {
	t.Helper()
	for i := range fillItems {
		if got := answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"%d"},"g":{"S":"%d"}}}`, i, i%fillKeys)); got != "{}" {
			t.Fatal(got)
		}
	}
}

func TestIndexOfALiveTable(t *testing.T) {
	const writers = 4
	seed := rand.Uint64()
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, hashTable)
	fill(t, e)
	for round := range 3 {
		stop := make(chan struct{})
		var writing sync.WaitGroup
		for w := range writers {
			writing.Go(func() {
				rng := rand.New(rand.NewPCG(seed, uint64(round*writers+w)))
				for {
					select {
					case <-stop:
						return
					default:
						write(t, e, rng)
					}
				}
			})
		}
		time.Sleep(5 * time.Millisecond)
		updateTable(t, e, createIndex)
		time.Sleep(5 * time.Millisecond)
		close(stop)
		writing.Wait()
		compareIndex(t, e)
		if t.Failed() {
			t.Fatalf("round %d, seed %d", round, seed)
		}
		updateTable(t, e, deleteIndex)
	}
}

func TestBackfillThatIsCutOff(t *testing.T) {
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e := engine(t, db, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, hashTable)
	fill(t, e)
	release, err := e.Hold(input[request.GetItemInput](t, `{"TableName":"tab","Key":{"id":{"S":"77"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan error, 1) // what UpdateTable returned, once
	go func() {
		_, err := e.UpdateTable(t.Context(), instant.Of(time.Now()), input[request.UpdateTableInput](t, createIndex))
		asked <- err
	}()
	for d := describe(t, e, "tab"); len(d.GlobalSecondaryIndexes) == 0 || !*d.GlobalSecondaryIndexes[0].Backfilling; d = describe(t, e, "tab") {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond) // for the backfill to come to the item
	stopped := make(chan struct{})    // closed when the engine has crashed
	go func() {
		abandon(e)
		close(stopped)
	}()
	release()
	if err := <-asked; err != nil {
		t.Fatal(err)
	}
	<-stopped
	if n := describe(t, e, "tab").GlobalSecondaryIndexes[0].ItemCount; n >= fillItems {
		t.Fatalf("the index had %d items before the crash: it was not cut off", n)
	}
	e = engine(t, db, dynamo.Options{Unlimited: true})
	rng := rand.New(rand.NewPCG(1, 2))
	deadline := time.Now().Add(20 * time.Second)
	for status := ""; status != "ACTIVE"; {
		if time.Now().After(deadline) {
			t.Fatal("the index is not made after the crash")
		}
		write(t, e, rng)
		ix := describe(t, e, "tab").GlobalSecondaryIndexes[0]
		if status = ix.IndexStatus; status != "ACTIVE" && status != "CREATING" {
			t.Fatalf("the index is %s after the crash", status)
		}
	}
	e.AwaitCounts()
	compareIndex(t, e)
	if err := stop(e); err != nil {
		t.Error(err)
	}
}

// TestBackfillWaitsForWriters has a writer that may not know the new index yet:
// the item that it is about to make is not there to be found.
func TestBackfillWaitsForWriters(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true})
	create(t, e, hashTable)
	release, err := e.Hold(input[request.GetItemInput](t, `{"TableName":"tab","Key":{"id":{"S":"new"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	made := make(chan error, 1) // what UpdateTable returned, once
	go func() {
		_, err := e.UpdateTable(t.Context(), instant.Of(time.Now()), input[request.UpdateTableInput](t, createIndex))
		made <- err
	}()
	select {
	case err := <-made:
		release()
		t.Fatalf("the index was made with a write under way: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	release()
	if err := <-made; err != nil {
		t.Error(err)
	}
	if got := describe(t, e, "tab").GlobalSecondaryIndexes[0].IndexStatus; got != "ACTIVE" {
		t.Errorf("after the write the index is %s", got)
	}
}

func TestDeletionProtection(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true})
	create(t, e, strings.Replace(hashTable, `{`, `{"DeletionProtectionEnabled":true,`, 1))
	const want = "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
	if got := answer(t, e, "DeleteTable", `{"TableName":"tab"}`); got != want {
		t.Errorf("DeleteTable of a protected table: %s, want %s", got, want)
	}
	for _, enabled := range []string{"false", "true"} { // one after the other, for the table changes instantly
		updateTable(t, e, `{"TableName":"tab","DeletionProtectionEnabled":`+enabled+`}`)
	}
	if d := updateTable(t, e, `{"TableName":"tab","DeletionProtectionEnabled":false}`); d.DeletionProtectionEnabled || d.TableStatus != "ACTIVE" {
		t.Errorf("without protection: %+v", d)
	}
	if got := answer(t, e, "DeleteTable", `{"TableName":"tab"}`); !strings.Contains(got, `"TableStatus":"DELETING"`) {
		t.Errorf("DeleteTable: %s", got)
	}
}

func TestCooldownOfDeletionProtection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open("", storage.Options{Durability: storage.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		e := engine(t, db, dynamo.Options{})
		create(t, e, hashTable)
		time.Sleep(20 * time.Second)
		const on, off = `{"TableName":"tab","DeletionProtectionEnabled":true}`, `{"TableName":"tab","DeletionProtectionEnabled":false}`
		expect := func(in, want string) {
			t.Helper()
			if got := refusalOf(t, e, in); got != want {
				t.Errorf("%s: %q, want %q", in, got, want)
			}
		}
		const early = "Deletion protection setting for table tab modified within the previous 15000 milliseconds. Please try again after "
		expect(off, "") // as it is
		expect(on, "")
		time.Sleep(5 * time.Second)
		expect(on, early+"2000-01-01T00:00:35.000Z")
		expect(off, early+"2000-01-01T00:00:35.000Z")
		if err := stop(e); err != nil {
			t.Fatal(err)
		}
		e = engine(t, db, dynamo.Options{})
		time.Sleep(10*time.Second - time.Millisecond)
		expect(off, early+"2000-01-01T00:00:35.000Z")
		time.Sleep(time.Millisecond)
		expect(off, "")
		expect(on, early+"2000-01-01T00:00:50.000Z")
		if err := stop(e); err != nil {
			t.Fatal(err)
		}
		e = engine(t, db, dynamo.Options{Unlimited: true})
		expect(on, "")
		if err := stop(e); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWarmThroughputAndClass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{})
		create(t, e, rangeTable)
		time.Sleep(10 * time.Second)
		warm := func() string { return output(t, describe(t, e, "ran").WarmThroughput) }
		expect := func(want string) {
			t.Helper()
			if got := warm(); got != want {
				t.Errorf("warm throughput %s, want %s", got, want)
			}
		}
		expect(`{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"}`)
		if got := updateTable(t, e, `{"TableName":"ran","WarmThroughput":{"ReadUnitsPerSecond":13000}}`).TableStatus; got != "ACTIVE" {
			t.Errorf("the table is %s while it is warmed", got)
		}
		expect(`{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,"Status":"UPDATING"}`)
		time.Sleep(514 * time.Second)
		expect(`{"ReadUnitsPerSecond":13000,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"}`)
		updateTable(t, e, `{"TableName":"ran","TableClass":"STANDARD_INFREQUENT_ACCESS"}`)
		if d := describe(t, e, "ran"); d.TableStatus != "UPDATING" || d.TableClassSummary != nil {
			t.Errorf("while the class changes: %+v", d)
		}
		time.Sleep(6100 * time.Millisecond)
		if d := describe(t, e, "ran"); d.TableStatus != "ACTIVE" || d.TableClassSummary == nil || d.TableClassSummary.TableClass != "STANDARD_INFREQUENT_ACCESS" || d.TableClassSummary.LastUpdateDateTime.IsZero() {
			t.Errorf("after the class changed: %+v", d)
		}
	})
}

func TestKeyOfKMS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{})
		create(t, e, strings.Replace(hashTable, `{`, `{"SSESpecification":{"Enabled":true},`, 1))
		time.Sleep(10 * time.Second)
		if s := describe(t, e, "tab").SSEDescription; s == nil || s.Status != "ENABLED" || s.SSEType != "KMS" || !strings.HasPrefix(s.KMSMasterKeyArn, "arn:aws:kms:us-east-1:123456789012:key/") {
			t.Errorf("the table's key is %+v", s)
		}
		updateTable(t, e, `{"TableName":"tab","SSESpecification":{"Enabled":false}}`)
		if d := describe(t, e, "tab"); d.TableStatus != "ACTIVE" || d.SSEDescription.Status != "UPDATING" {
			t.Errorf("while the key changes: %+v", d)
		}
		time.Sleep(23 * time.Second)
		if s := describe(t, e, "tab").SSEDescription; s != nil {
			t.Errorf("after it was turned off the key is %+v", s)
		}
	})
}
