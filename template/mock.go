package template

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lullaby/gateway"
)

// Integrations of type MOCK, which the gateway answers itself. They answer
// preflights of browsers (docs/aws/gateway.md#mock-integrations).

// mockStatus finds the status in a request template: {"statusCode": 200}, or
// without quotes, as the Serverless Framework writes it.
var mockStatus = regexp.MustCompile(`statusCode["']?\s*:\s*["']?([0-9]{3})`)

// A mockAnswer is one of an integration's answers.
type mockAnswer struct {
	status     string
	pattern    string // of the statuses that it is for; empty: of all others
	parameters *node  // method.response.header.NAME to 'value'
	templates  *node  // of the body, by content type
}

// addMock adds a route that the gateway answers. to reads its integration, with
// the request templates at the key templates. What it leaves out is left out of
// the shape of.
func (l *loader) addMock(a *API, of string, m *Mock, to reader, templates string, answers []mockAnswer) error {
	asked := mockStatus.FindStringSubmatch(to.under(templates).text("application/json", ""))
	if *to.err != nil {
		return *to.err
	}
	if asked == nil || len(answers) == 0 {
		l.omit(to.line, of, "integrations of type MOCK without a status")
		return nil
	}
	i := slices.IndexFunc(answers, func(x mockAnswer) bool {
		re, err := regexp.Compile("^(?:" + x.pattern + ")$") // of Java's
		return err == nil && x.pattern != "" && re.MatchString(asked[1])
	})
	if i < 0 {
		i = max(0, slices.IndexFunc(answers, func(x mockAnswer) bool { return x.pattern == "" || x.pattern == "default" }))
	}
	answer := answers[i]
	m.Status, _ = strconv.Atoi(asked[1]) // three digits
	if status, err := strconv.Atoi(answer.status); err == nil {
		m.Status = status
	}
	m.Headers = l.mockHeaders(answer.parameters, to, of)
	l.readMockBody(m, answer.templates, to, of)
	return l.place(a, m.Method, m.Path, m.at.Line, func() { a.Mocks = append(a.Mocks, m) })
}

// readMockBody reads the template of a mock's body: that of JSON, or else the first.
func (l *loader) readMockBody(m *Mock, templates *node, to reader, of string) {
	text, contentType := templates.get("application/json"), ""
	if text == nil && len(templates.entries()) > 0 {
		first := templates.entries()[0]
		text, contentType = first.value, first.key
	}
	body, _ := l.evalText(text)
	if contentType != "" && m.Headers["Content-Type"] == "" {
		m.Headers["Content-Type"] = contentType
	}
	if m.Origins = originsIn(body); m.Origins != nil {
		return
	}
	parsed, ok := gateway.ParseText(body)
	switch {
	case !ok:
		l.omit(to.line, of, "templates of answers")
	case len(parsed) == 1 && parsed[0].From == gateway.Fixed:
		m.Body = body
	default:
		m.Text = parsed
	}
}

// Parts of the template by which an answer takes the origin of the request, as
// CDK and the Serverless Framework write it for several origins.
var (
	takesOrigin   = regexp.MustCompile(`#set\s*\(\s*\$context\.responseOverride\.header\.Access-Control-Allow-Origin\s*=\s*\$origin\s*\)`)
	anOrigin      = regexp.MustCompile(`\$origin == "([^"]+)"`)
	originPattern = regexp.MustCompile(`\$origin\.matches\("([^"]+)"\)`)
)

// originsIn returns the origins that a template of an answer allows, nil if it is
// another template.
func originsIn(template string) []*regexp.Regexp {
	if !takesOrigin.MatchString(template) {
		return nil
	}
	var all []*regexp.Regexp
	for _, m := range anOrigin.FindAllStringSubmatch(template, -1) {
		all = append(all, regexp.MustCompile("^"+regexp.QuoteMeta(m[1])+"$"))
	}
	for _, m := range originPattern.FindAllStringSubmatch(template, -1) {
		re, err := regexp.Compile("^(?:" + m[1] + ")$") // of Java's
		if err != nil {
			return nil
		}
		all = append(all, re)
	}
	return all
}

// mockHeaders returns the headers with fixed values, 'value', in the parameters
// of an answer. It leaves out, and names, others.
func (l *loader) mockHeaders(parameters *node, to reader, of string) map[string]string {
	headers := make(map[string]string)
	for _, f := range parameters.entries() {
		name, isHeader := strings.CutPrefix(f.key, "method.response.header.")
		value, err := l.evalText(f.value)
		switch fixed, ok := unquoted(value); {
		case !isHeader || err != nil:
		case ok:
			headers[name] = fixed
		default:
			l.omit(to.line, of, "parameters mapped from "+value)
		}
	}
	return headers
}

// unquoted returns the text of 'text'.
func unquoted(s string) (text string, ok bool) {
	if len(s) < 2 || s[0] != '\'' || s[len(s)-1] != '\'' {
		return s, false
	}
	return s[1 : len(s)-1], true
}

// methodAnswers returns the answers of a method's Integration.
func (l *loader) methodAnswers(to reader) []mockAnswer {
	var all []mockAnswer //nolint:prealloc // nil when there are none
	for i, n := range to.list("IntegrationResponses") {
		in := to.item("IntegrationResponses", i, n)
		all = append(all, mockAnswer{
			status: in.required("StatusCode"), pattern: in.text("SelectionPattern", ""),
			parameters: in.under("ResponseParameters").n, templates: in.under("ResponseTemplates").n,
		})
	}
	return all
}
