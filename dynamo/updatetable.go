package dynamo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// UpdateTableInput is the request of UpdateTable: one change, or several that
// belong together.
type UpdateTableInput struct {
	TableName                   *string
	AttributeDefinitions        []AttributeDefinitionInput // of the keys of an index that is created
	BillingMode                 *string
	ProvisionedThroughput       *ProvisionedThroughput
	OnDemandThroughput          *OnDemandThroughput
	WarmThroughput              *WarmThroughput
	GlobalSecondaryIndexUpdates []GlobalSecondaryIndexUpdate
	StreamSpecification         *StreamSpecification
	TableClass                  *string
	DeletionProtectionEnabled   *bool
	SSESpecification            *SSESpecification
}

// UpdateTableOutput is the answer of UpdateTable.
type UpdateTableOutput struct{ TableDescription TableDescription }

func (in *UpdateTableInput) validate() error {
	if err := requireTableName(in.TableName); err != nil {
		return err
	}
	var v violations
	v.tableNamePattern(in.TableName)
	v.one(in.BillingMode, "billingMode", string(plan.Provisioned), string(plan.OnDemand))
	v.throughput(in.ProvisionedThroughput, "provisionedThroughput.")
	v.attributeDefinitions(in.AttributeDefinitions)
	for i := range in.GlobalSecondaryIndexUpdates {
		in.GlobalSecondaryIndexUpdates[i].violations(&v, fmt.Sprintf("globalSecondaryIndexUpdates.%d.member.", i+1))
	}
	v.stream(in.StreamSpecification)
	if err := v.err(); err != nil {
		return err
	}
	if err := in.StreamSpecification.validate(); err != nil {
		return err
	}
	if err := in.checkCombination(); err != nil {
		return err
	}
	if is(in.BillingMode, string(plan.Provisioned)) && in.ProvisionedThroughput == nil {
		return badIndex("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
	}
	if is(in.BillingMode, string(plan.OnDemand)) && in.ProvisionedThroughput != nil {
		return badIndex("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST")
	}
	if err := in.ProvisionedThroughput.checkBounds(); err != nil {
		return err
	}
	if err := in.OnDemandThroughput.check("table", true); err != nil {
		return err
	}
	if err := checkClass(in.TableClass); err != nil {
		return err
	}
	if err := in.SSESpecification.check(); err != nil {
		return err
	}
	return in.checkIndexUpdates()
}

// checkCombination refuses what cannot be changed together (aws-controllers-k8s/
// dynamodb-controller, docs/api-quirks, DDB-TABLE-382).
func (in *UpdateTableInput) checkCombination() error {
	changes := names([]parameter{
		{"Server-Side Encryption", in.SSESpecification != nil},
		{"TableClass", in.TableClass != nil},
		{"DeletionProtection", in.DeletionProtectionEnabled != nil},
		{"WarmThroughput", in.WarmThroughput != nil},
		{"OnDemandThroughput", in.OnDemandThroughput != nil},
		{"StreamSpecification", in.StreamSpecification != nil},
		{"BillingMode", in.BillingMode != nil},
		{"ProvisionedThroughput", in.ProvisionedThroughput != nil},
		{"GlobalSecondaryIndexUpdates", len(in.GlobalSecondaryIndexUpdates) > 0},
	}, true)
	has := func(name string) bool { return slices.Contains(changes, name) }
	switch {
	case len(changes) == 0:
		return &ValidationError{"At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, " +
			"ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, " +
			"WarmThroughput or TableClass is required"}
	case in.GlobalSecondaryIndexUpdates != nil && len(in.GlobalSecondaryIndexUpdates) == 0:
		return badIndex("List of GlobalSecondaryIndexUpdates is empty")
	case len(changes) == 1:
		return nil
	case has("Server-Side Encryption"), has("TableClass"), has("DeletionProtection"):
		return badIndex("%s modification must be the only operation in the request", changes[0])
	case has("WarmThroughput"):
		return badIndex("WarmThroughput must be the only operation in the request")
	case has("OnDemandThroughput") && (len(changes) > 2 || !has("BillingMode")):
		return badIndex("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request")
	case has("ProvisionedThroughput") && in.createsOrDeletes() > 0:
		return badIndex("You cannot create or delete index while updating table IOPS")
	}
	return nil
}

// UpdateTable changes a table. What takes time goes on behind the answer, which
// says UPDATING; the table takes requests all the while.
func (e *Engine) UpdateTable(ctx context.Context, in *UpdateTableInput) (*UpdateTableOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	t, told, err := e.update(in, time.Now())
	if err != nil {
		return nil, err
	}
	e.finish(ctx, t)
	return &UpdateTableOutput{told}, nil
}

func (e *Engine) update(in *UpdateTableInput, now time.Time) (*table, TableDescription, error) {
	none := TableDescription{}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	t, err := e.known(*in.TableName)
	if err != nil {
		return nil, none, err
	}
	if err := t.checkLife(now); err != nil {
		return nil, none, err
	}
	if err := t.checkStream(in.StreamSpecification); err != nil {
		return nil, none, err
	}
	old := t.desc.Load()
	d := old.clone()
	if err := d.encrypt(in.SSESpecification, e.opts.Scope, instant.Of(now).Add(e.rules.Durations.EncryptionKey)); err != nil {
		return nil, none, err
	}
	if err := d.plan.Request(instant.Of(now), in.change(), &e.rules); err != nil {
		return nil, none, err
	}
	if err := in.addIndexes(&d); err != nil {
		return nil, none, err
	}
	if err := e.checkQuotas(&old.plan, &d.plan, now); err != nil {
		return nil, none, err
	}
	e.number(&d)
	if err := e.replace(t, d, in.StreamSpecification, now); err != nil {
		return nil, none, err
	}
	told := t.describe(now)
	if in.BillingMode != nil {
		told.TableStatus = string(plan.StatusUpdating) // even if it has that mode already
	}
	return t, told, nil
}

// checkLife refuses to change a table that is being created or deleted.
func (t *table) checkLife(now time.Time) error {
	if t.gone.Load() != 0 {
		return refusal.StillInUse("Table is being deleted: %s", t.name)
	}
	return t.desc.Load().plan.CheckLife(instant.Of(now))
}

// addIndexes describes in d the indexes that its plan has of the request.
func (in *UpdateTableInput) addIndexes(d *description) error {
	onDemand := d.plan.ShownMode() == plan.OnDemand
	for i := range in.GlobalSecondaryIndexUpdates {
		create := in.GlobalSecondaryIndexUpdates[i].Create
		if create == nil {
			continue
		}
		if err := create.checkThroughput(onDemand); err != nil {
			return err
		}
		d.indexes[*create.IndexName] = create.description()
		d.define(in.AttributeDefinitions)
	}
	return nil
}
