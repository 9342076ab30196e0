package template

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"lullaby/internal/arn"
)

// maxBuilt is how many bytes all intrinsic functions of a template may build
// together. That is far more than any real template needs, whose environments
// are at most 2 MB, and it stops nested Joins from growing without bound.
const maxBuilt = 16 << 20

// An evaluator evaluates nodes, and only those that are read: an unknown
// function in a property that nothing reads is no error. Before it evaluates
// the first resource, the graph of references is known to have no cycle.
type evaluator struct {
	file       string
	pseudo     map[string]*node // a nil node: AWS::NoValue
	parameters map[string]parameter
	mappings   *node
	conditions map[string]*condition
	resources  map[string]*resource
	stack      stack
	calls      map[*node]*node // values of the calls evaluated so far; a nil node: no value
	spent      int             // bytes, of maxBuilt
	inRules    bool            // what is evaluated is in the Rules section

	given      map[string]string // values from outside, by name of a parameter or dynamic reference
	exports    map[string]string // of other stacks, by name
	resolving  map[string]bool   // dynamic references
	unresolved map[string]int    // dynamic references without a value, with their lines
}

// A stack is what generated names, ARNs and URLs depend on.
type stack struct {
	name     string
	scope    arn.Scope // no empty fields
	endpoint string    // as Options has it
}

// url returns the URL of a service's endpoint.
func (s stack) url(service string) string {
	return cmp.Or(s.endpoint, "https://"+s.scope.Host(service))
}

func (e *evaluator) pos(line int) Pos { return Pos{e.file, line} }

func (e *evaluator) errorf(line int, format string, args ...any) error {
	return &Error{Pos: e.pos(line), Msg: fmt.Sprintf(format, args...)}
}

// unsupportedf returns an error about something that AWS would accept.
func (e *evaluator) unsupportedf(line int, format string, args ...any) error {
	return &Error{Pos: e.pos(line), Msg: fmt.Sprintf(format, args...), Unsupported: true}
}

// eval returns the value of n: n itself unless it is a call. It returns nil if
// AWS::NoValue removes the value. It does not evaluate items of lists and
// fields of mappings; their readers do.
func (e *evaluator) eval(n *node) (*node, error) {
	if n == nil || n.kind != call {
		return n, nil
	}
	f := e.function(n.text)
	switch {
	case f != nil:
		v, err := f(n)
		if err == nil {
			e.calls[n] = v
		}
		return v, err
	case unevaluated[n.text]:
		return nil, e.unsupportedf(n.line, "Lullaby does not evaluate %s yet", n.text)
	case conditionFunctions[n.text]:
		return nil, e.errorf(n.line, "%s may stand in Conditions only", n.text)
	case ruleFunctions[n.text]:
		return nil, e.errorf(n.line, "%s may stand in Rules only", n.text)
	default:
		return nil, e.errorf(n.line, "%s is not an intrinsic function", n.text)
	}
}

// str evaluates n to its text. Errors name it what.
func (e *evaluator) str(n *node, what string) (string, error) {
	v, err := e.eval(n)
	switch {
	case err != nil:
		return "", err
	case v == nil:
		return "", e.errorf(n.line, "%s: AWS::NoValue leaves no value", what)
	case v.kind == null:
		return "", e.errorf(v.line, "%s is empty", what)
	case v.kind != scalar:
		return "", e.errorf(v.line, "%s must be a single value, not %s", what, v.kind)
	}
	return e.resolve(v.text, v.line), nil
}

// list evaluates n to a list, and each of its items. It leaves out items that
// AWS::NoValue removes.
func (e *evaluator) list(n *node, what string) ([]*node, error) {
	v, err := e.eval(n)
	switch {
	case err != nil:
		return nil, err
	case v == nil:
		return nil, e.errorf(n.line, "%s: AWS::NoValue leaves no value", what)
	case v.kind != list:
		return nil, e.errorf(v.line, "%s must be a list, not %s", what, v.kind)
	}
	items := make([]*node, 0, len(v.items))
	for _, item := range v.items {
		if item, err = e.eval(item); err != nil {
			return nil, err
		}
		if item != nil {
			items = append(items, item)
		}
	}
	return items, nil
}

// args returns the arguments of a call, which must be a list of want values.
func (e *evaluator) args(n *node, want int) ([]*node, error) {
	if n.arg.kind != list || len(n.arg.items) != want {
		return nil, e.errorf(n.line, "%s takes a list of %d", n.text, want)
	}
	return n.arg.items, nil
}

// built returns a scalar that a call has built.
func (e *evaluator) built(n *node, text string) (*node, error) {
	return textNode(text, n.line), e.spend(n, len(text))
}

// spend counts bytes that a call has built. It refuses them beyond maxBuilt.
func (e *evaluator) spend(n *node, bytes int) error {
	if e.spent += bytes; e.spent > maxBuilt {
		return e.errorf(n.line, "the functions of this template build more than %d bytes", maxBuilt)
	}
	return nil
}

// integer parses a whole number from least to most. math.MaxInt means no upper
// bound.
func (e *evaluator) integer(line int, text, what string, least, most int) (int, error) {
	i, err := strconv.Atoi(text)
	if err != nil || text[0] == '+' {
		return 0, e.errorf(line, "%s must be a whole number, not %s", what, quote(text))
	}
	switch {
	case i >= least && i <= most:
		return i, nil
	case most == math.MaxInt:
		return 0, e.errorf(line, "%s must be at least %d, not %d", what, least, i)
	default:
		return 0, e.errorf(line, "%s must be %d to %d, not %d", what, least, most, i)
	}
}
