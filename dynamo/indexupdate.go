package dynamo

import "slices"

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
