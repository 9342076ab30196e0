package template

import (
	"cmp"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxParameter is the largest size of a parameter's value in bytes
// ("CloudFormation quotas").
const maxParameter = 4096

// ssmType begins the type of a parameter whose value is in SSM.
const ssmType = "AWS::SSM::Parameter::Value<"

// A parameter has the value that it was given, or its default.
type parameter struct {
	typ   string
	value *node // nil: of an SSM type, and not given
	err   error // why it has no value
}

// readParameters reads the Parameters section. given are the values from
// outside.
func (l *loader) readParameters(section *node, given map[string]string) {
	l.parameters = make(map[string]parameter)
	missing := l.missing(section, given)
	for _, f := range section.entries() {
		p := parameter{err: l.errorf(f.line, "parameter %s: a parameter takes no functions", f.key)}
		if f.value.literal() {
			r := l.reader("parameter "+f.key+": ", f.line, f.value)
			value, isGiven := given[f.key]
			p = l.readParameter(r, value, isGiven)
			if p.err = *r.err; p.err == nil && !isGiven && f.value.get("Default") == nil {
				p.err = missing
			}
		}
		l.parameters[f.key] = p
		l.add(p.err)
	}
}

// checkGiven refuses values from outside that are for nothing. All resources are
// known.
func (l *loader) checkGiven() {
	for _, name := range slices.Sorted(maps.Keys(l.given)) {
		_, ok := l.parameters[name]
		switch r := l.resources[name]; {
		case ok, isDynamic(name), r != nil && r.def != nil && r.def.skipped:
		case r != nil && r.def != nil:
			l.add(l.errorf(r.line, "%s is run here: only what is not has a value from outside", name))
		default:
			l.add(l.errorf(l.document.line, "the template has no parameter %s", quote(name)))
		}
	}
}

// missing returns an error with all parameters that have neither a default nor a
// value, nil if there is none.
func (l *loader) missing(section *node, given map[string]string) error {
	line := 0
	var flags strings.Builder
	for _, f := range section.entries() {
		if _, isGiven := given[f.key]; isGiven || f.value.kind != mapping || f.value.get("Default") != nil {
			continue
		}
		line = cmp.Or(line, f.line)
		l.unset = append(l.unset, f.key)
		flags.WriteString(" --parameter " + f.key + "=...")
	}
	switch len(l.unset) {
	case 0:
		return nil
	case 1:
		return l.errorf(line, "parameter %s has no default and no value:%s", l.unset[0], &flags)
	default:
		return l.errorf(line, "%d parameters have no default and no value:%s", len(l.unset), &flags)
	}
}

// readParameter reads a declaration. A parameter without a value is checked by
// its caller.
func (l *loader) readParameter(r reader, value string, isGiven bool) parameter {
	p := parameter{typ: r.required("Type")}
	if !isGiven {
		if r.n.get("Default") == nil {
			return p
		}
		value = r.text("Default", "")
	}
	if len(value) > maxParameter {
		r.fail(r.line, "%slonger than %d bytes", r.label, maxParameter)
		return p
	}
	typ, isSSM := strings.CutPrefix(p.typ, ssmType)
	if isSSM {
		typ = strings.TrimSuffix(typ, ">")
	}
	switch {
	case isSSM && !isGiven: // the value is a name in SSM
	case typ == "Number", typ == "String", strings.HasPrefix(typ, "AWS::") && strings.HasSuffix(typ, "::Id"),
		strings.HasPrefix(typ, "AWS::") && strings.HasSuffix(typ, "Name"):
		l.checkParameter(r, typ == "Number", value)
		p.value = textNode(value, r.line)
	case typ == "CommaDelimitedList", strings.HasPrefix(typ, "List<") && strings.HasSuffix(typ, ">"):
		items := strings.Split(value, ",")
		for i := range items {
			items[i] = strings.TrimSpace(items[i])
			l.checkParameter(r, typ == "List<Number>", items[i])
		}
		p.value = textList(items, r.line)
	default:
		r.fail(r.lineOf("Type"), "%sthere is no parameter type %s", r.label, quote(typ))
	}
	return p
}

// number matches a number of CloudFormation's ("Number: an integer or float").
var number = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$`)

// checkParameter checks a value, or an item of a list, against the rules of its
// parameter.
func (l *loader) checkParameter(r reader, numeric bool, value string) {
	broken := func(format string, args ...any) {
		if d := r.text("ConstraintDescription", ""); d != "" {
			format += " (%s)"
			args = append(args, d)
		}
		r.fail(r.line, "%s%s "+format, append([]any{r.label, quote(value)}, args...)...)
	}
	if numeric && !number.MatchString(value) {
		broken("is not a number")
		return
	}
	if allowed := r.texts("AllowedValues"); allowed != nil && !slices.Contains(allowed, value) {
		broken("is not one of the allowed values, %s", strings.Join(allowed, ", "))
	}
	if numeric {
		l.checkNumber(r, value, broken)
		return
	}
	length := utf8.RuneCountInString(value)
	if least := r.integer("MinLength", 0, 0, maxParameter); length < least {
		broken("is shorter than %d characters", least)
	}
	if most := r.integer("MaxLength", maxParameter, 0, maxParameter); length > most {
		broken("is longer than %d characters", most)
	}
	l.checkPattern(r, value, broken)
}

func (l *loader) checkNumber(r reader, value string, broken func(string, ...any)) {
	v, _ := new(big.Rat).SetString(value)
	for _, bound := range []struct {
		key  string
		sign int
		msg  string
	}{{"MinValue", -1, "is less than %s"}, {"MaxValue", 1, "is more than %s"}} {
		text := r.text(bound.key, "")
		if text == "" {
			continue
		}
		if !number.MatchString(text) {
			r.fail(r.lineOf(bound.key), "%s%s must be a number, not %s", r.label, bound.key, quote(text))
			return
		}
		if b, _ := new(big.Rat).SetString(text); v.Cmp(b) == bound.sign {
			broken(bound.msg, text)
		}
	}
}

// checkPattern matches the whole value. CloudFormation's patterns are Java's. A
// pattern that Go cannot compile is not checked, with a warning.
func (l *loader) checkPattern(r reader, value string, broken func(string, ...any)) {
	pattern := r.text("AllowedPattern", "")
	if pattern == "" {
		return
	}
	re, err := regexp.Compile(`^(?:` + pattern + `)$`)
	switch {
	case err != nil:
		l.warnf(r.lineOf("AllowedPattern"), "%sAllowedPattern is not checked: %v", r.label, err)
	case !re.MatchString(value):
		broken("does not match the pattern %s", pattern)
	}
}
