package capacity

// Tokens is an amount of capacity in millionths of a capacity unit.
type Tokens int64

// Unit is one read or write capacity unit.
const Unit Tokens = 1_000_000

// Units returns t in capacity units, as the wire gives them.
func (t Tokens) Units() float64 { return float64(t) / float64(Unit) }

// Bytes that one unit pays for (Developer Guide, "Read and write operations").
const (
	ReadUnitBytes  = 4 * 1024
	WriteUnitBytes = 1024
)

// A Consistency is how a read sees earlier writes, and so what it costs.
type Consistency uint8

// The consistencies: half a unit, one, and two for each started 4 KB.
const (
	Eventual Consistency = iota
	Strong
	Transactional
)

// ReadCost returns what reading size bytes costs. An item that is not there
// has no bytes and pays the least.
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

// WriteCost returns what a write costs that finds an item of before bytes and
// leaves one of after bytes, 0 where there is none: by the larger of the two.
func WriteCost(before, after int64) Tokens {
	return started(max(before, after), WriteUnitBytes) * Unit
}

// started returns how many portions size bytes begin, at least one.
func started(size, portion int64) Tokens {
	return Tokens(max(1, (size+portion-1)/portion))
}
