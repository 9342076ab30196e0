package authorize

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/internal/object"
)

// A Verdict is what a policy says of a request.
type Verdict uint8

// The verdicts.
const (
	NotAllowed Verdict = iota // no statement allows it
	Allowed
	Denied // a statement denies it, whatever others say
)

// invoke is the action of a client's request ("Control access for invoking an
// API" of the guide).
const invoke = "execute-api:invoke"

// A policy is an IAM policy in the answer of an authorizer's function.
type policy struct{ statements []statement }

// A statement of a policy. A list is of patterns with * for any text and ? for
// any character.
type statement struct {
	deny        bool
	actions     []string
	notActions  bool // the statement is about all others
	resources   []string
	notResource bool // the same
	conditional bool // it has a Condition
}

// judge says whether the policy lets a caller invoke a method, given by its ARN.
// Assumed: a Condition is not evaluated, so a statement that has one denies and
// does not allow.
func (p *policy) judge(method string) Verdict {
	verdict := NotAllowed
	for _, s := range p.statements {
		if matchesAny(s.actions, invoke) == s.notActions || matchesAny(s.resources, method) == s.notResource {
			continue
		}
		if s.deny {
			return Denied
		}
		if !s.conditional {
			verdict = Allowed
		}
	}
	return verdict
}

// readPolicy reads a policy document. AWS refuses one that has a member with a
// value that it does not take, even null (docs/aws/gateway.md#answers-of-authorizers).
func readPolicy(v jsontext.Value) (*policy, error) {
	document, err := object.Read(v)
	if err != nil {
		return nil, fmt.Errorf("policyDocument: %w", err)
	}
	items, isList := object.Items(document["Statement"])
	if !isList {
		items = []jsontext.Value{document["Statement"]}
	}
	p := new(policy)
	for i, item := range items {
		s, err := readStatement(item)
		if err != nil {
			return nil, fmt.Errorf("policyDocument: Statement[%d]: %w", i, err)
		}
		p.statements = append(p.statements, s)
	}
	return p, nil
}

func readStatement(v jsontext.Value) (s statement, err error) {
	o, err := object.Read(v)
	if err != nil {
		return s, err
	}
	for name, value := range o {
		if value.Kind() == jsontext.KindNull {
			return s, fmt.Errorf("%s is null", name)
		}
	}
	switch effect, _ := o.Text("Effect"); effect {
	case "Allow":
	case "Deny":
		s.deny = true
	default:
		return s, errors.New("neither Allow nor Deny is the Effect")
	}
	if s.actions, s.notActions, err = oneOf(o, "Action", "NotAction"); err != nil {
		return s, err
	}
	for i, a := range s.actions {
		s.actions[i] = strings.ToLower(a) // actions are the same in any case
	}
	if s.resources, s.notResource, err = oneOf(o, "Resource", "NotResource"); err != nil {
		return s, err
	}
	if condition, given := o["Condition"]; given {
		of, err := object.Read(condition)
		if err != nil {
			return s, fmt.Errorf("in Condition: %w", err)
		}
		s.conditional = len(of) > 0
	}
	return s, nil
}

// oneOf returns the patterns of one of two members, of which a statement has
// exactly one. negated: it is the second.
func oneOf(o object.Object, name, not string) (patterns []string, negated bool, err error) {
	_, plain := o[name]
	_, negated = o[not]
	if plain == negated {
		return nil, false, fmt.Errorf("one of %s and %s is needed", name, not)
	}
	if negated {
		name = not
	}
	patterns, ok := o.Texts(name)
	if !ok || len(patterns) == 0 {
		return nil, false, fmt.Errorf("%s is neither text nor a list of it", name)
	}
	return patterns, negated, nil
}

func matchesAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return match(p, text) })
}

// match reports whether a pattern with * for any text and ? for any character
// matches a whole text. It takes a time of at most their product.
func match(pattern, text string) bool {
	star, from := -1, 0 // of the last *, and where what it stands for ends
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
