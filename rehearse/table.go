package rehearse

import (
	"lullaby/capacity"
	"lullaby/dynamo/plan"
	"lullaby/instant"
	"lullaby/rehearse/report"
	"lullaby/template"
)

// A table is the capacity of a table and of its global indexes, with counts.
type table struct {
	number    uint16
	of        *template.Table
	plan      plan.Plan
	resources []resource  // the table, then its global indexes
	measured  *tableMeter // nil: no alarm looks at it

	attempts, refused int64 // of all functions
}

// A resource is the table or a global index. Its figures are by Direction.
type resource struct {
	name       string
	throughput *capacity.Throughput
	used       [2]bool // an operation uses it
	lowest     [2]capacity.Tokens
	lowestAt   [2]instant.Instant
	lowestOf   [2]int64         // units that were provisioned then
	steps      [2][]report.Step // of what is scaled
}

// newTable returns the capacity of a new table with the throughput of a plan.
// With Drained, provisioned resources start without burst.
func newTable(d *template.Table, p *plan.Plan, o *Options) *table {
	assumed := *capacity.Likely
	if o.Pessimistic {
		assumed = *capacity.Strict
	}
	if o.Drained {
		assumed.StartBurst = 0
	}
	whole := capacity.NewTable(o.start(), d.Name, p.Setting(), &assumed)
	t := &table{of: d, plan: p.Clone()}
	t.add(o, d.Name, &whole.Throughput)
	for i := range p.Indexes {
		x := &p.Indexes[i]
		name := d.Name + "/index/" + x.IndexName
		t.add(o, name, whole.NewIndex(o.start(), name, p.IndexSetting(x)))
	}
	return t
}

func (t *table) add(o *Options, name string, of *capacity.Throughput) {
	start := o.start()
	r := resource{name: name, throughput: of, lowestAt: [2]instant.Instant{start, start}}
	for d := range r.lowest {
		r.lowest[d] = of.Balance(start, capacity.Direction(d)) //nolint:gosec // 0 or 1
		r.lowestOf[d] = of.Setting().Units[d]
	}
	t.resources = append(t.resources, r)
}

// planOf returns the plan of the table, with its global indexes, as far as
// capacity depends on it.
func planOf(d *template.Table) plan.Plan {
	p := plan.Plan{
		TableName:  d.Name,
		Mode:       plan.Mode(d.BillingMode),
		Throughput: throughput(d.ReadCapacityUnits, d.WriteCapacityUnits, d.OnDemandThroughput, d.WarmThroughput),
	}
	for i := range d.GlobalSecondaryIndexes {
		ix := &d.GlobalSecondaryIndexes[i]
		p.Indexes = append(p.Indexes, plan.Index{
			IndexName:  ix.Name,
			Global:     true,
			Throughput: throughput(ix.ReadCapacityUnits, ix.WriteCapacityUnits, ix.OnDemandThroughput, ix.WarmThroughput),
		})
	}
	return p
}

func throughput(read, write int64, maximum, warm template.Throughput) plan.Throughput {
	return plan.Throughput{
		Units:   plan.Units{Read: read, Write: write},
		Maximum: plan.Maximum(maximum),
		Warm:    plan.Warmth{Read: warm.Read, Write: warm.Write},
	}
}

// admit charges the demands of one request if all are admitted. Demand i is for
// resource i.
func (t *table) admit(now instant.Instant, demands []capacity.Demand) capacity.Verdict {
	t.attempts++
	v := capacity.Admit(now, demands)
	if t.measured != nil {
		t.measured.count(now, &v, demands)
	}
	if !v.Admitted() {
		t.refused++
		return v
	}
	for i := range demands {
		r, d := &t.resources[i], demands[i].Direction
		if b := r.throughput.Balance(now, d); b < r.lowest[d] {
			r.lowest[d], r.lowestAt[d], r.lowestOf[d] = b, now, r.throughput.Setting().Units[d]
		}
	}
	return v
}

// pass counts a request without limits: it is admitted.
func (t *table) pass(now instant.Instant, demands []capacity.Demand) {
	if t.measured != nil {
		t.measured.count(now, &capacity.Verdict{}, demands)
	}
}

// step notes what is provisioned from now on.
func (r *resource) step(w *world, now instant.Instant, d capacity.Direction, units int64, why string) {
	r.steps[d] = append(r.steps[d], report.Step{At: w.since(now), Units: units, Why: why})
}
