package gateway

import (
	"regexp"
	"strings"
)

// A From says where a Value comes from.
type From uint8

// What a Value comes from.
const (
	Fixed         From = iota // Name is the value itself
	Header                    // of the request
	MultiHeader               // all values of a header of the request, joined by commas
	Query                     // a parameter of the query string
	MultiQuery                // all values of one
	Path                      // a variable of the path
	Context                   // a variable of $context
	StageVariable             // of the stage
	AnswerHeader              // of what an HTTP endpoint has answered
)

// A Value is what a parameter is mapped from
// (docs/aws/gateway.md#mapped-parameters).
type Value struct {
	From From
	Name string
}

// prefixes are how mapping expressions begin. A longer one stands before a prefix
// of it.
var prefixes = []struct {
	text string
	from From
}{
	{"method.request.header.", Header},
	{"method.request.multivalueheader.", MultiHeader},
	{"method.request.querystring.", Query},
	{"method.request.multivaluequerystring.", MultiQuery},
	{"method.request.path.", Path},
	{"context.", Context},
	{"stageVariables.", StageVariable},
	{"integration.response.header.", AnswerHeader},
}

// ParseValue reads a mapping expression: 'text', method.request.header.NAME,
// method.request.querystring.NAME, method.request.path.NAME, context.NAME,
// stageVariables.NAME or integration.response.header.NAME. It reports false for
// others.
func ParseValue(text string) (Value, bool) {
	if n := len(text); n >= 2 && text[0] == '\'' && text[n-1] == '\'' {
		return Value{Fixed, text[1 : n-1]}, true
	}
	for _, p := range prefixes {
		name, found := strings.CutPrefix(text, p.text)
		if found && name != "" && (p.from != Context || IsContext(name)) {
			return Value{p.from, name}, true
		}
	}
	return Value{}, false
}

// A Text is a template without logic: fixed text, and variables of $context and
// of the stage.
type Text []Value

// variable matches $context.NAME and $stageVariables.NAME, in braces or not.
var variable = regexp.MustCompile(`\$!?(?:(context|stageVariables)\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|\{(context|stageVariables)\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\})`)

// logic matches what only the Velocity Template Language does: directives,
// comments and other references.
var logic = regexp.MustCompile(`[$#]!?\{?[A-Za-z_]|##|#\*`)

// ParseText reads a template. It reports false if there is more in it than text
// and variables that Lullaby has.
func ParseText(template string) (Text, bool) {
	var all Text
	fixed := func(text string) bool {
		if text != "" {
			all = append(all, Value{Fixed, text})
		}
		return !logic.MatchString(text)
	}
	for {
		at := variable.FindStringSubmatchIndex(template)
		if at == nil {
			return all, fixed(template)
		}
		if !fixed(template[:at[0]]) {
			return nil, false
		}
		group := func(plain, braced int) string {
			if at[2*plain] >= 0 {
				return template[at[2*plain]:at[2*plain+1]]
			}
			return template[at[2*braced]:at[2*braced+1]]
		}
		v := Value{StageVariable, group(2, 4)}
		if group(1, 3) == "context" {
			v.From = Context
			if !IsContext(v.Name) {
				return nil, false
			}
		}
		all, template = append(all, v), template[at[1]:]
	}
}

// contexts are the variables of $context that Lullaby has ("Variables for data
// transformations" of the guide), of requests and of errors.
var contexts = map[string]bool{
	"accountId": true, "apiId": true, "deploymentId": true, "domainName": true, "domainPrefix": true, "extendedRequestId": true,
	"httpMethod": true, "path": true, "protocol": true, "requestId": true, "requestTime": true, "requestTimeEpoch": true,
	"resourceId": true, "resourcePath": true, "stage": true,
	"identity.apiKey": true, "identity.apiKeyId": true, "identity.sourceIp": true, "identity.userAgent": true,
	"error.message": true, "error.messageString": true, "error.responseType": true, "error.validationErrorString": true,
}

// IsContext reports whether Lullaby has a variable of $context. Those of
// authorizers are empty where a method has none.
func IsContext(name string) bool { return contexts[name] || strings.HasPrefix(name, "authorizer.") }
