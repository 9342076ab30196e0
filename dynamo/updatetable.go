package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
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
	v.one(in.BillingMode, "billingMode", provisionedMode, payPerRequest)
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
	if is(in.BillingMode, provisionedMode) && in.ProvisionedThroughput == nil {
		return badIndex("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
	}
	if is(in.BillingMode, payPerRequest) && in.ProvisionedThroughput != nil {
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
	if err := e.checkProtection(in.DeletionProtectionEnabled, t.desc.Load(), now); err != nil {
		return nil, none, err
	}
	d := t.desc.Load().clone()
	if err := d.encrypt(in.SSESpecification, e.opts.Scope, e.due(now)); err != nil {
		return nil, none, err
	}
	if err := in.apply(&d, now, e.due(now)); err != nil {
		return nil, none, err
	}
	if err := e.checkQuotas(t.desc.Load(), &d, now); err != nil {
		return nil, none, err
	}
	e.number(&d)
	if err := e.replace(t, d, in.StreamSpecification, now); err != nil {
		return nil, none, err
	}
	told := t.describe(now)
	if in.BillingMode != nil {
		told.TableStatus = statusUpdating // even if it has that mode already
	}
	return t, told, nil
}

// checkQuotas refuses what old becomes in d if a quota does not allow it.
func (e *Engine) checkQuotas(old, d *description, now time.Time) error {
	if err := e.checkBudgets(old, d, now); err != nil {
		return err
	}
	if err := e.checkMaxima(old, d); err != nil {
		return err
	}
	if old.updating() || !d.updating() {
		return nil
	}
	return e.checkChanging(now)
}

// checkLife refuses to change a table that is being created or deleted.
func (t *table) checkLife(now time.Time) error {
	switch t.status(now) {
	case statusCreating:
		return inUse("Table is being created: %s", t.name)
	case statusDeleting:
		return inUse("Table is being deleted: %s", t.name)
	}
	return nil
}

// apply makes the changes in d that are made at once, and puts the others under
// way.
func (in *UpdateTableInput) apply(d *description, now time.Time, due func(time.Duration) time.Time) error {
	if wanted := in.DeletionProtectionEnabled; wanted != nil && *wanted != d.DeletionProtection {
		d.DeletionProtection, d.ProtectionSince = *wanted, now
	}
	if err := d.raise(in.WarmThroughput, "table", d.shownMode() == payPerRequest, due); err != nil {
		return err
	}
	steps := []func(*description, time.Time, func(time.Duration) time.Time) error{
		in.applyClass, in.applyThroughput, in.applyMaximum, in.applyIndexUpdates,
	}
	for _, step := range steps {
		if err := step(d, now, due); err != nil {
			return err
		}
	}
	return nil
}

func (in *UpdateTableInput) applyClass(d *description, now time.Time, due func(time.Duration) time.Time) error {
	if in.TableClass == nil || *in.TableClass == classStandard && d.Class == "" {
		return nil
	}
	if d.Change != nil {
		return inUse("Table: %s is in the process of being updated.", d.TableName)
	}
	d.Change = &change{Since: now, Due: due(classTime), Class: *in.TableClass}
	return nil
}

// applyThroughput puts a change of units or of the billing mode under way.
func (in *UpdateTableInput) applyThroughput(d *description, now time.Time, due func(time.Duration) time.Time) error {
	p := in.ProvisionedThroughput
	if p == nil && in.BillingMode == nil {
		return nil
	}
	mode := d.shownMode()
	switch {
	case p == nil && mode == payPerRequest, p == nil && d.BillingMode == payPerRequest:
		return nil // said again, or said too late to stop the switch
	case p != nil && in.BillingMode == nil && mode == payPerRequest:
		return badIndex(msgUnitsOnDemand)
	case d.throughputChange() != nil:
		return inUse("Table IOPS are currently being updated. Table: %s", d.TableName)
	case d.Change != nil:
		return inUse("Table: %s is in the process of being updated.", d.TableName)
	}
	for _, at := range []struct {
		doing string
		phase indexPhase
	}{{"deleted", phaseDeleting}, {"created", phaseAllocating}} {
		if busy := d.indexesIn(at.phase); busy != nil {
			if name := in.updatesOne(busy); name != "" {
				return inUse("Index is being %s. Table: %s Index: %s", at.doing, d.TableName, name)
			}
			return inUse("Can't change table IOPS when an index is being %s. Table: %s Indexes: [%s]", at.doing, d.TableName, strings.Join(busy, ", "))
		}
	}
	if p == nil {
		d.toOnDemand(now, due)
		return nil
	}
	c := &change{Since: now, BillingMode: provisionedMode, ReadCapacityUnits: *p.ReadCapacityUnits, WriteCapacityUnits: *p.WriteCapacityUnits}
	if !d.raises(c) && !d.lowers(c) {
		return &ValidationError{unchangedText("the table", "the table", &d.provision, p)}
	}
	c.Due = due(throughputTime)
	if mode == payPerRequest {
		c.Due = due(toProvisionedTime)
		if missing := in.withoutUnits(d); missing != nil {
			return badIndex("ProvisionedThroughput must be specified for index: %s", strings.Join(missing, ","))
		}
	}
	d.Change = c
	return nil
}

// toOnDemand puts the switch of the table and its indexes under way.
func (d *description) toOnDemand(now time.Time, due func(time.Duration) time.Time) {
	took := toOnDemandTime
	if !d.OnDemandSince.IsZero() {
		took = backToOnDemand
	}
	c := &change{Since: now, Due: due(took), BillingMode: payPerRequest}
	d.Change = c
	d.Switches = append(d.switchesBy(now), now)
	for i := range d.Indexes {
		if x := &d.Indexes[i]; x.Global && x.Phase != phaseDeleting {
			x.Change = c
		}
	}
}

// unchangedText says that units are what they were; of and in name whose.
func unchangedText(of, in string, have *provision, want *ProvisionedThroughput) string {
	return fmt.Sprintf("The provisioned throughput for %s will not change. The requested value equals the current value. "+
		"Current ReadCapacityUnits provisioned for %s: %d. Requested ReadCapacityUnits: %d. "+
		"Current WriteCapacityUnits provisioned for %s: %d. Requested WriteCapacityUnits: %d. "+
		"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
		of, in, have.ReadCapacityUnits, *want.ReadCapacityUnits, in, have.WriteCapacityUnits, *want.WriteCapacityUnits)
}

// applyMaximum sets the maxima of a table on demand.
func (in *UpdateTableInput) applyMaximum(d *description, _ time.Time, _ func(time.Duration) time.Time) error {
	if in.OnDemandThroughput == nil {
		return nil
	}
	if err := in.OnDemandThroughput.checkMode(d.shownMode() == payPerRequest, ""); err != nil {
		return err
	}
	if busy := d.indexesIn(phaseDeleting); busy != nil {
		return inUse("OnDemandThroughput cannot be updated while index deletion is in progress for indexes: [%s]", strings.Join(busy, ", "))
	}
	if busy := d.indexesIn(phaseAllocating); busy != nil {
		return inUse("OnDemandThroughput cannot be updated while index creation is in progress for indexes: [%s]", strings.Join(busy, ", "))
	}
	d.bound(in.OnDemandThroughput)
	return nil
}
