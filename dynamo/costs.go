package dynamo

import "lullaby/capacity"

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

// ConsumedCapacity is the cost of a request for one table and its indexes, in
// units.
type ConsumedCapacity struct {
	TableName              string
	CapacityUnits          float64
	ReadCapacityUnits      float64             `json:",omitzero"` // of transactions
	WriteCapacityUnits     float64             `json:",omitzero"` // of transactions
	Table                  *Capacity           `json:",omitzero"` // with INDEXES, as the next two
	LocalSecondaryIndexes  map[string]Capacity `json:",omitzero"`
	GlobalSecondaryIndexes map[string]Capacity `json:",omitzero"`
}

// Capacity is the cost for a table or an index alone, in units.
type Capacity struct {
	CapacityUnits      float64
	ReadCapacityUnits  float64 `json:",omitzero"` // of transactions
	WriteCapacityUnits float64 `json:",omitzero"` // of transactions
}

// consumed returns the ConsumedCapacity of one table for a ReturnConsumedCapacity
// of want, or nil if the request does not want one.
func (c *costs) consumed(want *string, table string) *ConsumedCapacity {
	if want == nil || *want == "NONE" {
		return nil
	}
	out := &ConsumedCapacity{TableName: table, CapacityUnits: c.total().Units()}
	if *want != "INDEXES" {
		return out
	}
	out.Table = &Capacity{CapacityUnits: c.table.Units()}
	for _, ic := range c.indexes {
		indexes := &out.GlobalSecondaryIndexes
		if !ic.ix.global {
			indexes = &out.LocalSecondaryIndexes
		}
		if *indexes == nil {
			*indexes = make(map[string]Capacity)
		}
		(*indexes)[ic.ix.name] = Capacity{CapacityUnits: ic.cost.Units()}
	}
	return out
}

// transactional sets the units by direction, which only transactions return. The
// nil ConsumedCapacity is left alone.
func (c *ConsumedCapacity) transactional(d capacity.Direction) {
	if c == nil {
		return
	}
	split := func(units float64) (read, write float64) {
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
