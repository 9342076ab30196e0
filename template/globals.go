package template

// globalTypes maps the sections of Globals to resource types; empty: a type of
// SAM that is not run yet.
var globalTypes = map[string]string{
	"Function":         "AWS::Serverless::Function",
	"Api":              "AWS::Serverless::Api",
	"SimpleTable":      "AWS::Serverless::SimpleTable",
	"HttpApi":          typeHTTPAPI,
	"StateMachine":     "",
	"LayerVersion":     "",
	"CapacityProvider": "",
	"WebSocketApi":     "",
}

// notGlobal are properties of a function that SAM does not take from Globals.
const notGlobal = "Role Policies FunctionName Events"

func (l *loader) checkGlobals(globals *node) {
	for _, f := range globals.entries() {
		if _, ok := globalTypes[f.key]; !ok {
			l.add(l.errorf(f.line, "Globals has no section %s", quote(f.key)))
		}
		if f.value.kind != mapping {
			l.add(l.errorf(f.line, "Globals: %s must be a mapping, not %s", f.key, f.value.kind))
		}
		for _, p := range f.value.fields {
			if f.key == "Function" && contains(notGlobal, p.key) {
				l.add(l.errorf(p.line, "Globals: Function does not take %s", p.key))
			}
		}
	}
}

// mergeGlobals returns the properties of a resource, merged with those of
// Globals (docs/aws/templates.md#globals). It leaves out what IgnoreGlobals
// names ("*": all).
func mergeGlobals(globals *node, typ string, resource *node) *node {
	own, ignore := resource.get("Properties"), resource.get("IgnoreGlobals")
	for _, f := range globals.entries() {
		if globalTypes[f.key] != typ || ignore != nil && ignore.text == "*" {
			continue
		}
		shared := &node{kind: mapping, line: f.value.line}
		for _, p := range f.value.fields {
			if !ignore.lists(p.key) {
				shared.fields = append(shared.fields, p)
			}
		}
		if own == nil {
			return shared
		}
		return merge(shared, own)
	}
	return own
}

// lists reports whether n is a list with an item text.
func (n *node) lists(text string) bool {
	if n == nil {
		return false
	}
	for _, item := range n.items {
		if item.text == text {
			return true
		}
	}
	return false
}

// merge merges a resource's own value with the global one, as SAM does.
// Mappings are merged; lists are joined, the global items first; anything else,
// such as a function, is replaced.
func merge(global, own *node) *node {
	switch {
	case global.kind == list && own.kind == list:
		items := append(append([]*node(nil), global.items...), own.items...)
		return &node{kind: list, line: own.line, items: items}
	case global.kind == mapping && own.kind == mapping:
		m := &node{kind: mapping, line: own.line}
		for _, f := range global.fields {
			if v := own.get(f.key); v != nil {
				f.value = merge(f.value, v)
				f.line = v.line
			}
			m.fields = append(m.fields, f)
		}
		for _, f := range own.fields {
			if global.get(f.key) == nil {
				m.fields = append(m.fields, f)
			}
		}
		return m
	default:
		return own
	}
}
