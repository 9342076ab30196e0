package template_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"lullaby/gateway"
	"lullaby/template"
)

// FuzzLoad loads any text. It gives a template or errors, never both, and each
// error has a line of the file, sorted.
func FuzzLoad(f *testing.F) {
	f.Add(sam)
	f.Add(rest + method("M", "!Ref Item", "GET", "Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: "+uri))
	f.Add(bomb())
	f.Add("Resources: &a\n  A: [*a]\n")
	f.Add("{\"Resources\": {\"A\": {\"Type\": \"\\ud83d\\ude00\"}}}")
	text, err := os.ReadFile("testdata/serverless/cloudformation-template-update-stack.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	stacks, err := filepath.Glob("testdata/stacks/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range stacks {
		a, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(a.Files[0].Data))
	}
	dir := f.TempDir()

	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(dir, "template.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		tmpl, err := template.Load(path, template.Options{StackName: "shop"})
		var broken *template.LoadError
		switch {
		case err == nil && tmpl == nil:
			t.Error("neither a template nor an error")
		case err != nil && tmpl != nil:
			t.Errorf("a template and the error %v", err)
		case err != nil && !errors.As(err, &broken):
			t.Errorf("error without a place: %v", err)
		case err != nil:
			checkOrder(t, path, broken.Errors)
		default:
			checkTemplate(t, tmpl)
		}
	})
}

func checkOrder(t *testing.T, path string, errs []*template.Error) {
	t.Helper()
	line := 1
	for _, e := range errs {
		if e.Pos.File != path || e.Pos.Line < line || e.Msg == "" {
			t.Errorf("error %v after line %d", e, line)
		}
		line = e.Pos.Line
	}
	if len(errs) == 0 {
		t.Error("an error that is none")
	}
}

// checkTemplate checks what is true of every template.
func checkTemplate(t *testing.T, tmpl *template.Template) {
	t.Helper()
	functions := make(map[string]bool)
	for _, f := range tmpl.Functions {
		functions[f.Name] = true
		code := filepath.IsAbs(f.CodeURI) && f.Handler != "" && f.Runtime != ""
		if !code && tmpl.Runnable() == nil || f.Timeout <= 0 || f.MemorySize < 128 || len(f.Name) > 64 {
			t.Errorf("function out of its bounds: %+v", f)
		}
	}
	for _, table := range tmpl.Tables {
		indexes := len(table.GlobalSecondaryIndexes) + len(table.LocalSecondaryIndexes)
		if n := len(table.KeySchema); n < 1 || n > 2 || len(table.AttributeDefinitions) < n || indexes == 0 && len(table.AttributeDefinitions) != n {
			t.Errorf("table with %d keys and %d definitions: %+v", n, len(table.AttributeDefinitions), table)
		}
	}
	for _, a := range tmpl.Alarms {
		if a.Metric != nil && a.Metric.Check() != nil || a.Metric == nil && a.Composite.Check() != nil {
			t.Errorf("an alarm that CloudWatch refuses: %+v", a)
		}
	}
	for _, s := range tmpl.ScalableTargets {
		if err := s.Register.Check(); err != nil {
			t.Errorf("a scalable target that is refused: %v", err)
		}
		for _, p := range s.Policies {
			if err := p.Put.Check(); err != nil {
				t.Errorf("a scaling policy that is refused: %v", err)
			}
		}
	}
	for _, a := range tmpl.APIs {
		if len(a.ID) != 10 || a.Stage == "" {
			t.Errorf("API without an id or a stage: %+v", a)
		}
		for _, r := range a.Routes {
			if !functions[r.Function] || r.Path == "" || r.Path[0] != '/' {
				t.Errorf("route that leads nowhere: %+v", r)
			}
		}
	}
	checkHTTP(t, tmpl, functions)
}

// checkHTTP checks what is true of every HTTP API and function URL.
func checkHTTP(t *testing.T, tmpl *template.Template, functions map[string]bool) {
	t.Helper()
	for _, a := range tmpl.HTTPAPIs {
		if len(a.ID) != 10 || a.Stage == "" {
			t.Errorf("HTTP API without an id or a stage: %+v", a)
		}
		keys := make(map[string]bool)
		for _, r := range a.Routes {
			isDefault := r.Path == "$default" && r.Method == ""
			if !functions[r.Function] || !isDefault && (r.Method == "" || r.Path == "" || r.Path[0] != '/') {
				t.Errorf("route that leads nowhere: %+v", r)
			}
			if keys[r.Key()] || r.Payload != "1.0" && r.Payload != "2.0" || r.Timeout < gateway.MinTimeout || r.Timeout > gateway.MaxHTTPTimeout {
				t.Errorf("route that AWS refuses: %+v", r)
			}
			keys[r.Key()] = true
		}
	}
	for _, u := range tmpl.URLs {
		if len(u.ID) != 32 || !functions[u.Function] {
			t.Errorf("function URL that leads nowhere: %+v", u)
		}
	}
}
