package expr

import (
	"cmp"
	"encoding/binary"
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

// Apply returns the projected part of an item, whose other parts are not decoded.
// Selected members of a list move together; their indexes are not kept. The error
// matches attribute.ErrCorrupt.
func (pr *Projection) Apply(form attribute.Encoded) (attribute.Encoded, error) {
	i := form.Iterate()
	var kept part
	if err := kept.pick(&i, pr.root); err != nil {
		return nil, err
	}
	return kept.item(), nil
}

// A part is the members that are kept of an item or a value, in the binary form.
type part struct {
	n       int
	members []byte
}

// item returns the kept attributes as an item.
func (p *part) item() attribute.Encoded {
	form := binary.AppendUvarint(make(attribute.Encoded, 0, len(p.members)+binary.MaxVarintLen16), uint64(p.n))
	return append(form, p.members...)
}

// pick keeps the attributes that branches lead to. It passes once over the
// attributes and the branches, which have the same order.
func (p *part) pick(attributes *attribute.Iterator, branches []branch) error {
	for len(branches) > 0 {
		name, v, more := attributes.Next()
		for more && len(branches) > 0 && branches[0].step.Name < string(name) {
			branches = branches[1:]
		}
		switch {
		case !more:
			return attributes.Err()
		case len(branches) > 0 && branches[0].step.Name == string(name):
			if err := p.add(name, v, &branches[0]); err != nil {
				return err
			}
			branches = branches[1:]
		}
	}
	return nil
}

// pickIndexed keeps the members of a list that branches lead to.
func (p *part) pickIndexed(members *attribute.Iterator, branches []branch) error {
	next := 0
	for i := range branches {
		b := &branches[i]
		members.Skip(b.step.Index - next)
		_, v, more := members.Next()
		if !more {
			return members.Err()
		}
		if err := p.add(nil, v, b); err != nil {
			return err
		}
		next = b.step.Index + 1
	}
	return nil
}

// add keeps the part of v, a value to which b's step leads, that the branches behind
// b lead to, if there is one. name is nil for a member of a list.
func (p *part) add(name []byte, v attribute.EncodedValue, b *branch) error {
	if b.next == nil {
		p.begin(name)
		p.members = v.AppendBinary(p.members)
		return nil
	}
	var inner part
	members := v.Iterate()
	switch inList := b.next[0].step.InList; {
	case inList && v.Kind() == attribute.L:
		if err := inner.pickIndexed(&members, b.next); err != nil {
			return err
		}
	case !inList && v.Kind() == attribute.M:
		if err := inner.pick(&members, b.next); err != nil {
			return err
		}
	}
	if inner.n > 0 {
		p.begin(name)
		p.members = attribute.AppendMembers(append(p.members, byte(v.Kind())), inner.n, inner.members)
	}
	return nil
}

// begin begins a member.
func (p *part) begin(name []byte) {
	p.n++
	if name != nil {
		p.members = append(binary.AppendUvarint(p.members, uint64(len(name))), name...)
	}
}
