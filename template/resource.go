package template

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

// A resource is an entry of the Resources section, or a resource that SAM
// generates.
type resource struct {
	id         string
	typ        string
	line       int
	def        *resourceType // nil: the type cannot be read
	properties *node         // a mapping with Globals merged in; nil: none
	metadata   *node
	connectors *node
	dependsOn  []*node // ids
	condition  string  // "" if there is none
	exists     bool    // its condition holds
	err        error   // why it is not read
	generated  bool    // by SAM; may be referred to, is not read
	identity   string  // value of Ref, set when first used
}

// A resourceType says how resources of a type are read. Without read, the type
// has no effect on one machine and is ignored silently.
type resourceType struct {
	properties  properties
	definesOnly string // the only logical id that is ignored silently; "": all are
	skipped     bool   // it has an effect and is not run
	apart       string // properties that SAM moves to another resource

	ref        func(*evaluator, *resource) (string, error) // nil: Ref is a generated name
	attributes map[string]func(*evaluator, *resource) (string, error)

	read func(*loader, *resource) error // reads what others may refer to
	link func(*loader, *resource) error // connects it with others
}

// properties are the keys of a mapping, separated by spaces: those that are
// honoured, those that matter but are not run yet, and those without effect on
// one machine.
type properties struct{ honoured, later, silent string }

func contains(words, word string) bool { return slices.Contains(strings.Fields(words), word) }

func (t *resourceType) leavesApart(property string) bool {
	return t != nil && contains(t.apart, property)
}

// logicalIDs matches valid logical ids.
var logicalIDs = regexp.MustCompile(`^[a-zA-Z0-9]{1,255}$`)

// attributesOf are the keys of a resource, separated by spaces ("Resource
// attributes" and SAM).
const attributesOf = "Type Properties DependsOn Condition Metadata DeletionPolicy UpdateReplacePolicy UpdatePolicy " +
	"CreationPolicy IgnoreGlobals Connectors"

// collect fills l.resources and l.order with the entries of the Resources
// section, with Globals merged in, and with what SAM generates. ok is false if
// a function may create others.
func (l *loader) collect(section, globals *node) (ok bool) {
	l.checkGlobals(globals)
	types := newTypeTable()
	written := make([]*resource, 0, len(section.fields))
	ok = true
	for _, f := range section.fields {
		if strings.HasPrefix(f.key, "Fn::") {
			l.add(l.unsupportedf(f.line, "Lullaby does not evaluate %s yet", f.key))
			ok = false
			continue
		}
		r := &resource{id: f.key, line: f.line}
		r.err = errors.Join(l.declare(r, f.value, types, globals), l.declareNeeds(r, f.value))
		l.add(r.err)
		if r.exists && r.typ != "" && (r.def.skipped || r.def.definesOnly != "" && r.def.definesOnly != r.id) {
			l.omit(f.value.get("Type").line, r.id, "type "+r.typ)
		}
		l.resources[r.id] = r
		written = append(written, r)
	}
	l.expand(written, types, globals)
	return ok
}

// declare sets the type and the properties of r.
func (l *loader) declare(r *resource, n *node, types typeTable, globals *node) error {
	switch {
	case !logicalIDs.MatchString(r.id):
		return l.errorf(r.line, "%s: the id of a resource has letters and digits only", quote(r.id))
	case n.kind != mapping:
		return l.errorf(r.line, "%s must be a mapping, not %s", r.id, n.kind)
	}
	var errs []error
	for _, a := range n.fields {
		if a.key == "Description" {
			l.warnOf(a.line, r.id, "a resource has no attribute Description")
		} else if !contains(attributesOf, a.key) {
			errs = append(errs, l.errorf(a.line, "%s: a resource has no attribute %s", r.id, quote(a.key)))
		}
	}
	typ := n.get("Type")
	if typ == nil || typ.kind != scalar || typ.text == "" {
		return errors.Join(append(errs, l.errorf(r.line, "%s: Type is missing", r.id))...)
	}
	r.typ, r.def, r.metadata, r.connectors = typ.text, types.of(typ.text), n.get("Metadata"), n.get("Connectors")
	if strings.HasPrefix(r.typ, "AWS::Serverless::") && !l.isSAM() {
		errs = append(errs, l.errorf(typ.line, "%s: type %s needs Transform: %s", r.id, r.typ, samTransform))
	}
	if p := mergeGlobals(globals, r.typ, n); p != nil && p.kind != mapping {
		errs = append(errs, l.errorf(p.line, "%s: Properties must be a mapping, not %s", r.id, p.kind))
	} else {
		r.properties = p
	}
	return errors.Join(errs...)
}

// declareNeeds sets the DependsOn and the condition of r.
func (l *loader) declareNeeds(r *resource, n *node) error {
	var errs []error
	if d := n.get("DependsOn"); d != nil {
		ids := []*node{d}
		if d.kind == list {
			ids = d.items
		}
		for _, id := range ids {
			if id.kind != scalar {
				errs = append(errs, l.errorf(id.line, "%s: DependsOn takes the ids of resources", r.id))
				continue
			}
			r.dependsOn = append(r.dependsOn, id)
		}
	}
	r.exists = true
	if c := n.get("Condition"); c != nil && c.kind != scalar {
		errs = append(errs, l.errorf(c.line, "%s: Condition takes the name of a condition", r.id))
	} else if c != nil {
		var err error
		r.condition = c.text
		r.exists, err = l.holds(c.text, c.line)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// readResources reads all resources of the stack, then links them.
func (l *loader) readResources() {
	for _, r := range l.order {
		if r.readable() && r.def.read != nil {
			l.checkProperties(r.id, r.properties, r.def.properties)
			l.add(r.def.read(l, r))
		}
	}
	for _, r := range l.order {
		if r.readable() && r.def.link != nil {
			l.add(r.def.link(l, r))
		}
	}
	l.finish()
}

// readable reports whether r is to be read.
func (r *resource) readable() bool {
	return r.exists && !r.generated && r.def != nil && r.err == nil
}

// checkProperties omits the properties in n that are not run, from the shape
// with the logical id of. It does not omit a value that is off, empty or removed
// by AWS::NoValue.
func (l *loader) checkProperties(of string, n *node, p properties) {
	for _, f := range n.entries() {
		switch v, err := l.eval(f.value); {
		case contains(p.honoured, f.key) || contains(p.silent, f.key):
		case !contains(p.later, f.key):
			l.warnOf(f.line, of, "no property that Lullaby knows: "+quote(f.key))
		case err != nil || !off(v):
			l.omit(f.line, of, f.key)
		}
	}
}

// off reports whether a value switches its property off.
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
