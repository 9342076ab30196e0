package dynamo_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
)

// neverSent are the members of outputs that no answer of Lullaby's has, and why.
var neverSent = map[string]string{
	"ConsumedCapacity.VectorIndexes":                            "vector indexes are not built",
	"TableDescription.VectorIndexes":                            "vector indexes are not built",
	"TableDescription.ArchivalSummary":                          "no table is archived",
	"TableDescription.DisassociationProtectionEnabled":          "global tables are not built",
	"TableDescription.GlobalTableSettingsReplicationMode":       "global tables are not built",
	"TableDescription.GlobalTableVersion":                       "global tables are not built",
	"TableDescription.GlobalTableWitnesses":                     "global tables are not built",
	"TableDescription.MultiRegionConsistency":                   "global tables are not built",
	"TableDescription.Replicas":                                 "global tables are not built",
	"TableDescription.RestoreSummary":                           "backups are not built",
	"PointInTimeRecoveryDescription.EarliestRestorableDateTime": "recovery is always DISABLED",
	"PointInTimeRecoveryDescription.LatestRestorableDateTime":   "recovery is always DISABLED",
	"PointInTimeRecoveryDescription.RecoveryPeriodInDays":       "recovery is always DISABLED",
	"SSEDescription.InaccessibleEncryptionDateTime":             "every key is accessible",
	"ListTagsOfResourceOutput.NextToken":                        "a table's tags fit one page",
	"StreamDescription.LastEvaluatedShardId":                    "a stream has one shard",
	"Shard.ParentShardId":                                       "a stream has one shard",
}

// Each operation that is built has every member of AWS's client: of the input,
// honoured or refused by its name, and of the output, but for those that are
// absent for a reason.
func TestMembersOfTheClient(t *testing.T) {
	m := members{t: t, unbuilt: map[string]bool{}, absent: map[string]bool{}}
	built := 0
	for name, theirs := range clientOperations() {
		ours, found := reflect.TypeFor[*dynamo.Engine]().MethodByName(name)
		if !found {
			continue // refused by its name: TestOperationsOfTheClient in wire
		}
		built++
		m.output = false
		m.compare(name, theirs.In(2), ours.Type.In(3))
		m.output = true
		m.compare(name, theirs.Out(0), ours.Type.Out(0))
	}
	if built < 25 {
		t.Errorf("found %d operations", built)
	}
	for member := range neverSent {
		if !m.absent[member] {
			t.Errorf("%s is sent, or AWS has no such member", member)
		}
	}
	e := open(t, dynamo.Options{Instant: true})
	for _, member := range slices.Sorted(maps.Keys(m.unbuilt)) {
		operation, name, _ := strings.Cut(member, ".")
		base := strings.TrimSuffix(hashTable, "}")
		if operation == "UpdateTable" {
			base = `{"TableName":"tab"`
		}
		for _, value := range []string{`[]`, `false`, `"x"`, `{"a":[1]}`} {
			want := name + " is a member of " + operation + " that Lullaby does not have"
			if got := answer(t, e, operation, base+`,"`+name+`":`+value+`}`); got != want {
				t.Errorf("%s %s: %s, want %s", member, value, got, want)
			}
		}
	}
	if len(m.unbuilt) == 0 {
		t.Error("no member is refused")
	}
}

// clientOperations returns the methods of AWS's clients of DynamoDB by operation.
func clientOperations() map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for _, client := range []reflect.Type{reflect.TypeFor[*dynamodb.Client](), reflect.TypeFor[*dynamodbstreams.Client]()} {
		for method := range client.Methods() {
			if method.Name != "Options" {
				all[method.Name] = method.Type
			}
		}
	}
	return all
}

// members compares the shapes of AWS's client with those of the engine.
type members struct {
	t       *testing.T
	output  bool
	unbuilt map[string]bool // "Operation.Member" of inputs
	absent  map[string]bool // "Type.Member" of outputs
}

func (m *members) compare(path string, theirs, ours reflect.Type) {
	for {
		for ours.Kind() == reflect.Pointer {
			ours = ours.Elem()
		}
		for theirs.Kind() == reflect.Pointer {
			theirs = theirs.Elem()
		}
		if kind := theirs.Kind(); kind != reflect.Slice && kind != reflect.Map || ours.Kind() != kind {
			break
		}
		theirs, ours = theirs.Elem(), ours.Elem()
	}
	if theirs.Kind() != reflect.Struct || theirs == reflect.TypeFor[time.Time]() {
		return
	}
	for f := range theirs.Fields() {
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		member := theirs.Name() + "." + f.Name
		own, found := fieldOf(ours, f.Name)
		switch {
		case !found && m.output && neverSent[member] != "":
			m.absent[member] = true
		case !found:
			m.t.Errorf("%s has no %s", path, f.Name)
		case own == reflect.TypeFor[request.Unbuilt]():
			m.unbuilt[path+"."+f.Name] = true
		default:
			m.compare(path+"."+f.Name, f.Type, own)
		}
	}
}

// fieldOf returns the type of the member of that name in JSON.
func fieldOf(t reflect.Type, name string) (reflect.Type, bool) {
	if t.Kind() != reflect.Struct {
		return nil, false
	}
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && (tag == "" && f.Name == name || strings.EqualFold(tag, name) && tag != "") {
			return f.Type, true
		}
	}
	return nil, false
}

// unbuiltMembers are the members of inputs that are refused by their names.
var unbuiltMembers = func() map[string]bool {
	names := map[string]bool{}
	for _, in := range []reflect.Type{reflect.TypeFor[request.CreateTableInput](), reflect.TypeFor[request.UpdateTableInput]()} {
		for f := range in.Fields() {
			if f.Type == reflect.TypeFor[request.Unbuilt]() {
				names[f.Name] = true
			}
		}
	}
	return names
}()
