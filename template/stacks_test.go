package template_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"lullaby/capacity"
	"lullaby/gateway"
	"lullaby/internal/scripttest"
	"lullaby/template"
	"lullaby/watch/request"
)

// TestStacks loads the stacks in testdata/stacks. Each is an archive of files:
// the template, what stands beside it, and "want", what Load returns. The
// comment of an archive may have a line "template: PATH", "endpoint: URL", and a
// line "parameter: NAME=VALUE" or "export: NAME=VALUE" for each option.
func TestStacks(t *testing.T) {
	scripttest.Each(t, "testdata/stacks/*.txtar", func(t *testing.T, file string) {
		file, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		scripttest.Want(t, file, a, loadStack(t, a))
	})
}

// loadStack writes the files of an archive to a folder and loads the template.
func loadStack(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, f := range a.Files {
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Name, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	arg := "."
	opts := template.Options{StackName: "shop", Parameters: map[string]string{}}
	for line := range strings.Lines(string(a.Comment)) {
		key, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		name, value, _ := strings.Cut(rest, "=")
		switch key {
		case "template":
			arg = rest
		case "endpoint":
			opts.Endpoint = rest
		case "parameter":
			opts.Parameters[name] = value
		case "export":
			opts.Exports = map[string]string{name: value}
		}
	}
	path, err := template.Find(arg)
	if err != nil {
		return fmt.Sprintf("error: %v\n", err)
	}
	tmpl, err := template.Load(path, opts)
	return describe(t, tmpl, err)
}

// describe lists what Load returned, a shape a line.
func describe(t *testing.T, tmpl *template.Template, err error) string {
	t.Helper()
	var b strings.Builder
	if err != nil {
		refused, ok := errors.AsType[*template.LoadError](err)
		if !ok {
			t.Fatalf("Load = %v, want a *LoadError", err)
		}
		for _, e := range refused.Errors {
			fmt.Fprintf(&b, "error: %v\n", e)
		}
		for _, w := range refused.Warnings {
			fmt.Fprintf(&b, "warning: %v\n", w)
		}
		return b.String()
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range tmpl.Functions {
		code := strings.TrimPrefix(f.CodeURI, dir)
		fmt.Fprintf(&b, "function %s %s %s code=%q grants=%v\n", f.LogicalID, f.Runtime, f.Handler, code, f.Grants)
		for _, name := range slices.Sorted(maps.Keys(f.Environment)) {
			fmt.Fprintf(&b, "  %s=%s\n", name, f.Environment[name])
		}
	}
	for _, table := range tmpl.Tables {
		fmt.Fprintf(&b, "table %s %s %s %v read=%d write=%d\n", table.LogicalID, table.Name, table.BillingMode, table.KeySchema,
			table.ReadCapacityUnits, table.WriteCapacityUnits)
	}
	describeQueues(t, &b, tmpl)
	describeScaling(t, &b, tmpl)
	describeAlarms(t, &b, tmpl)
	describeTopics(&b, tmpl)
	describeAPIs(&b, tmpl)
	describeHTTP(&b, tmpl)
	for _, o := range tmpl.Outputs {
		fmt.Fprintf(&b, "output %s=%s\n", o.Name, o.Value)
	}
	for _, w := range tmpl.Warnings {
		line := fmt.Sprintf("warning: %v\n", w)
		if n := len(line) - len("\n"); n > 100 {
			t.Errorf("a warning of %d characters, want 100 at most: %s", n, line)
		}
		b.WriteString(line)
	}
	for _, e := range tmpl.Unrunnable {
		fmt.Fprintf(&b, "not run here: %v\n", e)
	}
	return b.String()
}

// describeQueues lists queues and what they invoke.
func describeQueues(t *testing.T, b *strings.Builder, tmpl *template.Template) {
	t.Helper()
	for _, q := range tmpl.Queues {
		fmt.Fprintf(b, "queue %s %s line %d tags=%v\n", q.LogicalID, q.Name, q.Pos().Line, q.Tags)
		for _, key := range slices.Sorted(maps.Keys(q.Attributes)) {
			fmt.Fprintf(b, "  %s=%s line %d\n", key, q.Attributes[key], q.Pos("Attributes", key).Line)
		}
		if q.Policy != "" {
			fmt.Fprintf(b, "  Policy=%s line %d\n", q.Policy, q.Pos("Policy").Line)
		}
	}
	for _, m := range tmpl.EventSourceMappings {
		settings, err := json.Marshal(m.Settings)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(b, "mapping %s of %s to %s line %d %s\n  %s\n", m.LogicalID, m.EventSourceARN, m.FunctionARN, m.Pos().Line, m.UUID, settings)
	}
}

// describeScaling lists scalable targets with their policies and scheduled actions.
func describeScaling(t *testing.T, b *strings.Builder, tmpl *template.Template) {
	t.Helper()
	line := func(kind, id string, at template.Pos, settings any) {
		text, err := json.Marshal(settings)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(b, "%s %s line %d\n    %s\n", kind, id, at.Line, strings.ReplaceAll(string(text), `,"StepScalingPolicyConfiguration":{},"PredictiveScalingPolicyConfiguration":{}`, ""))
	}
	for _, target := range tmpl.ScalableTargets {
		line("target", target.LogicalID, target.Pos(), target.Register)
		for _, p := range target.Policies {
			line("  policy", p.LogicalID, p.Pos(), p.Put)
		}
		for i, a := range target.Actions {
			line("  action", *a.ScheduledActionName, target.Pos("ScheduledActions", strconv.Itoa(i)), a)
		}
	}
}

// describeAlarms lists alarms, with what is plain of them, and dashboards.
func describeAlarms(t *testing.T, b *strings.Builder, tmpl *template.Template) {
	t.Helper()
	for _, a := range tmpl.Alarms {
		var settings any
		var tags []request.Tag
		if a.Metric != nil {
			settings, tags = a.Metric.Alarm(), a.Metric.Tags
		} else {
			settings, tags = a.Composite.Alarm(), a.Composite.Tags
		}
		text, err := json.Marshal(settings)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(b, "alarm %s line %d tags=%v\n  %s\n", a.LogicalID, a.Pos().Line, tags, text)
		if a.Certain.Why != "" {
			fmt.Fprintf(b, "  always=%v: %s\n", a.Certain.Always, a.Certain.Why)
		}
	}
	for _, d := range tmpl.Dashboards {
		fmt.Fprintf(b, "dashboard %s %s %s line %d\n", d.LogicalID, d.Name, d.Body, d.Pos("Body").Line)
	}
}

// describeTopics lists topics and their subscriptions.
func describeTopics(b *strings.Builder, tmpl *template.Template) {
	for _, n := range tmpl.Topics {
		fmt.Fprintf(b, "topic %s %s line %d tags=%v\n", n.LogicalID, n.Name, n.Pos().Line, n.Tags)
		for _, key := range slices.Sorted(maps.Keys(n.Attributes)) {
			fmt.Fprintf(b, "  %s=%s line %d\n", key, n.Attributes[key], n.Pos("Attributes", key).Line)
		}
		if n.Policy != "" {
			fmt.Fprintf(b, "  Policy=%s line %d\n", n.Policy, n.Pos("Policy").Line)
		}
	}
	for _, s := range tmpl.Subscriptions {
		fmt.Fprintf(b, "subscription %s of %s by %s to %s line %d %s\n", s.LogicalID, s.TopicARN, s.Protocol, s.Endpoint, s.Pos().Line, s.UUID)
		for _, key := range slices.Sorted(maps.Keys(s.Attributes)) {
			fmt.Fprintf(b, "  %s=%s line %d\n", key, s.Attributes[key], s.Pos("Attributes", key).Line)
		}
	}
}

// describeHTTP lists HTTP APIs and function URLs.
func describeHTTP(b *strings.Builder, tmpl *template.Template) {
	cors := func(c *template.CORS) string {
		if c == nil {
			return ""
		}
		age := ""
		if c.MaxAge != nil {
			age = fmt.Sprintf(" for %v", *c.MaxAge)
		}
		return fmt.Sprintf(" cors=%v %v %v exposes %v%s credentials=%v", c.Origins, c.Methods, c.Headers, c.Exposed, age, c.Credentials)
	}
	for _, api := range tmpl.HTTPAPIs {
		fmt.Fprintf(b, "http api %s %q stage=%s line %d variables=%v%s\n", api.LogicalID, api.Name, api.Stage, api.Pos("Stage").Line, api.StageVariables, cors(api.CORS))
		for _, r := range api.Routes {
			fmt.Fprintf(b, "  %s %s payload %s within %v line %d, function line %d%s\n", r.Key(), r.Function, r.Payload, r.Timeout, r.Pos().Line,
				r.Pos("Function").Line, describeLimits(r.Limits)+describeGate(r.Gate))
		}
	}
	for _, u := range tmpl.URLs {
		fmt.Fprintf(b, "url %s of %s line %d iam=%v stream=%v%s\n", u.LogicalID, u.Function, u.Pos().Line, u.IAM, u.Stream, cors(u.CORS))
	}
}

// describeAPIs lists APIs with what their methods ask, API keys and usage plans.
func describeAPIs(b *strings.Builder, tmpl *template.Template) {
	for _, api := range tmpl.APIs {
		fmt.Fprintf(b, "api %s stage=%s", api.LogicalID, api.Stage)
		if api.KeyOfAuthorizer {
			b.WriteString(" keys of authorizers")
		}
		b.WriteString("\n")
		for _, r := range api.Routes {
			fmt.Fprintf(b, "  %s %s %s line %d%s%s\n", r.Method, r.Path, r.Function, r.Pos().Line, describeLimits(r.Limits), describeGate(r.Gate))
		}
		for _, m := range api.Mocks {
			fmt.Fprintf(b, "  %s %s answers %d %v %v %q%s line %d%s%s\n", m.Method, m.Path, m.Status, m.Headers, m.Origins, m.Body, describeText(m.Text), m.Pos().Line,
				describeLimits(m.Limits), describeGate(m.Gate))
		}
		for _, f := range api.Forwards {
			fmt.Fprintf(b, "  %s %s to %s %s whole=%v %v %v in %v line %d%s%s\n", f.Method, f.Path, f.Verb, f.URL, f.Whole, f.Parameters, f.Answers, f.Timeout,
				f.Pos("URL").Line, describeLimits(f.Limits), describeGate(f.Gate))
		}
		for _, g := range api.Responses {
			templates := make(map[string]string)
			for _, t := range g.Templates {
				templates[t.ContentType] = describeText(t.Text)
			}
			fmt.Fprintf(b, "  %s is %d %v %q line %d\n", g.Type, g.Status, g.Headers, templates, g.Pos().Line)
		}
	}
	for _, k := range tmpl.APIKeys {
		fmt.Fprintf(b, "key %s %s %s %q generated=%v enabled=%v line %d\n", k.LogicalID, k.ID, k.Name, k.Value, k.Generated, k.Enabled, k.Pos("Value").Line)
	}
	for _, p := range tmpl.Plans {
		fmt.Fprintf(b, "plan %s %s line %d%s\n", p.LogicalID, p.ID, p.Pos("Limits").Line, describeLimits(p.Limits))
		for _, s := range p.Stages {
			fmt.Fprintf(b, "  opens %s of %s\n", s.Stage, s.APIID)
			for _, of := range slices.Sorted(maps.Keys(s.Methods)) {
				limits := s.Methods[of]
				fmt.Fprintf(b, "    %s%s\n", of, describeLimits(&limits))
			}
		}
		for _, k := range p.Keys {
			fmt.Fprintf(b, "  to %s\n", k.LogicalID)
		}
	}
}

// describeText returns a text with its variables in brackets.
func describeText(text gateway.Text) string {
	var b strings.Builder
	for _, v := range text {
		switch v.From {
		case gateway.Fixed:
			b.WriteString(v.Name)
		case gateway.Context:
			b.WriteString("[" + v.Name + "]")
		default:
			b.WriteString("[stage " + v.Name + "]")
		}
	}
	return b.String()
}

// describeGate returns what a method asks of requests, or "".
func describeGate(g template.Gate) string {
	text := ""
	if g.KeyRequired {
		text = " needs a key"
	}
	if g.Checks != nil {
		text += fmt.Sprintf(" needs %v and bodies of %v", g.Checks.Parameters, slices.Sorted(maps.Keys(g.Checks.Models)))
	}
	return text + describeAuthorization(g.Authorization)
}

// describeAuthorization returns " asks AUTHORIZER" with its settings, or "".
func describeAuthorization(a *template.Authorization) string {
	switch {
	case a == nil:
		return ""
	case a.Authorizer == nil:
		return " asks a signature"
	}
	s := a.Authorizer.Settings
	var b strings.Builder
	fmt.Fprintf(&b, " asks %s/%s line %d kind=%d", a.Authorizer.LogicalID, a.Authorizer.Name, a.Authorizer.Pos().Line, s.Kind)
	for _, of := range []struct {
		name  string
		value any
		set   bool
	}{
		{"function", s.Function, s.Function != ""},
		{"sources", s.Sources, s.Sources != nil},
		{"ttl", s.TTL, s.TTL != 0},
		{"validation", s.Validation, s.Validation != nil},
		{"payload", s.Payload, s.Payload != ""},
		{"simple", s.Simple, s.Simple},
		{"issuers", s.Issuers, s.Issuers != nil},
		{"audience", s.Audience, s.Audience != nil},
		{"scopes", a.Scopes, a.Scopes != nil},
	} {
		if of.set {
			fmt.Fprintf(&b, " %s=%v", of.name, of.value)
		}
	}
	return b.String()
}

// describeLimits returns " limited to RATE/s and BURST", the rate in requests, or
// "".
func describeLimits(l *gateway.MethodLimits) string {
	if l == nil {
		return ""
	}
	return fmt.Sprintf(" limited to %.2f/s and %d", float64(l.Rate.Tokens)/float64(capacity.Unit), l.Burst)
}
