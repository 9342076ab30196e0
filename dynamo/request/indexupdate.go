package request

import (
	"slices"
	"strconv"

	"lullaby/dynamo/refusal"
)

// GlobalSecondaryIndexUpdate changes one global index: exactly one member must be
// set.
type GlobalSecondaryIndexUpdate struct {
	Create *CreateGlobalSecondaryIndexAction
	Update *UpdateGlobalSecondaryIndexAction
	Delete *DeleteGlobalSecondaryIndexAction
}

// CreateGlobalSecondaryIndexAction creates an index of the existing items.
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

// violations adds the violations of the API model by the update at path.
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

// actions returns the number of members that are set.
func (u *GlobalSecondaryIndexUpdate) actions() int {
	n := 0
	for _, there := range [...]bool{u.Create != nil, u.Update != nil, u.Delete != nil} {
		if there {
			n++
		}
	}
	return n
}

// index returns the name of the index of an update with one action.
func (u *GlobalSecondaryIndexUpdate) index() string {
	switch {
	case u.Create != nil:
		return *u.Create.IndexName
	case u.Update != nil:
		return *u.Update.IndexName
	}
	return *u.Delete.IndexName
}

// checkIndexUpdates checks the updates of indexes without the table.
func (in *UpdateTableInput) checkIndexUpdates() error {
	var seen []string
	for i := range in.GlobalSecondaryIndexUpdates {
		u := &in.GlobalSecondaryIndexUpdates[i]
		err := u.checkAction()
		if err == nil && slices.Contains(seen, u.index()) {
			err = refusal.InvalidValues("Only one global secondary index update per index is allowed simultaneously. Index: %s", u.index())
		}
		if err == nil && u.Update != nil {
			err = about([]string{"Update"}, u.Update.OnDemandThroughput.check("index : "+u.index(), true))
		}
		if err == nil && u.Create != nil {
			err = about([]string{"Create"}, u.Create.check(in.AttributeDefinitions))
		}
		if err != nil {
			return about([]string{"GlobalSecondaryIndexUpdates", strconv.Itoa(i)}, err)
		}
		seen = append(seen, u.index())
	}
	return nil
}

// checkAction rejects an update with no action or several.
func (u *GlobalSecondaryIndexUpdate) checkAction() error {
	switch u.actions() {
	case 0:
		return refusal.InvalidValues("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null")
	case 1:
		return nil
	}
	return refusal.InvalidValues("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")
}

// check checks the keys of a new index against the definitions of the request
// alone, as the service does.
func (c *CreateGlobalSecondaryIndexAction) check(defined []AttributeDefinition) error {
	if defined == nil {
		return refusal.InvalidValues("AttributeDefinitions is not specified for index: %s", *c.IndexName)
	}
	if len(c.KeySchema) > len(defined) {
		return about([]string{"KeySchema"}, refusal.Invalid(msgNoDefinition))
	}
	return c.checkKeys(namesOf(defined))
}
