package dynamo

import (
	"lullaby/capacity"
	"lullaby/dynamo/plan"
)

// ProvisionedThroughputDescription gives units a second; both are 0 on demand.
type ProvisionedThroughputDescription struct {
	LastIncreaseDateTime   Timestamp `json:",omitzero"`
	LastDecreaseDateTime   Timestamp `json:",omitzero"`
	NumberOfDecreasesToday int64
	ReadCapacityUnits      int64
	WriteCapacityUnits     int64
}

// describeUnits gives what is told of units in AWS's shape.
func describeUnits(told plan.Description) ProvisionedThroughputDescription {
	return ProvisionedThroughputDescription{
		LastIncreaseDateTime:   Timestamp{told.LastIncrease.Time()},
		LastDecreaseDateTime:   Timestamp{told.LastDecrease.Time()},
		NumberOfDecreasesToday: told.DecreasesToday,
		ReadCapacityUnits:      told.Read,
		WriteCapacityUnits:     told.Write,
	}
}

// OnDemandThroughput bounds what a table or index on demand takes, in request
// units a second.
type OnDemandThroughput struct {
	MaxReadRequestUnits  *int64 `json:",omitzero"`
	MaxWriteRequestUnits *int64 `json:",omitzero"`
}

// describeMaximum tells of a configured maximum, or is nil if there is none.
func describeMaximum(m plan.Maximum) *OnDemandThroughput {
	if m == (plan.Maximum{}) {
		return nil
	}
	told := &OnDemandThroughput{}
	if m.Read != 0 {
		told.MaxReadRequestUnits = &m.Read
	}
	if m.Write != 0 {
		told.MaxWriteRequestUnits = &m.Write
	}
	return told
}

// check checks a maximum of "table" or "index : NAME"; -1 removes one where one
// may be there.
func (o *OnDemandThroughput) check(of string, removable bool) error {
	if o == nil {
		return nil
	}
	valid := func(n *int64) bool { return n == nil || *n > 0 || removable && *n == -1 }
	switch {
	case !valid(o.MaxReadRequestUnits):
		return badIndex("Requested MaxReadRequestUnits for OnDemandThroughput for %s is outside of valid range", of)
	case !valid(o.MaxWriteRequestUnits):
		return badIndex("Requested MaxWriteRequestUnits for OnDemandThroughput for %s is outside of valid range", of)
	}
	return nil
}

// checkMode refuses a maximum for a table that is not on demand, or for its
// index: index is " for index : NAME" then.
func (o *OnDemandThroughput) checkMode(onDemand bool, index string) error {
	if o == nil || onDemand {
		return nil
	}
	member := "MaxReadRequestUnits"
	if o.MaxReadRequestUnits == nil {
		member = "MaxWriteRequestUnits"
	}
	return badIndex("%s for OnDemandThroughput%s cannot be specified when the table BillingMode is PROVISIONED", member, index)
}

// WarmThroughput asks for what a table or index is to take at once, in units a
// second.
type WarmThroughput struct{ ReadUnitsPerSecond, WriteUnitsPerSecond *int64 }

// WarmThroughputDescription is what a table or index takes at once.
type WarmThroughputDescription struct {
	ReadUnitsPerSecond  int64
	WriteUnitsPerSecond int64
	Status              string // ACTIVE, or UPDATING while it is being raised
}

// describeWarm tells of the warm throughput of the table or of an index in a
// mode. Traffic on demand may have made that of the capacity at work more, which
// is nil for an index that is being deleted.
func (t *table) describeWarm(p *plan.Throughput, m plan.Mode, atWork *capacity.Throughput) *WarmThroughputDescription {
	units := p.WarmUnits(m)
	if atWork != nil {
		t.capacity.Lock()
		units.Read, units.Write = max(units.Read, atWork.Warm(capacity.Read)), max(units.Write, atWork.Warm(capacity.Write))
		t.capacity.Unlock()
	}
	told := &WarmThroughputDescription{units.Read, units.Write, string(plan.StatusActive)}
	if !p.Warm.Due.IsZero() {
		told.Status = string(plan.StatusUpdating)
	}
	return told
}

// checkNew checks the warm throughput of a table or index that is to be
// created, of being "table" or "index NAME". Assumed: the page that AWS's text
// points to.
func (w *WarmThroughput) checkNew(of string, onDemand bool, given *ProvisionedThroughput) error {
	if w == nil {
		return nil
	}
	why := func(string) string {
		return "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html"
	}
	read, write := int64(capacity.OnDemandRead), int64(capacity.OnDemandWrite)
	if !onDemand {
		read, write = *given.ReadCapacityUnits, *given.WriteCapacityUnits
		why = func(units string) string { return units + " of ProvisionedThroughput" }
	}
	switch {
	case w.ReadUnitsPerSecond != nil && *w.ReadUnitsPerSecond < read:
		return badIndex("Requested ReadUnitsPerSecond for WarmThroughput for %s is lower than %s", of, why("ReadCapacityUnits"))
	case w.WriteUnitsPerSecond != nil && *w.WriteUnitsPerSecond < write:
		return badIndex("Requested WriteUnitsPerSecond for WarmThroughput for %s is lower than %s", of, why("WriteCapacityUnits"))
	}
	return nil
}
