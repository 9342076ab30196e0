package dynamo

import (
	"lullaby/capacity"
	"lullaby/dynamo/plan"
	"lullaby/dynamo/request"
)

// ProvisionedThroughputDescription describes provisioned units a second; both are
// 0 on demand.
type ProvisionedThroughputDescription struct {
	LastIncreaseDateTime   Timestamp `json:",omitzero"`
	LastDecreaseDateTime   Timestamp `json:",omitzero"`
	NumberOfDecreasesToday int64
	ReadCapacityUnits      int64
	WriteCapacityUnits     int64
}

// describeUnits converts a description to AWS's shape.
func describeUnits(out plan.Description) ProvisionedThroughputDescription {
	return ProvisionedThroughputDescription{
		LastIncreaseDateTime:   Timestamp{out.LastIncrease},
		LastDecreaseDateTime:   Timestamp{out.LastDecrease},
		NumberOfDecreasesToday: out.DecreasesToday,
		ReadCapacityUnits:      out.Read,
		WriteCapacityUnits:     out.Write,
	}
}

// describeMaximum converts a maximum to AWS's shape; nil if there is none.
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

// WarmThroughputDescription describes the load that a table or index serves at
// once, in units a second.
type WarmThroughputDescription struct {
	ReadUnitsPerSecond  int64
	WriteUnitsPerSecond int64
	Status              string // ACTIVE, or UPDATING while it is being raised
}

// describeWarm describes the warm throughput of the table or an index in a mode.
// atWork is its capacity, whose warm throughput traffic on demand may have
// raised; nil for an index that is being deleted.
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
