package dynamo

import (
	"bytes"
	"strconv"

	"lullaby/capacity"
)

// costs are the units that a request consumes of a table and of each of its
// indexes.
type costs struct {
	table   capacity.Tokens
	indexes []indexCost
}

type indexCost struct {
	ix   *index
	cost capacity.Tokens
}

func (c *costs) addIndex(ix *index, cost capacity.Tokens) {
	for i := range c.indexes {
		if c.indexes[i].ix == ix {
			c.indexes[i].cost += cost
			return
		}
	}
	c.indexes = append(c.indexes, indexCost{ix, cost})
}

func (c *costs) add(other *costs) {
	c.table += other.table
	for _, ic := range other.indexes {
		c.addIndex(ic.ix, ic.cost)
	}
}

// ofTable returns the units that the table's capacity is charged: its own and
// those of its local indexes (docs/aws/units.md#local-indexes).
func (c *costs) ofTable() capacity.Tokens {
	sum := c.table
	for _, ic := range c.indexes {
		if !ic.ix.global {
			sum += ic.cost
		}
	}
	return sum
}

func (c *costs) total() capacity.Tokens {
	sum := c.table
	for _, ic := range c.indexes {
		sum += ic.cost
	}
	return sum
}

// A Double is a number that JSON has with a fraction always: 3.0
// (docs/aws/messages.md#capacity-units).
type Double float64

// MarshalJSON writes the number in plain notation.
func (d Double) MarshalJSON() ([]byte, error) {
	text := strconv.AppendFloat(nil, float64(d), 'f', -1, 64)
	if !bytes.ContainsRune(text, '.') {
		text = append(text, ".0"...)
	}
	return text, nil
}

// ConsumedCapacity is the cost of a request for one table and its indexes, in
// units.
type ConsumedCapacity struct {
	TableName              string
	CapacityUnits          Double
	ReadCapacityUnits      Double              `json:",omitzero"` // of transactions
	WriteCapacityUnits     Double              `json:",omitzero"` // of transactions
	Table                  *Capacity           `json:",omitzero"` // with INDEXES, as the next two
	LocalSecondaryIndexes  map[string]Capacity `json:",omitzero"`
	GlobalSecondaryIndexes map[string]Capacity `json:",omitzero"`
}

// Capacity is the cost for a table or an index alone, in units.
type Capacity struct {
	CapacityUnits      Double
	ReadCapacityUnits  Double `json:",omitzero"` // of transactions
	WriteCapacityUnits Double `json:",omitzero"` // of transactions
}

// consumed returns the ConsumedCapacity of one table for a ReturnConsumedCapacity
// of want, or nil if the request does not want one.
func (c *costs) consumed(want *string, table string) *ConsumedCapacity {
	if want == nil || *want == "NONE" {
		return nil
	}
	out := &ConsumedCapacity{TableName: table, CapacityUnits: Double(c.total().Units())}
	if *want != "INDEXES" {
		return out
	}
	out.Table = &Capacity{CapacityUnits: Double(c.table.Units())}
	for _, ic := range c.indexes {
		indexes := &out.GlobalSecondaryIndexes
		if !ic.ix.global {
			indexes = &out.LocalSecondaryIndexes
		}
		if *indexes == nil {
			*indexes = make(map[string]Capacity)
		}
		(*indexes)[ic.ix.name] = Capacity{CapacityUnits: Double(ic.cost.Units())}
	}
	return out
}

// transactional sets the units by direction, which only transactions return. The
// nil ConsumedCapacity is left alone.
func (c *ConsumedCapacity) transactional(d capacity.Direction) {
	if c == nil {
		return
	}
	split := func(units Double) (read, write Double) {
		if d == capacity.Read {
			return units, 0
		}
		return 0, units
	}
	c.ReadCapacityUnits, c.WriteCapacityUnits = split(c.CapacityUnits)
	if c.Table != nil {
		c.Table.ReadCapacityUnits, c.Table.WriteCapacityUnits = split(c.Table.CapacityUnits)
	}
	for _, indexes := range [...]map[string]Capacity{c.LocalSecondaryIndexes, c.GlobalSecondaryIndexes} {
		for name, part := range indexes {
			part.ReadCapacityUnits, part.WriteCapacityUnits = split(part.CapacityUnits)
			indexes[name] = part
		}
	}
}
