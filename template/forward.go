package template

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"lullaby/gateway"
)

// Integrations of types HTTP and HTTP_PROXY
// (docs/aws/gateway.md#http-integrations).

// integrationKeys are the keys of an integration: CloudFormation's, or those of
// documents.
type integrationKeys struct{ uri, verb, parameters, templates, timeout, link string }

var (
	methodKeys = integrationKeys{
		"Uri", "IntegrationHttpMethod", "RequestParameters", "RequestTemplates", "TimeoutInMillis", "ConnectionId",
	}
	operationKeys = integrationKeys{
		"uri", "httpMethod", "requestParameters", "requestTemplates", "timeoutInMillis", "connectionId",
	}
)

// addForward adds a method that goes on to an HTTP endpoint. to reads its
// integration. What it leaves out is left out of the shape of.
func (l *loader) addForward(a *API, of string, f *Forward, to reader, keys integrationKeys, answers []mockAnswer) error {
	if f.Verb = strings.ToUpper(to.required(keys.verb)); f.Verb == "ANY" {
		f.Verb = ""
	}
	f.Timeout = to.timeout(keys.timeout)
	f.Parameters = l.requestParameters(to, keys.parameters, of)
	uri := to.required(keys.uri)
	switch {
	case *to.err != nil:
		return *to.err
	case to.value(keys.link) != nil:
		l.omit(to.lineOf(keys.link), of, "private integrations")
		return nil
	case !f.Whole && templated(to, keys.templates, answers):
		l.omit(to.line, of, "integrations of type HTTP with templates")
		return nil
	case !f.Whole:
		f.Answers = l.answersOf(answers, of, to)
	}
	return l.staged(a, uri, func(filled string) error {
		u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(filled))
		switch whole := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""; {
		case !whole && filled != uri: // AWS looks at it when a request comes
			l.omit(to.lineOf(keys.uri), of, "integrations whose stage variables make no URL")
			return nil
		case !whole:
			return l.errorf(to.lineOf(keys.uri), "%s%s: Invalid HTTP endpoint specified for URI: %s", to.label, keys.uri, quote(uri))
		}
		f.URL = filled
		return l.place(a, f.Method, f.Path, f.at.Line, func() { a.Forwards = append(a.Forwards, f) })
	})
}

// templated reports whether a template makes what goes to the endpoint, or what
// comes back.
func templated(to reader, templates string, answers []mockAnswer) bool {
	used := len(to.under(templates).n.entries()) > 0
	for _, answer := range answers {
		for _, f := range answer.templates.entries() {
			text := strings.TrimSpace(to.of(answer.templates, to.label).text(f.key, ""))
			used = used || text != "" && text != "null" && text != "__passthrough__" && text != "$input.json('$')" && text != "$input.body"
		}
	}
	return used
}

// targets are the keys of what goes to an endpoint.
var targets = map[string]gateway.From{
	"integration.request.header.": gateway.Header, "integration.request.path.": gateway.Path, "integration.request.querystring.": gateway.Query,
}

// requestParameters reads the parameters of requests to an endpoint.
func (l *loader) requestParameters(to reader, key, of string) []Mapped {
	in := to.under(key)
	var all []Mapped
	known := 0
	for prefix, target := range targets {
		for name, value := range in.prefixed(prefix) {
			all = l.mapped(all, target, name, value, in, of)
			known++
		}
	}
	if known < len(in.n.entries()) && *in.err == nil {
		l.omit(in.line, of, "parameters that are no header, path or query")
	}
	sortMapped(all)
	return all
}

// answersOf returns the integration responses of an HTTP integration. One without
// a pattern comes last.
func (l *loader) answersOf(answers []mockAnswer, of string, to reader) []Answer {
	var all, last []Answer
	for _, from := range answers {
		answer := Answer{}
		answer.Status, _ = strconv.Atoi(from.status)
		for name, value := range to.of(from.parameters, to.label).prefixed("method.response.header.") {
			answer.Headers = l.mapped(answer.Headers, gateway.Header, name, value, to, of)
		}
		sortMapped(answer.Headers)
		if from.pattern == "" || from.pattern == "default" {
			last = append(last, answer)
			continue
		}
		re, err := regexp.Compile("^(?:" + from.pattern + ")$") // of Java's
		if err != nil {
			l.omit(to.line, of, "selection patterns of Java's")
			continue
		}
		answer.Pattern = re
		all = append(all, answer)
	}
	return append(all, last...)
}

// stageVariable matches a stage variable in a URI
// (docs/aws/gateway.md#stage-variables).
var stageVariable = regexp.MustCompile(`\$\{stageVariables\.(\w+)\}`)

// staged calls add with a URI in which the stage's variables are replaced: at
// once, or when the stage is known if there are any.
func (l *loader) staged(a *API, uri string, add func(uri string) error) error {
	if !stageVariable.MatchString(uri) {
		return add(uri)
	}
	l.waiting = append(l.waiting, func() error {
		return add(stageVariable.ReplaceAllStringFunc(uri, func(v string) string {
			return a.StageVariables[stageVariable.FindStringSubmatch(v)[1]]
		}))
	})
	return nil
}
