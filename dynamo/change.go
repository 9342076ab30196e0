package dynamo

import (
	"lullaby/dynamo/plan"
)

// change is what a checked request asks of the table's plan.
func (in *UpdateTableInput) change() *plan.Change {
	c := &plan.Change{
		Mode: modeOf(in.BillingMode), Units: in.ProvisionedThroughput.units(), Maximum: in.OnDemandThroughput.partial(), Warm: in.WarmThroughput.partial(),
		Class: classOf(in.TableClass), DeletionProtection: in.DeletionProtectionEnabled,
	}
	for i := range in.GlobalSecondaryIndexUpdates {
		c.Indexes = append(c.Indexes, in.GlobalSecondaryIndexUpdates[i].change())
	}
	return c
}

func (u *GlobalSecondaryIndexUpdate) change() plan.IndexChange {
	switch {
	case u.Create != nil:
		return u.Create.change()
	case u.Delete != nil:
		return plan.IndexChange{Name: *u.Delete.IndexName, Action: plan.DeleteIndex}
	}
	return plan.IndexChange{
		Name: *u.Update.IndexName, Units: u.Update.ProvisionedThroughput.units(),
		Maximum: u.Update.OnDemandThroughput.partial(), Warm: u.Update.WarmThroughput.partial(),
	}
}

// change asks for the table that a checked request describes.
func (in *CreateTableInput) change() *plan.Change {
	c := &plan.Change{
		Mode: modeOf(in.BillingMode), Units: in.ProvisionedThroughput.units(), Maximum: in.OnDemandThroughput.partial(), Warm: in.WarmThroughput.partial(),
		Class: classOf(in.TableClass), DeletionProtection: in.DeletionProtectionEnabled,
	}
	for i := range in.GlobalSecondaryIndexes {
		c.Indexes = append(c.Indexes, in.GlobalSecondaryIndexes[i].change())
	}
	for i := range in.LocalSecondaryIndexes {
		c.Indexes = append(c.Indexes, plan.IndexChange{Name: *in.LocalSecondaryIndexes[i].IndexName, Action: plan.CreateIndex, Local: true})
	}
	return c
}

func (in *GlobalSecondaryIndexInput) change() plan.IndexChange {
	return plan.IndexChange{
		Name: *in.IndexName, Action: plan.CreateIndex, Units: in.ProvisionedThroughput.units(),
		Maximum: in.OnDemandThroughput.partial(), Warm: in.WarmThroughput.partial(),
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

func (p *ProvisionedThroughput) units() *plan.Units {
	if p == nil {
		return nil
	}
	return &plan.Units{Read: *p.ReadCapacityUnits, Write: *p.WriteCapacityUnits}
}

func (o *OnDemandThroughput) partial() *plan.Partial {
	if o == nil {
		return nil
	}
	return &plan.Partial{Read: o.MaxReadRequestUnits, Write: o.MaxWriteRequestUnits}
}

func (w *WarmThroughput) partial() *plan.Partial {
	if w == nil {
		return nil
	}
	return &plan.Partial{Read: w.ReadUnitsPerSecond, Write: w.WriteUnitsPerSecond}
}
