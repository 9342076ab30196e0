package request

import (
	"fmt"
	"slices"

	"lullaby/dynamo/refusal"
)

// UpdateTableInput is the request of UpdateTable: one change, or several that AWS
// allows together.
type UpdateTableInput struct {
	TableName                   *string
	AttributeDefinitions        []AttributeDefinition // of the keys of an index that is created
	BillingMode                 *string
	ProvisionedThroughput       *ProvisionedThroughput
	OnDemandThroughput          *OnDemandThroughput
	WarmThroughput              *WarmThroughput
	GlobalSecondaryIndexUpdates []GlobalSecondaryIndexUpdate
	StreamSpecification         *StreamSpecification
	TableClass                  *string
	DeletionProtectionEnabled   *bool
	SSESpecification            *SSESpecification

	// Not built.
	DisassociationProtectionEnabled, GlobalTableSettingsReplicationMode, GlobalTableWitnessUpdates Unbuilt
	MultiRegionConsistency, ReplicaUpdates, VectorIndexUpdates                                     Unbuilt
}

// checkName checks TableName. Its text for a short one is that of CreateTable.
func (in *UpdateTableInput) checkName() error {
	if in.TableName != nil && isARN(*in.TableName) {
		return nil
	}
	return checkNewName(in.TableName)
}

// Check returns the first refusal that does not depend on the table. The error is
// a refusal.Validation.
func (in *UpdateTableInput) Check() error {
	if err := in.checkName(); err != nil {
		return err
	}
	if err := in.checkModel(); err != nil {
		return err
	}
	for _, check := range [...]func() error{
		in.checkUnbuilt, in.StreamSpecification.check, in.checkCombination, in.checkMode, in.ProvisionedThroughput.checkTableBounds,
		func() error { return in.OnDemandThroughput.check("table", true) },
		func() error { return checkClass(in.TableClass) },
		in.SSESpecification.check, in.checkIndexUpdates,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (in *UpdateTableInput) checkUnbuilt() error {
	return refuseUnbuilt("UpdateTable", []parameter{
		{"DisassociationProtectionEnabled", in.DisassociationProtectionEnabled != nil},
		{"GlobalTableSettingsReplicationMode", in.GlobalTableSettingsReplicationMode != nil},
		{"GlobalTableWitnessUpdates", in.GlobalTableWitnessUpdates != nil},
		{"MultiRegionConsistency", in.MultiRegionConsistency != nil},
		{"ReplicaUpdates", in.ReplicaUpdates != nil},
		{"VectorIndexUpdates", in.VectorIndexUpdates != nil},
	})
}

// checkModel checks the constraints of AWS's API model.
func (in *UpdateTableInput) checkModel() error {
	var v violations
	v.tablePattern(in.TableName)
	v.oneOf(in.BillingMode, "billingMode", BillingModes...)
	v.throughput(in.ProvisionedThroughput, "provisionedThroughput")
	v.attributeDefinitions(in.AttributeDefinitions)
	for i := range in.GlobalSecondaryIndexUpdates {
		in.GlobalSecondaryIndexUpdates[i].violations(&v, fmt.Sprintf("globalSecondaryIndexUpdates.%d.member.", i+1))
	}
	v.stream(in.StreamSpecification)
	v.sse(in.SSESpecification)
	return v.memberErr()
}

// checkMode checks a billing mode against the units that are given with it.
func (in *UpdateTableInput) checkMode() error {
	switch given := in.ProvisionedThroughput != nil; {
	case is(in.BillingMode, Provisioned) && !given:
		return refusal.InvalidValues("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
	case is(in.BillingMode, PayPerRequest) && given:
		return refusal.InvalidValues("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST")
	}
	return nil
}

// checkCombination rejects changes that exclude each other
// (aws-controllers-k8s/dynamodb-controller, docs/api-quirks, DDB-TABLE-382).
func (in *UpdateTableInput) checkCombination() error {
	changes := given([]parameter{
		{"Server-Side Encryption", in.SSESpecification != nil},
		{"TableClass", in.TableClass != nil},
		{"DeletionProtection", in.DeletionProtectionEnabled != nil},
		{"WarmThroughput", in.WarmThroughput != nil},
		{"OnDemandThroughput", in.OnDemandThroughput != nil},
		{"StreamSpecification", in.StreamSpecification != nil},
		{"BillingMode", in.BillingMode != nil},
		{"ProvisionedThroughput", in.ProvisionedThroughput != nil},
		{"GlobalSecondaryIndexUpdates", len(in.GlobalSecondaryIndexUpdates) > 0},
	})
	has := func(name string) bool { return slices.Contains(changes, name) }
	switch {
	case len(changes) == 0:
		return refusal.Invalid("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, " +
			"ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, " +
			"WarmThroughput or TableClass is required")
	case in.GlobalSecondaryIndexUpdates != nil && len(in.GlobalSecondaryIndexUpdates) == 0:
		return refusal.InvalidValues("List of GlobalSecondaryIndexUpdates is empty")
	case len(changes) == 1:
		return nil
	case has("Server-Side Encryption"), has("TableClass"), has("DeletionProtection"):
		return refusal.InvalidValues("%s modification must be the only operation in the request", changes[0])
	case has("WarmThroughput") && in.createsIndex():
		return refusal.InvalidValues("Create global secondary index cannot be specified when updating WarmThroughput")
	case has("WarmThroughput"):
		return refusal.InvalidValues("WarmThroughput must be the only operation in the request")
	case has("OnDemandThroughput") && (len(changes) > 2 || !has("BillingMode")):
		return refusal.InvalidValues("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request")
	case has("ProvisionedThroughput") && in.onlineIndexes() > 0:
		return refusal.InvalidValues("You cannot create or delete index while updating table IOPS")
	case has("StreamSpecification") && (has("ProvisionedThroughput") || is(in.BillingMode, Provisioned)):
		return refusal.InvalidValues("You cannot modify stream status while updating table IOPS")
	case has("StreamSpecification") && in.onlineIndexes() > 0:
		return refusal.InvalidValues("You cannot create or delete index while changing stream status")
	}
	return nil
}

// createsIndex reports whether an index is to be created.
func (in *UpdateTableInput) createsIndex() bool {
	return slices.ContainsFunc(in.GlobalSecondaryIndexUpdates, func(u GlobalSecondaryIndexUpdate) bool { return u.Create != nil })
}

// onlineIndexes counts the indexes that are to be created or deleted.
func (in *UpdateTableInput) onlineIndexes() int {
	n := 0
	for _, u := range in.GlobalSecondaryIndexUpdates {
		if u.Create != nil || u.Delete != nil {
			n++
		}
	}
	return n
}
