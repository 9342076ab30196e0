package template

import (
	"fmt"
	"maps"
	"math"

	"lullaby/dynamo/request"
)

// globalTable is AWS::DynamoDB::GlobalTable, which CDK's TableV2 writes. Of its
// replicas Lullaby has one: that of the stack's region
// (docs/aws/templates.md#global-tables).
func globalTable() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "TableName AttributeDefinitions KeySchema BillingMode GlobalSecondaryIndexes LocalSecondaryIndexes Replicas " +
				"StreamSpecification TimeToLiveSpecification WarmThroughput WriteOnDemandThroughputSettings " +
				"WriteProvisionedThroughputSettings ReadOnDemandThroughputSettings ReadProvisionedThroughputSettings",
			later:  "GlobalTableSourceArn GlobalTableWitnesses GlobalTableSettingsReplicationMode MultiRegionConsistency",
			silent: "SSESpecification",
		},
		ref:        named("TableName", maxName),
		attributes: attributes{"Arn": arnOf("dynamodb", "table/"), "StreamArn": streamARN, "TableId": tableID},
		read:       (*loader).readGlobalTable,
	}
}

// replicaProperties are the keys of a replica.
var replicaProperties = properties{
	honoured: "Region DeletionProtectionEnabled GlobalSecondaryIndexes ReadOnDemandThroughputSettings " +
		"ReadProvisionedThroughputSettings TableClass Tags",
	later: "KinesisStreamSpecification GlobalTableSettingsReplicationMode",
	silent: "ContributorInsightsSpecification PointInTimeRecoverySpecification ReplicaStreamSpecification ResourcePolicy " +
		"SSESpecification",
}

func (l *loader) readGlobalTable(r *resource) error {
	replicas := r.replicas(l)
	t, in := l.newTable(r, globalTableFields(replicas.own))
	if in.value("Replicas") == nil || len(replicas.all) == 0 {
		in.fail(in.lineOf("Replicas"), "%sReplicas is missing", in.label)
		return *in.err
	}
	replica := in.item("Replicas", replicas.own, replicas.all[replicas.own])
	if len(replicas.all) > 1 {
		l.omit(in.lineOf("Replicas"), r.id, "replicas in other regions")
	}
	l.checkProperties(r.id, replica.n, replicaProperties)

	t.KeySchema = in.keySchema()
	t.LocalSecondaryIndexes = in.indexes("LocalSecondaryIndexes")
	t.GlobalSecondaryIndexes = l.globalIndexes(t, in, replica)
	t.AttributeDefinitions = in.attributeDefinitions()
	t.BillingMode = in.oneOf("BillingMode", request.Provisioned, request.BillingModes...)
	if t.BillingMode == request.Provisioned {
		t.ReadCapacityUnits = l.replicated(t, "", in, replica, "Read")
		t.WriteCapacityUnits = l.replicated(t, "", in, in, "Write")
	}
	t.OnDemandThroughput = Throughput{maximumOf(in, replica, "Read"), maximumOf(in, in, "Write")}
	return t.readSettings(in, replica)
}

// replicas are those of a global table, and which of them Lullaby has.
type replicas struct {
	all []*node
	own int
}

// replicas returns the replicas of a global table. Its own is that of the
// stack's region, or else the first: a template of CDK's for a fixed region
// names that.
func (r *resource) replicas(l *loader) replicas {
	of := replicas{all: l.evalItems(r.properties.get("Replicas"))}
	for i, n := range of.all {
		if region, err := l.evalText(n.get("Region")); err == nil && region == l.stack.scope.Region {
			of.own = i
			break
		}
	}
	return of
}

// replicated returns the capacity of a table, or of an index of it, in one direction,
// Read or Write, from the settings in of, or else those in common. If it is autoscaled,
// it is where autoscaling begins.
func (l *loader) replicated(t *Table, index string, common, of reader, direction string) int64 {
	key := direction + "ProvisionedThroughputSettings"
	if of.n.get(key) == nil {
		of = common
	}
	in := of.under(key)
	if in.value(direction+"CapacityUnits") != nil {
		return int64(in.integer(direction+"CapacityUnits", 0, 1, math.MaxInt))
	}
	scaling := in.under(direction + "CapacityAutoScalingSettings")
	if scaling.n == nil {
		return 0
	}
	l.addNested(t, index, direction, scaling)
	least := scaling.integer("MinCapacity", 0, 1, math.MaxInt)
	return int64(scaling.integer("SeedCapacity", least, 1, math.MaxInt))
}

// maximumOf returns the most units that a table or index takes on demand in a
// direction, 0 if there is no bound.
func maximumOf(common, of reader, direction string) int64 {
	key := direction + "OnDemandThroughputSettings"
	if of.n.get(key) == nil {
		of = common
	}
	return int64(of.under(key).integer("Max"+direction+"RequestUnits", 0, 1, math.MaxInt))
}

// globalIndexes reads the global indexes of a global table. What they may read
// is a setting of the replica.
func (l *loader) globalIndexes(t *Table, in, replica reader) []Index {
	var indexes []Index //nolint:prealloc // nil when there are none
	for i, item := range in.list("GlobalSecondaryIndexes") {
		at := in.item("GlobalSecondaryIndexes", i, item)
		at.only("IndexName KeySchema Projection WriteProvisionedThroughputSettings WriteOnDemandThroughputSettings WarmThroughput " +
			"ReadProvisionedThroughputSettings ReadOnDemandThroughputSettings")
		ix := at.index(indexFields)
		own := replicaIndex(replica, ix.Name)
		ix.ReadCapacityUnits = l.replicated(t, ix.Name, at, own, "Read")
		ix.WriteCapacityUnits = l.replicated(t, ix.Name, at, at, "Write")
		ix.OnDemandThroughput = Throughput{maximumOf(at, own, "Read"), maximumOf(at, at, "Write")}
		indexes = append(indexes, ix)
	}
	return indexes
}

// replicaIndex returns a reader of a replica's settings for an index, of none if
// it has none.
func replicaIndex(replica reader, name string) reader {
	for i, item := range replica.list("GlobalSecondaryIndexes") {
		if in := replica.item("GlobalSecondaryIndexes", i, item); in.text("IndexName", "") == name {
			return in
		}
	}
	replica.n = nil
	return replica
}

// globalTableFields returns the paths of the fields of a global table with its
// own replica at an index.
func globalTableFields(own int) map[string]string {
	fields := maps.Clone(tableFields)
	replica := fmt.Sprintf("Replicas.%d.", own)
	maps.Copy(fields, map[string]string{
		"ReadCapacityUnits":        replica + "ReadProvisionedThroughputSettings",
		"WriteCapacityUnits":       "WriteProvisionedThroughputSettings",
		"OnDemandThroughput.Read":  replica + "ReadOnDemandThroughputSettings.MaxReadRequestUnits",
		"OnDemandThroughput.Write": "WriteOnDemandThroughputSettings.MaxWriteRequestUnits",
		"TableClass":               replica + "TableClass",
		"DeletionProtection":       replica + "DeletionProtectionEnabled",
		"Tags":                     replica + "Tags",
	})
	return fields
}
