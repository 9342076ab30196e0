package expr

import (
	"cmp"
	"slices"
	"strings"

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

// grow adds a path to branches, which have the order of their names, or of their
// indexes in a list.
func grow(branches []branch, path Path) []branch {
	if len(path) == 0 {
		return branches
	}
	i, found := slices.BinarySearchFunc(branches, path[0], func(b branch, s Step) int {
		return cmp.Or(strings.Compare(b.step.Name, s.Name), b.step.Index-s.Index)
	})
	if !found {
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

// pick returns the attributes that branches lead to. It passes once over the
// attributes and the branches, which have the same order. The result is not nil.
func pick(it attribute.Item, branches []branch) attribute.Item {
	kept := make(attribute.Item, 0, min(len(it), len(branches)))
	for len(it) > 0 && len(branches) > 0 {
		a, b := &it[0], &branches[0]
		switch {
		case a.Name < b.step.Name:
			it = it[1:]
			continue
		case a.Name == b.step.Name:
			if v, found := b.of(&a.Value); found {
				kept = append(kept, attribute.Attribute{Name: a.Name, Value: v})
			}
		}
		branches = branches[1:]
	}
	return kept
}

// of returns the part of v, a value to which b's step leads, and whether there is
// one.
func (b *branch) of(v *attribute.Value) (attribute.Value, bool) {
	if b.next == nil {
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
		member := next.step.member(v)
		if member == nil {
			continue
		}
		if w, found := next.of(member); found {
			part = append(part, w)
		}
	}
	return attribute.List(part...), len(part) > 0
}
