package request

import (
	"slices"

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
type CreateGlobalSecondaryIndexAction struct{ GlobalSecondaryIndex }

// UpdateGlobalSecondaryIndexAction changes the throughput of an index.
type UpdateGlobalSecondaryIndexAction struct {
	IndexName             *string
	ProvisionedThroughput *ProvisionedThroughput
	OnDemandThroughput    *OnDemandThroughput
	WarmThroughput        *WarmThroughput
}

// DeleteGlobalSecondaryIndexAction removes an index.
type DeleteGlobalSecondaryIndexAction struct{ IndexName *string }

// violations checks what the model says of the update at path.
func (u *GlobalSecondaryIndexUpdate) violations(v *violations, path string) {
	if u.Update != nil {
		v.indexName(u.Update.IndexName, path+"update.indexName")
		if u.Update.OnDemandThroughput == nil && u.Update.WarmThroughput == nil {
			v.notNull(u.Update.ProvisionedThroughput != nil, path+"update.provisionedThroughput")
		}
		v.throughput(u.Update.ProvisionedThroughput, path+"update.provisionedThroughput")
	}
	if u.Create != nil {
		u.Create.violations(v, path+"create.")
	}
	if u.Delete != nil {
		v.indexName(u.Delete.IndexName, path+"delete.indexName")
	}
}

// actions counts the members that are there.
func (u *GlobalSecondaryIndexUpdate) actions() int {
	n := 0
	for _, there := range [...]bool{u.Create != nil, u.Update != nil, u.Delete != nil} {
		if there {
			n++
		}
	}
	return n
}

// index is the name of the index that an update with one action is of.
func (u *GlobalSecondaryIndexUpdate) index() string {
	switch {
	case u.Create != nil:
		return *u.Create.IndexName
	case u.Update != nil:
		return *u.Update.IndexName
	}
	return *u.Delete.IndexName
}

// checkIndexUpdates checks what needs no table.
func (in *UpdateTableInput) checkIndexUpdates() error {
	var seen []string
	for i := range in.GlobalSecondaryIndexUpdates {
		u := &in.GlobalSecondaryIndexUpdates[i]
		switch u.actions() {
		case 0:
			return refusal.InvalidValues("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null")
		case 1:
		default:
			return refusal.InvalidValues("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")
		}
		if slices.Contains(seen, u.index()) {
			return refusal.InvalidValues("Only one global secondary index update per index is allowed simultaneously. Index: %s", u.index())
		}
		seen = append(seen, u.index())
		if u.Update != nil {
			if err := u.Update.OnDemandThroughput.check("index : "+u.index(), true); err != nil {
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
		return refusal.InvalidValues("AttributeDefinitions is not specified for index: %s", *create.IndexName)
	}
	if len(create.KeySchema) > len(in.AttributeDefinitions) {
		return refusal.Invalid(msgNoDefinition)
	}
	return create.checkKeys(namesOf(in.AttributeDefinitions))
}
