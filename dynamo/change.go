package dynamo

import (
	"lullaby/dynamo/plan"
	"lullaby/dynamo/request"
)

// changeOf converts a checked request to a change of the table's plan.
func changeOf(in *request.UpdateTableInput) *plan.Change {
	c := &plan.Change{
		Mode: modeOf(in.BillingMode), Units: unitsOf(in.ProvisionedThroughput), Maximum: maximumOf(in.OnDemandThroughput), Warm: warmOf(in.WarmThroughput),
		Class: classOf(in.TableClass), DeletionProtection: in.DeletionProtectionEnabled, Stream: in.StreamSpecification != nil,
	}
	for i := range in.GlobalSecondaryIndexUpdates {
		c.Indexes = append(c.Indexes, indexChangeOf(&in.GlobalSecondaryIndexUpdates[i]))
	}
	return c
}

func indexChangeOf(u *request.GlobalSecondaryIndexUpdate) plan.IndexChange {
	switch {
	case u.Create != nil:
		return indexCreationOf(&u.Create.GlobalSecondaryIndex)
	case u.Delete != nil:
		return plan.IndexChange{Name: *u.Delete.IndexName, Action: plan.DeleteIndex}
	}
	return plan.IndexChange{
		Name: *u.Update.IndexName, Units: unitsOf(u.Update.ProvisionedThroughput),
		Maximum: maximumOf(u.Update.OnDemandThroughput), Warm: warmOf(u.Update.WarmThroughput),
	}
}

// creationOf converts a checked request to the change that creates the table.
func creationOf(in *request.CreateTableInput) *plan.Change {
	c := &plan.Change{
		Mode: modeOf(in.BillingMode), Units: unitsOf(in.ProvisionedThroughput), Maximum: maximumOf(in.OnDemandThroughput), Warm: warmOf(in.WarmThroughput),
		Class: classOf(in.TableClass), DeletionProtection: in.DeletionProtectionEnabled,
	}
	for i := range in.GlobalSecondaryIndexes {
		c.Indexes = append(c.Indexes, indexCreationOf(&in.GlobalSecondaryIndexes[i]))
	}
	for i := range in.LocalSecondaryIndexes {
		c.Indexes = append(c.Indexes, plan.IndexChange{Name: *in.LocalSecondaryIndexes[i].IndexName, Action: plan.CreateIndex, Local: true})
	}
	return c
}

func indexCreationOf(in *request.GlobalSecondaryIndex) plan.IndexChange {
	return plan.IndexChange{
		Name: *in.IndexName, Action: plan.CreateIndex, Units: unitsOf(in.ProvisionedThroughput),
		Maximum: maximumOf(in.OnDemandThroughput), Warm: warmOf(in.WarmThroughput),
	}
}

func modeOf(given *string) plan.Mode {
	if given == nil {
		return ""
	}
	return plan.Mode(*given)
}

func classOf(given *string) plan.Class {
	if given == nil {
		return ""
	}
	return plan.Class(*given)
}

func unitsOf(p *request.ProvisionedThroughput) *plan.Units {
	if p == nil {
		return nil
	}
	return &plan.Units{Read: *p.ReadCapacityUnits, Write: *p.WriteCapacityUnits}
}

func maximumOf(o *request.OnDemandThroughput) *plan.Partial {
	if o == nil {
		return nil
	}
	return &plan.Partial{Read: o.MaxReadRequestUnits, Write: o.MaxWriteRequestUnits}
}

func warmOf(w *request.WarmThroughput) *plan.Partial {
	if w == nil {
		return nil
	}
	return &plan.Partial{Read: w.ReadUnitsPerSecond, Write: w.WriteUnitsPerSecond}
}
