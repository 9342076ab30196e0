package authorize

import (
	"regexp"
	"strings"
)

// A Place is the part of a request in which a Source is.
type Place uint8

// The places.
const (
	_ Place = iota
	Header
	QueryString
	Context
	StageVariable
)

// A Source is one identity source: where a value stands that identifies the
// caller of a request.
type Source struct {
	Place Place
	Name  string // of a header in any case
}

// places are the beginnings of the expressions of REST and HTTP APIs
// (docs/aws/gateway.md#identity-sources).
var places = []struct {
	prefix string
	place  Place
}{
	{"method.request.header.", Header},
	{"method.request.querystring.", QueryString},
	{"context.", Context},
	{"stageVariables.", StageVariable},
	{"$request.header.", Header},
	{"$request.querystring.", QueryString},
	{"$context.", Context},
	{"$stageVariables.", StageVariable},
}

// ParseSource reads an expression such as method.request.header.Authorization or
// $request.querystring.key.
func ParseSource(expression string) (s Source, ok bool) {
	for _, p := range places {
		if name, found := strings.CutPrefix(expression, p.prefix); found && name != "" {
			return Source{p.place, name}, true
		}
	}
	return Source{}, false
}

// Values are the parts of a request in which sources are. A value that is not
// there is empty.
type Values interface {
	Header(name string) string
	QueryString(name string) string
	Context(name string) string
	StageVariable(name string) string
}

// Identify returns the values of the sources, in their order. It reports false
// if one is missing or empty, or if the token is not of the form that the
// authorizer demands: the request is refused with 401, and nobody is asked
// (docs/aws/gateway.md#identity-sources).
func (s *Settings) Identify(v Values) (identity []string, ok bool) {
	for _, source := range s.Sources {
		value := source.in(v)
		if value == "" {
			return nil, false
		}
		identity = append(identity, value)
	}
	if s.Kind == Token && s.Validation != nil && !s.Validation.MatchString(identity[0]) {
		return nil, false
	}
	return identity, true
}

// ParseValidation reads an expression that has to match a whole text. Assumed:
// AWS too matches the whole, as Java's matches does. The error is of an
// expression that Go cannot read; Java's has more.
func ParseValidation(expression string) (*regexp.Regexp, error) {
	return regexp.Compile(`\A(?:` + expression + `)\z`)
}

func (s Source) in(v Values) string {
	switch s.Place {
	case Header:
		return v.Header(s.Name)
	case QueryString:
		return v.QueryString(s.Name)
	case Context:
		return v.Context(s.Name)
	case StageVariable:
		return v.StageVariable(s.Name)
	default:
		return ""
	}
}

// BearerToken returns the token in the value of a source, which may stand behind
// Bearer in any case ("Control access to HTTP APIs with JWT authorizers in API
// Gateway" of the guide).
func BearerToken(value string) string {
	const scheme = "Bearer "
	if len(value) >= len(scheme) && strings.EqualFold(value[:len(scheme)], scheme) {
		return strings.TrimSpace(value[len(scheme):])
	}
	return strings.TrimSpace(value)
}
