package capacity

import (
	"lullaby/instant"
)

// A Table is the capacity of a table. Global indexes have capacity of their own
// and share the table's quota.
type Table struct {
	Throughput

	quota quota
}

// TableQuota is the throughput of an on-demand table and its global indexes
// together, in units a second of either direction (Developer Guide, "Quotas",
// us-east-1).
const TableQuota = 40_000

// MaxGlobalIndexes is how many global indexes a table may have (Developer Guide,
// "Constraints in Amazon DynamoDB").
const MaxGlobalIndexes = 20

// A quota is the TableQuota of one table. Assumed: it is enforced over a
// second.
type quota [2]TokenBucket

// NewTable returns the capacity of a table created at now. a is not copied and
// must not change.
func NewTable(now instant.Instant, name string, s Setting, a *Assumptions) *Table {
	t := &Table{}
	for d := range t.quota {
		t.quota[d] = NewTokenBucket(now, PerSecond(TableQuota), TableQuota*Unit)
	}
	t.Throughput = *newThroughput(now, Resource{Name: name}, s, a, &t.quota)
	return t
}

// NewIndex returns the capacity of a global index of the table, created at now.
func (t *Table) NewIndex(now instant.Instant, name string, s Setting) *Throughput {
	return newThroughput(now, Resource{Name: name, Index: true}, s, t.assumed, &t.quota)
}
