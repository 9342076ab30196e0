package rehearse

import (
	"math"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/capacity"
	"lullaby/template"
)

// findScaled finds the scalable targets of the tables that are played.
func (r *Rehearsal) findScaled(w *world) {
	for _, t := range r.template.ScalableTargets {
		if w.tableNamed(resourceOf(t).Table()) != nil {
			r.scaled = append(r.scaled, t)
		}
	}
}

// resourceOf returns what a target scales.
func resourceOf(t *template.ScalableTarget) autoscale.Resource {
	return autoscale.Resource{ID: *t.Register.ResourceId, Dimension: *t.Register.ScalableDimension}
}

// raised returns the registration of a target, with at least so many units as its
// minimum.
func raised(t *template.ScalableTarget, minimum int64) *request.RegisterScalableTargetInput {
	in := *t.Register
	least := int32(min(minimum, math.MaxInt32)) //nolint:gosec // it fits
	in.MinCapacity, in.MaxCapacity = new(max(*in.MinCapacity, least)), new(max(*in.MaxCapacity, least))
	return &in
}

// directionOf returns the direction of a resource's units.
func directionOf(r autoscale.Resource) capacity.Direction {
	if r.Reads() {
		return capacity.Read
	}
	return capacity.Write
}

// nameOf returns the name of a resource's table, with that of an index behind it, as
// reports have it.
func nameOf(r autoscale.Resource) string {
	if index := r.Index(); index != "" {
		return r.Table() + "/index/" + index
	}
	return r.Table()
}

// dimensions returns what can be scaled of a table.
func (t *table) dimensions() []autoscale.Resource {
	var all []autoscale.Resource
	add := func(index string) {
		all = append(all, autoscale.ResourceOf(t.of.Name, index, true), autoscale.ResourceOf(t.of.Name, index, false))
	}
	add("")
	for i := range t.plan.Indexes {
		add(t.plan.Indexes[i].IndexName)
	}
	return all
}

// resourceOf returns the resource of a table, nil if it has no such index.
func (t *table) resourceOf(r autoscale.Resource) *resource {
	for i := range t.resources {
		if t.resources[i].name == nameOf(r) {
			return &t.resources[i]
		}
	}
	return nil
}
