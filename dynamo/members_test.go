package dynamo_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/internal/members"
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
	unbuilt, absent, built := map[string]bool{}, map[string]bool{}, 0
	for name, theirs := range clientOperations() {
		ours, found := reflect.TypeFor[*dynamo.Engine]().MethodByName(name)
		if !found {
			continue // refused by its name: TestOperationsOfTheClient in wire
		}
		built++
		members.Each(name, theirs.In(2), ours.Type.In(3), func(m members.Member) bool {
			if m.Ours == nil {
				t.Errorf("there is no %s", m.Path)
			}
			if m.Ours == reflect.TypeFor[request.Unbuilt]() {
				unbuilt[m.Path] = true
				return false
			}
			return m.Ours != nil
		})
		members.Each(name, theirs.Out(0), ours.Type.Out(0), func(m members.Member) bool {
			if m.Ours == nil && neverSent[m.Name] == "" {
				t.Errorf("there is no %s", m.Path)
			}
			absent[m.Name] = absent[m.Name] || m.Ours == nil
			return m.Ours != nil
		})
	}
	if built < 25 {
		t.Errorf("found %d operations", built)
	}
	for member := range neverSent {
		if !absent[member] {
			t.Errorf("%s is sent, or AWS has no such member", member)
		}
	}
	e := open(t, dynamo.Options{Instant: true})
	for _, member := range slices.Sorted(maps.Keys(unbuilt)) {
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
	if len(unbuilt) == 0 {
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
