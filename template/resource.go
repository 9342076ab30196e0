package template

import (
	"regexp"
	"slices"
	"strings"
)

// A resource is an entry of the Resources section, or one that SAM adds.
type resource struct {
	id         string
	typ        string
	line       int
	def        *resourceType // nil: a type that Lullaby does not know
	properties *node         // a mapping, Globals merged in; nil: none
	metadata   *node
	dependsOn  []*node // ids
	condition  string  // "" if there is none
	exists     bool    // its condition is true
	generated  bool    // by SAM: referred to, not read
	identity   string  // what Ref gives, once asked for
}

// A resourceType says how resources of a type are read. A type with no read
// has no effect on one machine and is accepted silently.
type resourceType struct {
	properties  properties
	definesOnly string // the one logical id that is accepted silently; "": all
	apart       string // properties that SAM moves to another resource

	ref        func(*evaluator, *resource) (string, error) // nil: a generated name
	attributes map[string]func(*evaluator, *resource) (string, error)

	read func(*loader, *resource) error // makes what others may refer to
	link func(*loader, *resource) error // joins it with what others made
}

// properties are the names of a mapping's keys, apart by blanks: those that
// are honoured, those that change behaviour but are not run yet, and those
// without effect on one machine.
type properties struct{ honoured, later, silent string }

func contains(words, word string) bool { return slices.Contains(strings.Fields(words), word) }

func (t *resourceType) leavesApart(property string) bool {
	return t != nil && contains(t.apart, property)
}

// logicalIDs is what CloudFormation takes as one.
var logicalIDs = regexp.MustCompile(`^[a-zA-Z0-9]{1,255}$`)

// attributesOf are the keys of a resource ("Resource attributes" and SAM).
const attributesOf = "Type Properties DependsOn Condition Metadata DeletionPolicy UpdateReplacePolicy UpdatePolicy " +
	"CreationPolicy IgnoreGlobals Connectors"

// collect fills l.resources and l.order: the entries of the Resources section
// with Globals merged in, and what SAM generates beside them.
func (l *loader) collect(section, globals *node) error {
	if err := l.checkGlobals(globals); err != nil {
		return err
	}
	types := resourceTypes()
	var written []*resource
	for _, f := range section.fields {
		r, err := l.declare(f, types, globals)
		if err != nil {
			return err
		}
		l.resources[r.id] = r
		written = append(written, r)
	}
	l.expand(written, types, globals)
	return nil
}

func (l *loader) declare(f field, types map[string]*resourceType, globals *node) (*resource, error) {
	switch {
	case strings.HasPrefix(f.key, "Fn::"):
		return nil, l.unsupportedf(f.line, "Lullaby does not evaluate %s yet", f.key)
	case !logicalIDs.MatchString(f.key):
		return nil, l.errorf(f.line, "%s: the id of a resource has letters and digits only", quote(f.key))
	case f.value.kind != mapping:
		return nil, l.errorf(f.line, "%s must be a mapping, not %s", f.key, f.value.kind)
	}
	for _, a := range f.value.fields {
		if !contains(attributesOf, a.key) {
			return nil, l.errorf(a.line, "%s: a resource has no attribute %s", f.key, quote(a.key))
		}
	}
	typ := f.value.get("Type")
	if typ == nil || typ.kind != scalar || typ.text == "" {
		return nil, l.errorf(f.line, "%s: Type is missing", f.key)
	}
	if strings.HasPrefix(typ.text, "AWS::Serverless::") && !l.isSAM() {
		return nil, l.errorf(typ.line, "%s: type %s needs Transform: %s", f.key, typ.text, samTransform)
	}
	r := &resource{id: f.key, typ: typ.text, line: f.line, def: types[typ.text], metadata: f.value.get("Metadata")}
	r.properties = mergeGlobals(globals, r.typ, f.value)
	if p := r.properties; p != nil && p.kind != mapping {
		return nil, l.errorf(p.line, "%s: Properties must be a mapping, not %s", f.key, p.kind)
	}
	if r.def == nil || r.def.definesOnly != "" && r.def.definesOnly != r.id {
		l.warnf(typ.line, "%s: type %s is not run yet and was skipped", r.id, quote(r.typ))
	}
	return r, l.declareNeeds(r, f.value)
}

// declareNeeds reads the DependsOn and Condition of a resource.
func (l *loader) declareNeeds(r *resource, n *node) error {
	if d := n.get("DependsOn"); d != nil {
		r.dependsOn = []*node{d}
		if d.kind == list {
			r.dependsOn = d.items
		}
	}
	for _, d := range r.dependsOn {
		if d.kind != scalar {
			return l.errorf(d.line, "%s: DependsOn takes the ids of resources", r.id)
		}
	}
	r.exists = true
	c := n.get("Condition")
	if c == nil {
		return nil
	}
	if c.kind != scalar {
		return l.errorf(c.line, "%s: Condition takes the name of a condition", r.id)
	}
	r.condition = c.text
	var err error
	r.exists, err = l.holds(c.text, c.line)
	return err
}

// readResources reads every resource that the stack has, then joins them.
func (l *loader) readResources() error {
	for _, r := range l.order {
		if !r.exists || r.generated || r.def == nil || r.def.read == nil {
			continue
		}
		l.checkProperties(r.id+": ", r.properties, r.def.properties)
		if err := r.def.read(l, r); err != nil {
			return err
		}
	}
	for _, r := range l.order {
		if !r.exists || r.generated || r.def == nil || r.def.link == nil {
			continue
		}
		if err := r.def.link(l, r); err != nil {
			return err
		}
	}
	return l.finish()
}

// checkProperties warns of properties that are left out. One that is off,
// empty or taken away by AWS::NoValue changes nothing. A property of Globals
// is warned of once.
func (l *loader) checkProperties(label string, n *node, p properties) {
	for _, f := range n.entries() {
		if contains(p.honoured, f.key) || contains(p.silent, f.key) || l.warned[f.value] {
			continue
		}
		l.warned[f.value] = true
		if !contains(p.later, f.key) {
			l.warnf(f.line, "%s%s is not a property that Lullaby knows", label, quote(f.key))
			continue
		}
		if v, err := l.eval(f.value); err != nil || !off(v) {
			l.warnf(f.line, "%s%s is not run yet and was left out", label, f.key)
		}
	}
}

// off says that a value turns off what it stands for.
func off(v *node) bool {
	if v == nil {
		return true
	}
	switch v.kind {
	case scalar:
		return v.text == "false" || v.text == "NONE" || v.text == ""
	case list:
		return len(v.items) == 0
	case mapping:
		return len(v.fields) == 0 || off(v.get("Enabled")) && v.get("Enabled") != nil
	default:
		return false
	}
}
