package capacity

import "time"

// Assumptions are figures that AWS mentions without publishing their values.
type Assumptions struct {
	// StartBurst is the burst capacity that a new table or index starts with,
	// in seconds of its provisioned capacity
	// (docs/aws/capacity.md#burst-of-a-new-table).
	StartBurst int64

	// MaximumBurst is how much unused capacity a configured maximum saves up,
	// in seconds of that maximum. AWS enforces maxima on a best-effort basis
	// and says that burst capacity can carry a table past one ("DynamoDB
	// maximum throughput for on-demand tables").
	MaximumBurst int64

	// ShortBurst is how much unused capacity a partition saves up, and a table or
	// index on demand, in seconds of its ceiling; at least 1
	// (docs/aws/capacity.md#short-bursts).
	ShortBurst int64

	// IndexBuffer is how much the writes of an index may lag behind those of
	// its table, in units of the index, before it refuses more
	// (docs/aws/capacity.md#index-buffer).
	IndexBuffer Tokens

	// HeatTime is how long a partition must run near its ceiling before it is
	// split; 0: it is never split (docs/aws/capacity.md#splits-for-heat).
	HeatTime time.Duration
}

// Likely are the values that are most likely. They are the default.
//
// Assumed: a table starts with its whole burst, since AWS cannot tell idle time
// before its creation from idle time after; five seconds of a ceiling, which let
// pass what was seen to pass on AWS; an index buffer of 1,000 units,
// which is what one partition of the table writes in a second; ten minutes,
// since splits take "on the order of minutes" in the paper of 2022
// (docs/aws/capacity.md#splits-for-heat).
var Likely = &Assumptions{
	StartBurst:   BurstSeconds,
	MaximumBurst: BurstSeconds,
	ShortBurst:   5,
	IndexBuffer:  maxIndexBuffer,
	HeatTime:     10 * time.Minute,
}

const maxIndexBuffer = 1_000 * Unit

// Strict are the least favourable values: nothing is granted that AWS does not
// promise.
var Strict = &Assumptions{StartBurst: 1, MaximumBurst: 1, ShortBurst: 1}
