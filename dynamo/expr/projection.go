package expr

import (
	"cmp"
	"slices"

	"lullaby/attribute"
)

// A Projection is a part of an item, described by paths that do not overlap.
type Projection struct{ root []branch }

// A branch is a step and the branches behind it. A branch without further ones
// takes the whole value.
type branch struct {
	step Step
	next []branch
}

// ParseProjection parses a projection expression. It also returns the paths. The
// error is an *Error.
func ParseProjection(text string, placeholders *Placeholders) (*Projection, []Path, error) {
	p, err := newParser(text, placeholders)
	if err != nil {
		return nil, nil, err
	}
	var paths []Path
	for {
		path := p.path()
		p.distinct(paths, path)
		paths = append(paths, path)
		if !p.symbol(",") {
			break
		}
	}
	if err := p.finish(reservedFault, nameFault, boundFault, overlapFault, conflictFault); err != nil {
		return nil, nil, err
	}
	return NewProjection(paths...), paths, nil
}

// distinct records that path overlaps or conflicts with one of paths.
func (p *parser) distinct(paths []Path, path Path) {
	if p.err != nil {
		return
	}
	for _, other := range paths {
		if f, message := checkPaths(other, path); f != noFault {
			p.note(f, message)
			return
		}
	}
}

// NewProjection returns the projection on paths. None of them may lead through
// another.
func NewProjection(paths ...Path) *Projection {
	var pr Projection
	for _, path := range paths {
		pr.root = grow(pr.root, path)
	}
	return &pr
}

// grow adds a path to branches. Branches of a list have the order of their
// indexes.
func grow(branches []branch, path Path) []branch {
	if len(path) == 0 {
		return branches
	}
	i := slices.IndexFunc(branches, func(b branch) bool { return b.step == path[0] })
	if i < 0 {
		i = len(branches)
		for path[0].InList && i > 0 && branches[i-1].step.Index > path[0].Index {
			i--
		}
		branches = slices.Insert(branches, i, branch{step: path[0]})
	}
	branches[i].next = grow(branches[i].next, path[1:])
	return branches
}

// Apply returns the projected part of the item it. Selected members of a list
// move together; their indexes are not kept.
func (pr *Projection) Apply(it attribute.Item) attribute.Item {
	return pick(it, pr.root)
}

// pick returns the attributes that branches lead to. The result is not nil.
func pick(it attribute.Item, branches []branch) attribute.Item {
	kept := make(attribute.Item, 0, len(branches))
	whole := attribute.Map(it)
	for _, b := range branches {
		if v, found := b.of(&whole); found {
			kept = append(kept, attribute.Attribute{Name: b.step.Name, Value: v})
		}
	}
	slices.SortFunc(kept, func(a, b attribute.Attribute) int { return cmp.Compare(a.Name, b.Name) })
	return kept
}

// of returns the part of v to which b leads, and whether there is one.
func (b *branch) of(v *attribute.Value) (attribute.Value, bool) {
	v = b.step.member(v)
	switch {
	case v == nil:
		return attribute.Value{}, false
	case b.next == nil:
		return *v, true
	}
	if !b.next[0].step.InList {
		if v.Kind() != attribute.M {
			return attribute.Value{}, false
		}
		part := pick(v.Attrs(), b.next)
		return attribute.Map(part), len(part) > 0
	}
	var part []attribute.Value
	for _, next := range b.next {
		if w, found := next.of(v); found {
			part = append(part, w)
		}
	}
	return attribute.List(part...), len(part) > 0
}
