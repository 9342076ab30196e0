package capacity

import "time"

// A Direction is read or write: they have separate capacity.
type Direction uint8

// The directions.
const (
	Read Direction = iota
	Write
)

// A Limit is a kind of bound that can refuse a request.
type Limit uint8

// The limits. NoLimit stands for a request that was let in.
const (
	NoLimit               Limit = iota
	ProvisionedThroughput       // what the table or index was provisioned with
	KeyRangeThroughput          // what one partition takes, or what an on-demand table has grown to
	AccountLimit                // the quota of a table on demand and its indexes
	MaxOnDemandThroughput       // the maximum configured for a table or index on demand
)

// A Resource is what a limit belongs to.
type Resource struct {
	Name  string // as its owner names it: an ARN
	Index bool   // whether it is a global index
}

// A Verdict says whether a request was let in, and if not, what refused it.
type Verdict struct {
	Limit      Limit // NoLimit: let in
	Direction  Direction
	OnDemand   bool // whether the resource is on demand
	Resource   Resource
	RetryAfter time.Duration // until the same request could pass, if nothing else arrives
}

// Admitted reports whether the request was let in.
func (v *Verdict) Admitted() bool { return v.Limit == NoLimit }
