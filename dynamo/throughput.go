package dynamo

import (
	"lullaby/capacity"
	"lullaby/dynamo/plan"
	"lullaby/dynamo/request"
)

// ProvisionedThroughputDescription gives units a second; both are 0 on demand.
type ProvisionedThroughputDescription struct {
	LastIncreaseDateTime   Timestamp `json:",omitzero"`
	LastDecreaseDateTime   Timestamp `json:",omitzero"`
	NumberOfDecreasesToday int64
	ReadCapacityUnits      int64
	WriteCapacityUnits     int64
}

// describeUnits gives what is out of units in AWS's shape.
func describeUnits(out plan.Description) ProvisionedThroughputDescription {
	return ProvisionedThroughputDescription{
		LastIncreaseDateTime:   Timestamp{out.LastIncrease},
		LastDecreaseDateTime:   Timestamp{out.LastDecrease},
		NumberOfDecreasesToday: out.DecreasesToday,
		ReadCapacityUnits:      out.Read,
		WriteCapacityUnits:     out.Write,
	}
}

// describeMaximum tells of a configured maximum, or is nil if there is none.
func describeMaximum(m plan.Maximum) *request.OnDemandThroughput {
	if m == (plan.Maximum{}) {
		return nil
	}
	out := &request.OnDemandThroughput{}
	if m.Read != 0 {
		out.MaxReadRequestUnits = &m.Read
	}
	if m.Write != 0 {
		out.MaxWriteRequestUnits = &m.Write
	}
	return out
}

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
	out := &WarmThroughputDescription{units.Read, units.Write, string(plan.StatusActive)}
	if !p.Warm.Due.IsZero() {
		out.Status = string(plan.StatusUpdating)
	}
	return out
}
