package dynamo

import (
	"slices"
	"time"

	"lullaby/dynamo/refusal"
)

// GlobalSecondaryIndexUpdate changes one global index: exactly one of its
// members is there.
type GlobalSecondaryIndexUpdate struct {
	Create *CreateGlobalSecondaryIndexAction
	Update *UpdateGlobalSecondaryIndexAction
	Delete *DeleteGlobalSecondaryIndexAction
}

// CreateGlobalSecondaryIndexAction makes an index of what the table has.
type CreateGlobalSecondaryIndexAction struct{ GlobalSecondaryIndexInput }

// UpdateGlobalSecondaryIndexAction changes the throughput of an index.
type UpdateGlobalSecondaryIndexAction struct {
	IndexName             *string
	ProvisionedThroughput *ProvisionedThroughput
	OnDemandThroughput    *OnDemandThroughput
	WarmThroughput        *WarmThroughput
}

// DeleteGlobalSecondaryIndexAction removes an index.
type DeleteGlobalSecondaryIndexAction struct{ IndexName *string }

func (u *GlobalSecondaryIndexUpdate) violations(v *violations, path string) {
	if u.Update != nil {
		path := path + "update."
		v.indexNameAt(u.Update.IndexName, path)
		if u.Update.OnDemandThroughput == nil && u.Update.WarmThroughput == nil {
			v.notNull(u.Update.ProvisionedThroughput != nil, path+"provisionedThroughput")
		}
		v.throughput(u.Update.ProvisionedThroughput, path+"provisionedThroughput.")
	}
	if u.Create != nil {
		u.Create.violations(v, path+"create.")
	}
	if u.Delete != nil {
		v.indexNameAt(u.Delete.IndexName, path+"delete.")
	}
}

func (v *violations) indexNameAt(name *string, path string) {
	if v.notNull(name != nil, path+"indexName") {
		v.text(name, path+"indexName", namePattern, minName, maxName)
	}
}

// actions counts the members that are there.
func (u *GlobalSecondaryIndexUpdate) actions() int {
	n := 0
	for _, given := range []bool{u.Create != nil, u.Update != nil, u.Delete != nil} {
		if given {
			n++
		}
	}
	return n
}

// name is the index that a checked update is of.
func (u *GlobalSecondaryIndexUpdate) name() string {
	switch {
	case u.Create != nil:
		return *u.Create.IndexName
	case u.Update != nil:
		return *u.Update.IndexName
	}
	return *u.Delete.IndexName
}

// createsOrDeletes counts the indexes that come or go.
func (in *UpdateTableInput) createsOrDeletes() int {
	n := 0
	for _, u := range in.GlobalSecondaryIndexUpdates {
		if u.Create != nil || u.Delete != nil {
			n++
		}
	}
	return n
}

// updatesOne returns the first of names whose throughput is to change.
func (in *UpdateTableInput) updatesOne(names []string) string {
	for _, u := range in.GlobalSecondaryIndexUpdates {
		if u.Update != nil && slices.Contains(names, *u.Update.IndexName) {
			return *u.Update.IndexName
		}
	}
	return ""
}

// withoutUnits returns the indexes of d that the request gives no units.
func (in *UpdateTableInput) withoutUnits(d *description) []string {
	var missing []string
	for _, x := range d.Indexes {
		given := func(u GlobalSecondaryIndexUpdate) bool {
			return u.Update != nil && *u.Update.IndexName == x.IndexName && u.Update.ProvisionedThroughput != nil
		}
		if x.Global && !slices.ContainsFunc(in.GlobalSecondaryIndexUpdates, given) {
			missing = append(missing, x.IndexName)
		}
	}
	return missing
}

// checkIndexUpdates checks what needs no table.
func (in *UpdateTableInput) checkIndexUpdates() error {
	var seen []string
	for i := range in.GlobalSecondaryIndexUpdates {
		u := &in.GlobalSecondaryIndexUpdates[i]
		switch u.actions() {
		case 0:
			return badIndex("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null")
		case 1:
		default:
			return badIndex("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")
		}
		if slices.Contains(seen, u.name()) {
			return badIndex("Only one global secondary index update per index is allowed simultaneously. Index: %s", u.name())
		}
		seen = append(seen, u.name())
		if u.Update != nil {
			if err := u.Update.OnDemandThroughput.check("index : "+u.name(), true); err != nil {
				return err
			}
		}
		if u.Create != nil {
			if err := in.checkCreate(u.Create); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkCreate checks the keys of an index that is to be created against the
// definitions of the request alone, as the service does.
func (in *UpdateTableInput) checkCreate(create *CreateGlobalSecondaryIndexAction) error {
	if in.AttributeDefinitions == nil {
		return badIndex("AttributeDefinitions is not specified for index: %s", *create.IndexName)
	}
	defined := make([]string, len(in.AttributeDefinitions))
	for i, a := range in.AttributeDefinitions {
		defined[i] = *a.AttributeName
	}
	if len(create.KeySchema) > len(defined) {
		return &ValidationError{msgNoDefinition}
	}
	return create.checkKeys(defined)
}

// applyIndexUpdates puts changes of indexes under way.
func (in *UpdateTableInput) applyIndexUpdates(d *description, now time.Time, due func(time.Duration) time.Time) error {
	switch {
	case in.createsOrDeletes() == 0:
	case in.createsOrDeletes() > 1 || d.indexesIn(phaseBackfilling, phaseDeleting, phaseAllocating) != nil && !in.deletesNew(d):
		return overLimit("Only 1 online index can be created or deleted simultaneously per table")
	case in.BillingMode == nil && d.throughputChange() != nil:
		return inUse("Can't create or delete indexes while table IOPS are being updated. Table: %s", d.TableName)
	case in.BillingMode == nil && d.Change != nil:
		return inUse("Can't create or delete an index when a table class update is in progress.")
	}
	for i := range in.GlobalSecondaryIndexUpdates {
		u := &in.GlobalSecondaryIndexUpdates[i]
		var err error
		switch {
		case u.Create != nil:
			err = in.createIndex(d, u.Create, due)
		case u.Delete != nil:
			err = d.deleteIndex(*u.Delete.IndexName, due)
		default:
			err = in.updateIndex(d, u.Update, now, due)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// deletesNew reports whether the request deletes the index that is being
// created.
func (in *UpdateTableInput) deletesNew(d *description) bool {
	creating := d.indexesIn(phaseAllocating, phaseBackfilling)
	return slices.ContainsFunc(in.GlobalSecondaryIndexUpdates, func(u GlobalSecondaryIndexUpdate) bool {
		return u.Delete != nil && slices.Contains(creating, *u.Delete.IndexName)
	})
}

// createIndex adds an index that is to be filled. Assumed: an attribute that is
// a key already keeps its type, whatever the request says.
func (in *UpdateTableInput) createIndex(d *description, create *CreateGlobalSecondaryIndexAction, due func(time.Duration) time.Time) error {
	if d.indexNamed(*create.IndexName) != nil {
		return &ValidationError{"Attempting to create an index which already exists"}
	}
	global := 0
	for _, x := range d.Indexes {
		if x.Global {
			global++
		}
	}
	if global >= maxGlobal {
		return overLimit("Number of global secondary indexes exceeds per-table limit of %d", maxGlobal)
	}
	onDemand := d.shownMode() == payPerRequest
	if create.ProvisionedThroughput == nil && !onDemand {
		return badIndex("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: %s", *create.IndexName)
	}
	if create.ProvisionedThroughput != nil && onDemand {
		return badIndex("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: %s when BillingMode is PAY_PER_REQUEST", *create.IndexName)
	}
	if err := create.checkThroughput(onDemand); err != nil {
		return err
	}
	x := create.description()
	x.Phase, x.Allocated, x.Due = phaseAllocating, due(allocatingTime), due(allocatingTime+backfillingTime)
	d.Indexes = append(d.Indexes, x)
	d.define(in.AttributeDefinitions)
	return nil
}

// define adds the definitions of new key attributes.
func (d *description) define(given []AttributeDefinitionInput) {
	d.AttributeDefinitions = slices.Clone(d.AttributeDefinitions)
	for _, a := range given {
		defined := func(b AttributeDefinition) bool { return b.AttributeName == *a.AttributeName }
		if !slices.ContainsFunc(d.AttributeDefinitions, defined) {
			d.AttributeDefinitions = append(d.AttributeDefinitions, AttributeDefinition{*a.AttributeName, *a.AttributeType})
		}
	}
	d.prune()
}

// globalIndex returns the index that is to be changed by a verb.
func (d *description) globalIndex(name, verb string) (*indexDescription, error) {
	x := d.indexNamed(name)
	switch {
	case x == nil:
		return nil, refusal.New(refusal.NotFound, "Requested resource not found: Index "+name+" for table "+d.TableName)
	case !x.Global:
		return nil, &ValidationError{"Cannot " + verb + " an index that is not a GlobalSecondaryIndex: " + name}
	case x.Phase == phaseDeleting:
		return nil, inUse("Index is being deleted. Table: %s Index: %s", d.TableName, name)
	}
	return x, nil
}

func (d *description) deleteIndex(name string, due func(time.Duration) time.Time) error {
	x, err := d.globalIndex(name, "delete")
	if err != nil {
		return err
	}
	if x.Phase == phaseAllocating {
		return inUse("Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is active. Table: %s Index: %s",
			d.TableName, name)
	}
	x.Phase, x.Due = phaseDeleting, due(indexDeletingTime)
	return nil
}

// updateIndex changes the throughput of an index.
func (in *UpdateTableInput) updateIndex(d *description, u *UpdateGlobalSecondaryIndexAction, now time.Time, due func(time.Duration) time.Time) error {
	if p := u.ProvisionedThroughput; p != nil && (*p.ReadCapacityUnits > maxCapacityUnits || *p.WriteCapacityUnits > maxCapacityUnits) {
		return &ValidationError{"This operation cannot be performed with given input values. " +
			"Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate"}
	}
	x, err := d.globalIndex(*u.IndexName, "update")
	if err != nil {
		return err
	}
	onDemand := d.shownMode() == payPerRequest
	switch {
	case x.Change != nil:
		return inUse("Index is being updated. Table: %s Index: %s", d.TableName, x.IndexName)
	case u.ProvisionedThroughput != nil && onDemand:
		return badIndex("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: %s when BillingMode is PAY_PER_REQUEST", x.IndexName)
	}
	if err := u.OnDemandThroughput.checkMode(onDemand, " for index : "+x.IndexName); err != nil {
		return err
	}
	if err := x.raise(u.WarmThroughput, "index "+x.IndexName, onDemand, due); err != nil {
		return err
	}
	if u.OnDemandThroughput != nil {
		x.bound(u.OnDemandThroughput)
		x.Change = &change{Since: now, Due: due(indexUpdatingTime), BillingMode: payPerRequest}
	}
	p := u.ProvisionedThroughput
	if p == nil {
		return nil
	}
	c := &change{
		Since: now, Due: due(indexUpdatingTime), BillingMode: provisionedMode,
		ReadCapacityUnits: *p.ReadCapacityUnits, WriteCapacityUnits: *p.WriteCapacityUnits,
	}
	if table := d.throughputChange(); table != nil && d.BillingMode == payPerRequest {
		c.Due = table.Due // with the switch that it belongs to
	}
	if !x.raises(c) && !x.lowers(c) {
		return &ValidationError{unchangedText("the index "+x.IndexName, "index "+x.IndexName, &x.provision, p)}
	}
	x.Change = c
	return nil
}
