package capacity

import "time"

// Assumptions are the figures of which AWS says that they exist and not what
// they are.
type Assumptions struct {
	// StartBurst is how many seconds of its capacity a new table or index has
	// saved up (facts dynamodb-capacity.md, "Known unknowns" 2).
	StartBurst int64

	// MaximumBurst is how many seconds of a configured maximum may be saved up.
	// AWS enforces maxima by best effort, and says that burst capacity can carry
	// a table past one ("DynamoDB maximum throughput for on-demand tables").
	MaximumBurst int64

	// IndexBuffer is how far the writes of an index may be behind those of its
	// table before it refuses more ("Known unknowns" 6).
	IndexBuffer Tokens

	// HeatTime is how long a partition must be near its ceiling to be split;
	// never if 0 ("Known unknowns" 7).
	HeatTime time.Duration
}

// Likely is what the program takes for most likely.
// Assumed: a table starts with its whole burst, for idle time before it existed
// cannot be told from idle time after; a buffer of 1,000 units, what one
// partition of the table writes in a second; ten minutes, as splits take "on
// the order of minutes" in the paper of 2022 (facts 2.2).
var Likely = &Assumptions{
	StartBurst:   BurstSeconds,
	MaximumBurst: BurstSeconds,
	IndexBuffer:  maxIndexBuffer,
	HeatTime:     10 * time.Minute,
}

const maxIndexBuffer = 1_000 * Unit

// Strict is the strict end of all that AWS leaves open: nothing is given that is
// not promised.
var Strict = &Assumptions{StartBurst: 1, MaximumBurst: 1}
