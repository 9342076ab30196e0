package plan

import "time"

// Durations are the durations of changes of tables, and the cooldowns between
// them. The zero value has none: every change is immediate.
type Durations struct {
	Creating time.Duration // of a table
	Deleting time.Duration // of a table

	Units              time.Duration // provisioned, of a table
	ToProvisioned      time.Duration // a switch of the billing mode
	ToOnDemand         time.Duration // the first such switch of a table
	BackToOnDemand     time.Duration // another one
	Class              time.Duration // of a table
	Stream             time.Duration // enabling or disabling one
	Warming            time.Duration // the first raise of a warm throughput
	Rewarming          time.Duration // another one, or one that raises nothing
	IndexAllocating    time.Duration // before a new index is filled
	IndexBackfilling   time.Duration // at the least, after that
	IndexUpdating      time.Duration // units or maxima of an index
	IndexDeleting      time.Duration
	EncryptionKey      time.Duration
	TimeToLive         time.Duration
	TimeToLiveCooldown time.Duration // between two changes of time to live
	ProtectionCooldown time.Duration // between two changes of deletion protection
	Tagging            time.Duration // of a table; another change is refused
}

// Real are AWS's durations: the middle of measurements on small tables
// (docs/aws/tables.md#duration-of-changes). Assumed: they do not grow with the
// table. Entries marked api-quirks are from
// aws-controllers-k8s/dynamodb-controller, docs/api-quirks.
var Real = Durations{
	Creating: 6 * time.Second, // docs/aws/tables.md#creation
	Deleting: 6 * time.Second, // Assumed: as creation

	Units:            1500 * time.Millisecond, // 1.0 to 2.3 s
	ToProvisioned:    75 * time.Second,        // 55 to 98 s
	ToOnDemand:       150 * time.Second,       // 129 to 172 s
	BackToOnDemand:   4500 * time.Millisecond, // 4 to 5 s
	Class:            5 * time.Second,         // 3.6 to 6.1 s
	Stream:           4500 * time.Millisecond, // 4 to 5 s
	Warming:          390 * time.Second,       // 272 to 514 s
	Rewarming:        2 * time.Second,
	IndexAllocating:  30 * time.Second, // 24 to 56 s
	IndexBackfilling: 8 * time.Minute,  // with the former 506 to 539 s, also of empty tables
	IndexUpdating:    2 * time.Second,  // 2.0 to 4.0 s
	IndexDeleting:    5 * time.Second,  // 2.6 to 5.1 s
	EncryptionKey:    22 * time.Second, // api-quirks: 21 to 23 s, the table being ACTIVE

	// Assumed: AWS documents up to an hour and was never seen not to be done
	// when it was asked a second later (api-quirks, DDB-TABLE-145).
	TimeToLive:         time.Second,
	TimeToLiveCooldown: 31 * time.Minute, // api-quirks, DDB-TABLE-143: 1,812 to 1,872 s

	// Assumed: a request that changes nothing does not begin it.
	ProtectionCooldown: 15 * time.Second, // docs/aws/tables.md#deletion-protection

	Tagging: 3 * time.Second, // docs/aws/tables.md#tags
}
