package capacity

import (
	"lullaby/instant"
)

// A Table is the capacity of a table; its global indexes have their own, and
// share the quota of the table.
type Table struct {
	Throughput

	quota quota
}

// TableQuota is what a table on demand and its global indexes take together, in
// units a second of either direction (Developer Guide, "Quotas", us-east-1).
const TableQuota = 40_000

// A quota is that of one table. Assumed: it is enforced over a second.
type quota [2]TokenBucket

// NewTable returns the capacity of a table that is created at now.
func NewTable(now instant.Instant, name string, s Setting, a *Assumptions) *Table {
	t := &Table{}
	for d := range t.quota {
		t.quota[d] = NewTokenBucket(now, PerSecond(TableQuota), TableQuota*Unit)
	}
	t.Throughput = *newThroughput(now, Resource{Name: name}, s, a, &t.quota)
	return t
}

// NewIndex returns the capacity of a global index of the table that is created
// at now.
func (t *Table) NewIndex(now instant.Instant, name string, s Setting) *Throughput {
	return newThroughput(now, Resource{Name: name, Index: true}, s, t.assumed, &t.quota)
}
