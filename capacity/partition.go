package capacity

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"time"

	"lullaby/instant"
)

// What a partition takes, in units a second (Developer Guide, "Designing
// partition keys"), whatever its table has saved up.
const (
	PartitionRead  = 3_000
	PartitionWrite = 1_000
)

// PartitionBytes is how large a partition grows (Developer Guide, "Partitions").
const PartitionBytes = 10 << 30

// keyRanges divide the keys of a resource among its partitions, which are split
// and never merged. A table that no request has met has none yet.
//
// There are no shares: a hot partition takes at once what the table has to
// spare, up to its ceiling (Developer Guide, "Adaptive capacity").
type keyRanges struct {
	least int      // partitions that throughput and size call for
	lower [][]byte // where each but the first begins, in order
	parts []*partition
}

type partition struct {
	buckets [2]TokenBucket
	heat    [2]heat
}

// newPartition returns a partition that has stood idle. Assumed: its ceilings
// hold over a second.
func newPartition(now instant.Instant) *partition {
	return &partition{buckets: [2]TokenBucket{
		Read:  NewTokenBucket(now, PerSecond(PartitionRead), PartitionRead*Unit),
		Write: NewTokenBucket(now, PerSecond(PartitionWrite), PartitionWrite*Unit),
	}}
}

// partitions returns how many the throughput calls for. Assumed: for provisioned
// throughput as AWS's talks once gave it, read and write together; on demand the
// larger of the two, which gives a new table the four that its rates make.
func (t *Throughput) partitions() int {
	if t.setting.OnDemand {
		r, w := t.level(Read), t.level(Write)
		return int(max(ceil(r, PartitionRead), ceil(w, PartitionWrite)))
	}
	r, w := t.setting.Units[Read], t.setting.Units[Write]
	return int(max(1, ceil(r+w*(PartitionRead/PartitionWrite), PartitionRead)))
}

func ceil(n, by int64) int64 { return (n + by - 1) / by }

// Hold tells the resource how many bytes it holds.
func (t *Throughput) Hold(size int64) { t.ranges.atLeast(int(ceil(size, PartitionBytes))) }

// Partitions returns how many partitions there are at now.
func (t *Throughput) Partitions(now instant.Instant) int {
	t.ranges.of(now, nil)
	return len(t.ranges.parts)
}

// atLeast splits partitions until there are so many. Assumed: the widest ones are
// split together, so that keys that were spread evenly still are; a new table
// comes about as one that grew.
func (r *keyRanges) atLeast(n int) {
	r.least = max(r.least, n, 1)
	if r.parts == nil {
		return // divided when the first request comes
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
				r.split(i, place(r.start(i)+w/2))
			}
		}
	}
}

// place is a key at a place of the hash space.
func place(hash uint64) []byte { return binary.BigEndian.AppendUint64(nil, hash) }

// hashOf is the place of a key in the hash space, with which it begins.
func hashOf(key []byte) uint64 {
	if len(key) >= 8 {
		return binary.BigEndian.Uint64(key)
	}
	var b [8]byte
	copy(b[:], key)
	return binary.BigEndian.Uint64(b[:])
}

// start returns the place at which a partition begins.
func (r *keyRanges) start(i int) uint64 {
	if i == 0 {
		return 0
	}
	return hashOf(r.lower[i-1])
}

// width is how much of the hash space a partition has.
func (r *keyRanges) width(i int) uint64 {
	if i == len(r.parts)-1 {
		return 1<<64 - 1 - r.start(i)
	}
	return r.start(i+1) - r.start(i)
}

// split divides a partition at a key. Assumed: both parts have in hand what it
// had.
func (r *keyRanges) split(i int, at []byte) {
	r.parts[i].heat = [2]heat{}
	upper := *r.parts[i]
	r.lower = slices.Insert(r.lower, i, at)
	r.parts = slices.Insert(r.parts, i+1, &upper)
}

// of returns the partition of a key: the one where it would be if all were
// equally wide, or one beside it.
func (r *keyRanges) of(now instant.Instant, key []byte) int {
	if r.parts == nil {
		r.parts = []*partition{newPartition(now)}
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

// charge takes cost from the partition of a key, which is split if it has been
// hot for longer than after.
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
