package dynamo

import "time"

// A provision is the throughput of a table or a global index: what it has been
// given, how that came about, and what it is prepared for.
type provision struct {
	ReadCapacityUnits  int64 // a second; 0 on demand
	WriteCapacityUnits int64
	LastIncrease       time.Time `json:",omitzero"`
	LastDecrease       time.Time `json:",omitzero"`
	Decreases          int64     `json:",omitzero"` // on the UTC day of LastDecrease
	MaxRead            int64     `json:",omitzero"` // request units a second, on demand; 0: no maximum
	MaxWrite           int64     `json:",omitzero"`
	Warm               warmth    `json:",omitzero"`
}

// A warmth is a warm throughput that was asked for or come by, and the one that
// it is being raised to until Due.
type warmth struct {
	Read, Write         int64
	NextRead, NextWrite int64     `json:",omitzero"`
	Due                 time.Time `json:",omitzero"` // zero: not being raised
	Raised              bool      `json:",omitzero"` // at least once
}

// newProvision is the throughput of what is to be created, as a checked request
// asks for it.
func newProvision(units *ProvisionedThroughput, maximum *OnDemandThroughput, warm *WarmThroughput) provision {
	var p provision
	if units != nil {
		p.ReadCapacityUnits, p.WriteCapacityUnits = *units.ReadCapacityUnits, *units.WriteCapacityUnits
	}
	p.bound(maximum)
	if warm != nil && warm.ReadUnitsPerSecond != nil {
		p.Warm.Read = *warm.ReadUnitsPerSecond
	}
	if warm != nil && warm.WriteUnitsPerSecond != nil {
		p.Warm.Write = *warm.WriteUnitsPerSecond
	}
	return p
}

// What a table or index on demand takes from its first second (Developer Guide,
// "DynamoDB on-demand capacity mode").
const (
	onDemandRead  = 12_000
	onDemandWrite = 4_000
)

// warm returns the warm throughput: never less than what the table may use now,
// or ever was given.
func (p *provision) warm(onDemand bool) (read, write int64) {
	read, write = max(p.Warm.Read, p.ReadCapacityUnits), max(p.Warm.Write, p.WriteCapacityUnits)
	if onDemand {
		read, write = max(read, onDemandRead), max(write, onDemandWrite)
	}
	return read, write
}

// raises and lowers report whether a change increases and decreases a unit.
func (p *provision) raises(c *change) bool {
	return c.ReadCapacityUnits > p.ReadCapacityUnits || c.WriteCapacityUnits > p.WriteCapacityUnits
}

func (p *provision) lowers(c *change) bool {
	return c.ReadCapacityUnits < p.ReadCapacityUnits || c.WriteCapacityUnits < p.WriteCapacityUnits
}

// changeUnits makes a change of units at now; counted says whether a decrease is
// one of those of the day. What it is dated is later than its announcement.
func (p *provision) changeUnits(c *change, now time.Time, counted bool) {
	p.Warm.Read, p.Warm.Write = p.warm(c.BillingMode == payPerRequest)
	at := now
	if earliest := c.Since.Add(time.Millisecond); at.Before(earliest) {
		at = earliest
	}
	if p.raises(c) {
		p.LastIncrease = at
	}
	if counted && p.lowers(c) {
		p.Decreases = p.decreasesOn(now) + 1
		p.LastDecrease = at
	}
	p.ReadCapacityUnits, p.WriteCapacityUnits = c.ReadCapacityUnits, c.WriteCapacityUnits
	if c.BillingMode != payPerRequest {
		p.MaxRead, p.MaxWrite = 0, 0
	}
}

// decreasesOn returns how many decreases there were on the UTC day of now.
func (p *provision) decreasesOn(now time.Time) int64 {
	if !dayOf(p.LastDecrease).Equal(dayOf(now)) {
		return 0
	}
	return p.Decreases
}

// ProvisionedThroughputDescription gives units a second; both are 0 on demand.
type ProvisionedThroughputDescription struct {
	LastIncreaseDateTime   Timestamp `json:",omitzero"`
	LastDecreaseDateTime   Timestamp `json:",omitzero"`
	NumberOfDecreasesToday int64
	ReadCapacityUnits      int64
	WriteCapacityUnits     int64
}

// describeUnits tells of the units at now. While c, if any, is under way they are
// the old ones, but for a switch of billing mode, which shows at once (facts
// dynamodb-capacity.md 5.1; architect/dynalite).
func (p *provision) describeUnits(c *change, mode string, now time.Time) ProvisionedThroughputDescription {
	told := ProvisionedThroughputDescription{
		LastIncreaseDateTime:   Timestamp{p.LastIncrease},
		LastDecreaseDateTime:   Timestamp{p.LastDecrease},
		NumberOfDecreasesToday: p.decreasesOn(now),
		ReadCapacityUnits:      p.ReadCapacityUnits,
		WriteCapacityUnits:     p.WriteCapacityUnits,
	}
	if c == nil || c.Class != "" {
		return told
	}
	if p.raises(c) {
		told.LastIncreaseDateTime = Timestamp{c.Since}
	}
	if p.lowers(c) {
		told.LastDecreaseDateTime = Timestamp{c.Since}
	}
	if c.BillingMode != mode {
		told.ReadCapacityUnits, told.WriteCapacityUnits = c.ReadCapacityUnits, c.WriteCapacityUnits
	}
	return told
}

// OnDemandThroughput bounds what a table or index on demand takes, in request
// units a second.
type OnDemandThroughput struct {
	MaxReadRequestUnits  *int64 `json:",omitzero"`
	MaxWriteRequestUnits *int64 `json:",omitzero"`
}

// maximum tells of the configured maximum, or nil if there is none.
func (p *provision) maximum() *OnDemandThroughput {
	if p.MaxRead == 0 && p.MaxWrite == 0 {
		return nil
	}
	told := &OnDemandThroughput{}
	if p.MaxRead != 0 {
		told.MaxReadRequestUnits = &p.MaxRead
	}
	if p.MaxWrite != 0 {
		told.MaxWriteRequestUnits = &p.MaxWrite
	}
	return told
}

// bound sets the members that are given; -1 removes one.
func (p *provision) bound(o *OnDemandThroughput) {
	if o == nil {
		return
	}
	set := func(have *int64, want *int64) {
		if want != nil {
			*have = max(*want, 0)
		}
	}
	set(&p.MaxRead, o.MaxReadRequestUnits)
	set(&p.MaxWrite, o.MaxWriteRequestUnits)
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

func (p *provision) describeWarm(onDemand bool) *WarmThroughputDescription {
	told := &WarmThroughputDescription{Status: statusActive}
	told.ReadUnitsPerSecond, told.WriteUnitsPerSecond = p.warm(onDemand)
	if !p.Warm.Due.IsZero() {
		told.Status = statusUpdating
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
	read, write := int64(onDemandRead), int64(onDemandWrite)
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

// raise begins to raise the warm throughput, or refuses to lower it. While it
// is being raised a higher request takes the place of the one under way.
func (p *provision) raise(w *WarmThroughput, of string, onDemand bool, due func(time.Duration) time.Time) error {
	if w == nil {
		return nil
	}
	read, write := p.warm(onDemand)
	next := warmth{Read: read, Write: write, NextRead: read, NextWrite: write, Raised: p.Warm.Raised}
	if w.ReadUnitsPerSecond != nil {
		next.NextRead = *w.ReadUnitsPerSecond
	}
	if w.WriteUnitsPerSecond != nil {
		next.NextWrite = *w.WriteUnitsPerSecond
	}
	switch {
	case next.NextRead < read:
		return badIndex("Requested ReadUnitsPerSecond for WarmThroughput for %s is lower than current WarmThroughput, decreasing WarmThroughput is not supported", of)
	case next.NextWrite < write:
		return badIndex("Requested WriteUnitsPerSecond for WarmThroughput for %s is lower than current WarmThroughput, decreasing WarmThroughput is not supported", of)
	}
	next.Due = p.Warm.Due
	if next.Due.IsZero() {
		took := warmingTime
		if next.Raised || next.NextRead == read && next.NextWrite == write {
			took = rewarmingTime
		}
		next.Due = due(took)
	}
	p.Warm = next
	return nil
}
