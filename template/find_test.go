package template_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lullaby/template"
)

func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	// From the last choice to the first: each new file is preferred.
	places := []string{
		".serverless/cloudformation-template-update-stack.json",
		".aws-sam/build/template.yaml",
		"template.json",
		"template.yml",
		"template.yaml",
	}
	_, err := template.Find("")
	if want := "find template: . has none of template.yaml, template.yml, template.json, .aws-sam/build/template.yaml, " +
		".serverless/cloudformation-template-update-stack.json, cdk.out"; err == nil || err.Error() != want {
		t.Errorf("Find in an empty directory = %v, want %s", err, want)
	}
	for _, place := range places {
		if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(place, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := template.Find(""); err != nil || got != filepath.FromSlash(place) {
			t.Errorf("Find = %q, %v, want %q", got, err, place)
		}
	}
	if got, err := template.Find("template.yml"); err != nil || got != "template.yml" {
		t.Errorf("Find of a file = %q, %v, want the file", got, err)
	}
	if _, err := template.Find("nowhere"); err == nil || !strings.HasPrefix(err.Error(), "find template: ") {
		t.Errorf("Find of nothing = %v, want an error", err)
	}
}
