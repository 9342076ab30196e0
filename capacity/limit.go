package capacity

import "time"

// A Direction is read or write. Each has capacity of its own.
type Direction uint8

// The directions.
const (
	Read Direction = iota
	Write
)

// A Limit is a kind of bound that can refuse a request.
type Limit uint8

// The limits. NoLimit: the request was admitted.
const (
	NoLimit               Limit = iota
	ProvisionedThroughput       // the provisioned throughput of the table or index
	KeyRangeThroughput          // the ceiling of a partition, or the level of an on-demand resource
	AccountLimit                // the quota that an on-demand table shares with its indexes
	MaxOnDemandThroughput       // the maximum configured for an on-demand table or index
)

// A Resource is a table or a global index.
type Resource struct {
	Name  string // given by its owner: an ARN
	Index bool   // it is a global index
}

// A Verdict says whether a request was admitted, and otherwise which limit
// refused it. The zero Verdict admits.
type Verdict struct {
	Limit      Limit // NoLimit: admitted
	Direction  Direction
	OnDemand   bool // the resource is on demand
	Resource   Resource
	RetryAfter time.Duration // until the same request would pass, if no other arrives
}

// Admitted reports whether the request was admitted.
func (v *Verdict) Admitted() bool { return v.Limit == NoLimit }
