package capacity

// Tokens are an amount of capacity in millionths of a capacity unit.
type Tokens int64

// Unit is one read or write capacity unit.
const Unit Tokens = 1_000_000

// Units returns t in capacity units, as responses give it.
func (t Tokens) Units() float64 { return float64(t) / float64(Unit) }

// The bytes that one unit pays for (Developer Guide, "Read and write
// operations").
const (
	ReadUnitBytes  = 4 * 1024
	WriteUnitBytes = 1024
)

// A Consistency is the consistency of a read. It decides what the read costs.
type Consistency uint8

// The consistencies. They cost half a unit, one and two for each 4 KB begun.
const (
	Eventual Consistency = iota
	Strong
	Transactional
)

// ReadCost returns what reading size bytes costs. An item that does not exist
// has 0 bytes and costs the minimum.
func ReadCost(size int64, c Consistency) Tokens {
	units := started(size, ReadUnitBytes) * Unit
	switch c {
	case Eventual:
		return units / 2
	case Transactional:
		return units * 2
	case Strong:
	}
	return units
}

// WriteCost returns what a write costs. before is the item's size in bytes
// before the write and after its size after it, 0: no item. The larger one is
// charged.
func WriteCost(before, after int64) Tokens {
	return started(max(before, after), WriteUnitBytes) * Unit
}

// started returns how many portions size bytes begin, at least one.
func started(size, portion int64) Tokens {
	return Tokens(max(1, (size+portion-1)/portion))
}
