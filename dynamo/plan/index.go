package plan

import (
	"slices"

	"lullaby/capacity"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// An Index is the plan of a secondary index. A local one has only a name.
type Index struct {
	IndexName string
	Global    bool

	Throughput

	Phase     Phase           `json:",omitzero"`
	Allocated instant.Instant `json:",omitzero"` // when Backfilling begins
	Due       instant.Instant `json:",omitzero"` // when it becomes Active, if Filled, or is removed
	Filled    bool            `json:",omitzero"` // has every entry; set by the owner of the plan
}

// A Phase is a stage in the life of an index.
type Phase string

// The phases.
const (
	Active      Phase = ""
	Allocating  Phase = "allocating"  // CREATING, not yet Backfilling
	Backfilling Phase = "backfilling" // CREATING
	Deleting    Phase = "deleting"
)

// Creating reports whether reads of the index are refused, because it is
// CREATING.
func (x *Index) Creating() bool { return x.Phase == Allocating || x.Phase == Backfilling }

// indexesIn returns the names of the indexes in one of the phases.
func (p *Plan) indexesIn(phases ...Phase) []string {
	var names []string
	for i := range p.Indexes {
		if slices.Contains(phases, p.Indexes[i].Phase) {
			names = append(names, p.Indexes[i].IndexName)
		}
	}
	return names
}

// An Action is the kind of an IndexChange.
type Action uint8

// The actions.
const (
	UpdateIndex Action = iota
	CreateIndex
	DeleteIndex
)

// An IndexChange asks for an index to be created, updated or deleted. Units,
// Maximum and Warm are as in Change.
type IndexChange struct {
	Name    string
	Action  Action
	Local   bool // in New: the index has no throughput
	Units   *Units
	Maximum *Partial
	Warm    *Partial
}

// index returns the index of a creation.
func (c *IndexChange) index() Index {
	if c.Local {
		return Index{IndexName: c.Name}
	}
	return Index{IndexName: c.Name, Global: true, Throughput: newThroughput(c.Units, c.Maximum, c.Warm)}
}

// changeIndexes starts the changes of indexes.
func (r *request) changeIndexes() error {
	p, comeOrGo := &r.plan, 0
	for i := range r.Indexes {
		if r.Indexes[i].Action != UpdateIndex {
			comeOrGo++
		}
	}
	switch {
	case comeOrGo == 0:
	case comeOrGo > 1 || p.indexesIn(Backfilling, Deleting, Allocating) != nil && !r.deletesNew():
		return refusal.OverLimit("Only 1 online index can be created or deleted simultaneously per table")
	case r.Mode == "" && p.pendingUnits() != nil:
		return refusal.StillInUse("Can't create or delete indexes while table IOPS are being updated. Table: %s", p.TableName)
	case r.Mode == "" && p.Pending != nil:
		return refusal.StillInUse("Can't create or delete an index when a table class update is in progress.")
	}
	for i := range r.Indexes {
		c, act := &r.Indexes[i], r.updateIndex
		switch c.Action {
		case CreateIndex:
			act = r.createIndex
		case DeleteIndex:
			act = r.deleteIndex
		case UpdateIndex:
		}
		if err := act(c); err != nil {
			return err
		}
	}
	return nil
}

// deletesNew reports whether the request deletes an index that is being created.
func (r *request) deletesNew() bool {
	creating := r.plan.indexesIn(Allocating, Backfilling)
	return slices.ContainsFunc(r.Indexes, func(c IndexChange) bool { return c.Action == DeleteIndex && slices.Contains(creating, c.Name) })
}

// createIndex adds a new index, which is Allocating.
func (r *request) createIndex(c *IndexChange) error {
	p := &r.plan
	if p.Index(c.Name) != nil {
		return refusal.Invalid("Attempting to create an index which already exists")
	}
	global := 0
	for i := range p.Indexes {
		if p.Indexes[i].Global {
			global++
		}
	}
	if global >= capacity.MaxGlobalIndexes {
		return refusal.OverLimit("Number of global secondary indexes exceeds per-table limit of %d", capacity.MaxGlobalIndexes)
	}
	onDemand := p.ShownMode() == OnDemand
	if c.Units == nil && !onDemand {
		return refusal.InvalidValues("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: %s", c.Name)
	}
	if c.Units != nil && onDemand {
		return unitsOnDemand(c.Name)
	}
	x := c.index()
	x.Phase, x.Allocated = Allocating, r.now.Add(r.durations.IndexAllocating)
	x.Due = x.Allocated.Add(r.durations.IndexBackfilling)
	p.Indexes = append(p.Indexes, x)
	return nil
}

func unitsOnDemand(index string) error {
	return refusal.InvalidValues("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: %s when BillingMode is PAY_PER_REQUEST", index)
}

// globalIndex returns the global index of that name; verb names the change in the
// text of an error. The error is a refusal.NotFound, refusal.Validation or
// refusal.InUse.
func (p *Plan) globalIndex(name, verb string) (*Index, error) {
	x := p.Index(name)
	switch {
	case x == nil:
		return nil, refusal.New(refusal.NotFound, "Requested resource not found: Index "+name+" for table "+p.TableName)
	case !x.Global:
		return nil, refusal.Invalid("Cannot " + verb + " an index that is not a GlobalSecondaryIndex: " + name)
	case x.Phase == Deleting:
		return nil, refusal.StillInUse("Index is being deleted. Table: %s Index: %s", p.TableName, name)
	}
	return x, nil
}

func (r *request) deleteIndex(c *IndexChange) error {
	x, err := r.plan.globalIndex(c.Name, "delete")
	if err != nil {
		return err
	}
	if x.Phase == Allocating {
		return refusal.StillInUse("Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is active. "+
			"Table: %s Index: %s", r.plan.TableName, c.Name)
	}
	x.Phase, x.Due = Deleting, r.now.Add(r.durations.IndexDeleting)
	return nil
}

// updateIndex changes the throughput of an index.
func (r *request) updateIndex(c *IndexChange) error {
	if c.Units != nil && max(c.Units.Read, c.Units.Write) > capacity.MaxUnits {
		return refusal.Invalid("This operation cannot be performed with given input values. " +
			"Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate")
	}
	p := &r.plan
	x, err := p.globalIndex(c.Name, "update")
	if err != nil {
		return err
	}
	mode := p.ShownMode()
	switch {
	case x.Pending != nil:
		return refusal.StillInUse("Index is being updated. Table: %s Index: %s", p.TableName, x.IndexName)
	case c.Units != nil && mode == OnDemand:
		return unitsOnDemand(x.IndexName)
	}
	if err := c.Maximum.checkMode(mode, " for index : "+x.IndexName); err != nil {
		return err
	}
	if err := x.warmUp(r.now, c.Warm, "index "+x.IndexName, mode, r.durations); err != nil {
		return err
	}
	due := r.now.Add(r.durations.IndexUpdating)
	if c.Maximum != nil {
		x.bound(c.Maximum)
		x.Pending = &Pending{Since: r.now, Due: due, Mode: OnDemand}
	}
	if c.Units == nil {
		return nil
	}
	if *c.Units == x.Units {
		return unchanged("the index "+x.IndexName, "index "+x.IndexName, x.Units)
	}
	if table := p.pendingUnits(); table != nil && p.onDemand() {
		due = table.Due // together with the switch of the table
	}
	x.Pending = &Pending{Since: r.now, Due: due, Mode: Provisioned, Units: *c.Units}
	return nil
}
