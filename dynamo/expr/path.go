package expr

import (
	"strconv"
	"strings"

	"lullaby/attribute"
)

// A Path leads to a value in an item. Its first step is the name of an attribute.
type Path []Step

// A Step is the name of a member of a map or, with InList, the index of a member
// of a list.
type Step struct {
	Name   string
	Index  int
	InList bool
}

// String returns the path as the service's messages print it: [a, [0], b].
func (p Path) String() string {
	steps := make([]string, len(p))
	for i, s := range p {
		steps[i] = s.Name
		if s.InList {
			steps[i] = "[" + strconv.Itoa(s.Index) + "]"
		}
	}
	return "[" + strings.Join(steps, ", ") + "]"
}

// find returns the value that p leads to, nil if there is none.
func (p Path) find(it attribute.Item) *attribute.Value {
	v := it.Find(p[0].Name)
	for i := 1; v != nil && i < len(p); i++ {
		v = p[i].member(v)
	}
	return v
}

// member returns the member of v that s names, nil if there is none.
func (s *Step) member(v *attribute.Value) *attribute.Value {
	switch {
	case s.InList && v.Kind() == attribute.L && s.Index < len(v.Elems()):
		return &v.Elems()[s.Index]
	case !s.InList && v.Kind() == attribute.M:
		return v.Attrs().Find(s.Name)
	}
	return nil
}

// checkPaths reports whether two paths of one expression overlap (one leads
// through the other) or conflict (one uses a value as a list, the other as a
// map).
func checkPaths(one, two Path) (f fault, message string) {
	for i := range min(len(one), len(two)) {
		if one[i].InList != two[i].InList {
			return conflictFault, "Two document paths conflict with each other; must remove or rewrite one of these paths; " +
				"path one: " + one.String() + ", path two: " + two.String()
		}
		if one[i] != two[i] {
			return 0, ""
		}
	}
	return overlapFault, "Two document paths overlap with each other; must remove or rewrite one of these paths; " +
		"path one: " + one.String() + ", path two: " + two.String()
}
