package plan

import "lullaby/instant"

// Declare gives the table the mode, throughput, class, protection and indexes of
// want at now, and ends any change in progress. No budget, cooldown or duration
// counts. An index in both plans for which same is true stays; Declare returns
// the names of those. The other indexes of want are new and Backfilling: the
// caller fills them and sets them Active.
func (p *Plan) Declare(now instant.Instant, want *Plan, same func(name string) bool) (kept []string) {
	if want.onDemand() && !p.onDemand() {
		p.OnDemandSince = now
	}
	p.Mode, p.Pending, p.StreamDue = want.Mode, nil, 0
	p.declare(&want.Throughput, want.Mode)
	p.Class, p.DeletionProtection = want.Class, want.DeletionProtection
	indexes := make([]Index, 0, len(want.Indexes))
	for i := range want.Indexes {
		w := want.Indexes[i]
		if x := p.Index(w.IndexName); x != nil && x.Phase != Deleting && x.Global == w.Global && same(w.IndexName) {
			indexes = append(indexes, x.declared(&w, want.Mode))
			kept = append(kept, w.IndexName)
			continue
		}
		w.Phase = Backfilling
		indexes = append(indexes, w)
	}
	p.Indexes = indexes
	return kept
}

// declared returns a copy of x with the throughput of want.
func (x *Index) declared(want *Index, m Mode) Index {
	y := *x
	y.Pending = nil
	if y.Creating() {
		y.Phase, y.Due = Backfilling, 0
	}
	if y.Global {
		y.declare(&want.Throughput, m)
	}
	return y
}

// declare sets the throughput to that of want. Warm throughput does not decrease;
// a raise in progress is complete.
func (t *Throughput) declare(want *Throughput, m Mode) {
	warm := t.WarmUnits(m).most(t.Warm.raised()).most(want.Warm.units())
	t.Warm = Warmth{Read: warm.Read, Write: warm.Write, Raised: t.Warm.Raised || !t.Warm.Due.IsZero()}
	t.Units, t.Maximum = want.Units, want.Maximum
}
