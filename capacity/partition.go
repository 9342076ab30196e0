package capacity

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"time"

	"lullaby/instant"
)

// The ceiling of one partition, in units a second (Developer Guide, "Designing
// partition keys"). Burst capacity does not raise it.
const (
	PartitionRead  = 3_000
	PartitionWrite = 1_000
)

// PartitionBytes is the largest size of a partition (Developer Guide,
// "Partitions").
const PartitionBytes = 10 << 30

// keyRanges maps the keys of a resource to its partitions. Partitions are split
// and never merged. They are created by the first request.
//
// A partition has no fixed share: a hot one uses at once what the table has
// unused, up to its ceiling (Developer Guide, "Adaptive capacity").
type keyRanges struct {
	least int      // how many partitions throughput and size require
	burst int64    // Assumptions.ShortBurst
	lower [][]byte // the first key of each partition but the first, ascending
	parts []*partition
}

type partition struct {
	buckets [2]TokenBucket
	heat    [2]heat
}

// newPartition returns a partition that has saved up r.burst seconds of its
// ceilings.
func (r *keyRanges) newPartition(now instant.Instant) *partition {
	return &partition{buckets: [2]TokenBucket{
		Read:  NewTokenBucket(now, PerSecond(PartitionRead), Tokens(PartitionRead*r.burst)*Unit),
		Write: NewTokenBucket(now, PerSecond(PartitionWrite), Tokens(PartitionWrite*r.burst)*Unit),
	}}
}

// partitions returns how many partitions the throughput requires. Assumed: for
// provisioned throughput the formula of AWS's old talks, which adds reads and
// writes; on demand the larger of the two, which gives a new table the four
// partitions that its rates require.
func (t *Throughput) partitions() int {
	if t.setting.OnDemand {
		r, w := t.level(Read), t.level(Write)
		return int(max(ceil(r, PartitionRead), ceil(w, PartitionWrite)))
	}
	r, w := t.setting.Units[Read], t.setting.Units[Write]
	return int(max(1, ceil(r+w*(PartitionRead/PartitionWrite), PartitionRead)))
}

func ceil(n, by int64) int64 { return (n + by - 1) / by }

// Hold sets how many bytes the resource holds, which may split partitions.
func (t *Throughput) Hold(size int64) { t.ranges.atLeast(int(ceil(size, PartitionBytes))) }

// Partitions returns the number of partitions at now.
func (t *Throughput) Partitions(now instant.Instant) int {
	t.ranges.of(now, nil)
	return len(t.ranges.parts)
}

// Passed returns how many partitions at now have keys from first on and before
// end; a nil end is that of the last partition.
func (t *Throughput) Passed(now instant.Instant, first, end []byte) int {
	r := &t.ranges
	from, to := r.of(now, first), len(r.parts)-1
	if end != nil {
		to = r.of(now, end)
		if to > from && bytes.Equal(r.lower[to-1], end) {
			to--
		}
	}
	return to - from + 1
}

// atLeast splits partitions until there are n. Assumed: the widest are split
// together, so that evenly spread keys stay evenly spread; a new table is
// divided as if it had grown.
func (r *keyRanges) atLeast(n int) {
	r.least = max(r.least, n, 1)
	if r.parts == nil {
		return // divided by the first request
	}
	for len(r.parts) < r.least {
		var widest uint64
		for i := range r.parts {
			widest = max(widest, r.width(i))
		}
		if widest < 2 {
			return
		}
		for i := range slices.Backward(r.parts) {
			if w := r.width(i); w > widest/2 {
				r.split(i, place(r.start(i)+w/2+w&1)) // odd: the last, which ends at 2^64
			}
		}
	}
}

// place returns the first key of a hash.
func place(hash uint64) []byte { return binary.BigEndian.AppendUint64(nil, hash) }

// hashOf returns the hash that a key begins with.
func hashOf(key []byte) uint64 {
	if len(key) >= 8 {
		return binary.BigEndian.Uint64(key)
	}
	var b [8]byte
	copy(b[:], key)
	return binary.BigEndian.Uint64(b[:])
}

// start returns the hash at which partition i begins.
func (r *keyRanges) start(i int) uint64 {
	if i == 0 {
		return 0
	}
	return hashOf(r.lower[i-1])
}

// width returns how many hashes partition i covers.
func (r *keyRanges) width(i int) uint64 {
	if i == len(r.parts)-1 {
		return 1<<64 - 1 - r.start(i)
	}
	return r.start(i+1) - r.start(i)
}

// split divides partition i at a key. Assumed: both parts keep its balances.
func (r *keyRanges) split(i int, at []byte) {
	r.parts[i].heat = [2]heat{}
	upper := *r.parts[i]
	r.lower = slices.Insert(r.lower, i, at)
	r.parts = slices.Insert(r.parts, i+1, &upper)
}

// of returns the index of the partition of a key. It starts from where the key
// would be if all partitions were equally wide.
func (r *keyRanges) of(now instant.Instant, key []byte) int {
	if r.parts == nil {
		r.parts = []*partition{r.newPartition(now)}
		r.atLeast(r.least)
	}
	if len(r.lower) == 0 {
		return 0
	}
	guess, _ := bits.Mul64(hashOf(key), uint64(len(r.parts)))
	i := int(guess) //nolint:gosec // less than the partitions
	for i > 0 && bytes.Compare(key, r.lower[i-1]) < 0 {
		i--
	}
	for i < len(r.lower) && bytes.Compare(key, r.lower[i]) >= 0 {
		i++
	}
	return i
}

func (r *keyRanges) bucket(now instant.Instant, d Direction, key []byte) *TokenBucket {
	return &r.parts[r.of(now, key)].buckets[d]
}

// charge takes cost from the partition of a key, and splits the partition if it
// has been hot for longer than after.
func (r *keyRanges) charge(now instant.Instant, d Direction, key []byte, cost Tokens, after time.Duration) {
	i := r.of(now, key)
	p := r.parts[i]
	p.buckets[d].Charge(now, cost)
	if after == 0 {
		return
	}
	if at := p.heat[d].add(now, key, cost, ceilings[d], after); at != nil {
		r.split(i, at)
	}
}

var ceilings = [...]Tokens{Read: PartitionRead * Unit, Write: PartitionWrite * Unit}
