package mapping

import "time"

// Assumptions are figures of pollers that AWS mentions without publishing their
// values.
type Assumptions struct {
	// MostBatches is how many batches of a standard queue are in flight at one
	// time at most (docs/aws/mapping.md#scaling).
	MostBatches int

	// ErrorPause is how long a process waits after a function error before it
	// receives again. Each further error in a row doubles it, up to MostPause
	// (docs/aws/mapping.md#back-off-after-errors). 0: not at all.
	ErrorPause, MostPause time.Duration

	// ThrottleFalls is set if each throttled batch lowers the number of batches
	// by one, and if none is added while one waits
	// (docs/aws/mapping.md#back-off-after-throttles).
	ThrottleFalls bool

	// IdleTime is how long a queue must be empty before 2 batches in place of 5
	// are received at one time (docs/aws/mapping.md#scaling).
	IdleTime time.Duration
}

// Likely are the values that are most likely. They are the default.
//
// Assumed: 1,250 batches, as the newer pages have it; a pause of half a second, after
// which a backlog that fails as a whole is still read once by a growing number
// of processes; five minutes until the queue counts as idle.
var Likely = &Assumptions{
	MostBatches:   1_250,
	ErrorPause:    500 * time.Millisecond,
	MostPause:     time.Minute,
	ThrottleFalls: true,
	IdleTime:      5 * time.Minute,
}

// Strict are the least favourable values: no more batches than every page
// grants, and nothing that holds back a mapping whose function fails or is
// throttled, so that receive counts rise as fast as they can.
var Strict = &Assumptions{MostBatches: 1_000}
