package authorize

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/internal/object"
)

// An Answer is what the function of an authorizer returned. It does not change.
type Answer struct {
	Principal string // principalId; empty: a simple answer
	UsageKey  string // usageIdentifierKey, the API key of the request where the authorizer gives it; empty: none

	context object.Object
	policy  *policy // nil: a simple answer
	allowed bool    // of a simple answer
}

// Read reads the answer of the authorizer's function
// (docs/aws/gateway.md#answers-of-authorizers). The error says what is wrong
// with it; the client gets 500.
func (s *Settings) Read(payload []byte) (*Answer, error) {
	o, err := object.Read(payload)
	if err != nil {
		return nil, err
	}
	a := new(Answer)
	if err := a.readContext(o["context"], s.Payload == "2.0"); err != nil {
		return nil, err
	}
	if s.Simple {
		switch o["isAuthorized"].Kind() {
		case jsontext.KindTrue:
			a.allowed = true
		case jsontext.KindFalse:
		default:
			return nil, errors.New("isAuthorized is neither true nor false")
		}
		return a, nil
	}
	var ok bool
	if a.Principal, ok = o.Text("principalId"); !ok {
		return nil, errors.New("principalId is no text")
	}
	if a.policy, err = readPolicy(o["policyDocument"]); err != nil {
		return nil, err
	}
	a.UsageKey, _ = o.Text("usageIdentifierKey")
	return a, nil
}

// readContext reads the context, which may be missing. Only an authorizer with
// payload 2.0 may return lists and objects in it.
func (a *Answer) readContext(v jsontext.Value, nested bool) (err error) {
	if len(v) == 0 || v.Kind() == jsontext.KindNull {
		return nil
	}
	if a.context, err = object.Read(v); err != nil {
		return fmt.Errorf("context: %w", err)
	}
	for name, value := range a.context {
		if k := value.Kind(); !nested && (k == jsontext.KindBeginArray || k == jsontext.KindBeginObject) {
			return fmt.Errorf("context: %s is neither text, a number nor a boolean", name)
		}
	}
	return nil
}

// Judge says whether the answer lets a caller invoke a method or route, given by
// its ARN. A simple answer is about all of them; where it says no, the verdict is
// NotAllowed.
func (a *Answer) Judge(method string) Verdict {
	switch {
	case a.policy != nil:
		return a.policy.judge(method)
	case a.allowed:
		return Allowed
	default:
		return NotAllowed
	}
}

// A Member of the part of an event that is about the caller.
type Member struct {
	Name  string
	Value jsontext.Value
}

// Context returns the context, sorted by name. As text, as in the events of REST
// APIs, each value is text; otherwise it is as the function returned it.
// Assumed: in both, what is null is left out.
func (a *Answer) Context(asText bool) []Member {
	all := make([]Member, 0, len(a.context))
	for _, name := range slices.Sorted(maps.Keys(a.context)) {
		value := a.context[name]
		switch k := value.Kind(); {
		case k == jsontext.KindNull:
			continue
		case asText && k != jsontext.KindString:
			value = quote(string(value))
		}
		all = append(all, Member{name, value})
	}
	return all
}

func quote(text string) jsontext.Value {
	quoted, _ := jsontext.AppendQuote(nil, text) // text that is not UTF-8 gets replacements
	return quoted
}
