package template

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// places are where a directory keeps its template: written by hand, by sam
// build, by serverless package.
var places = []string{
	"template.yaml",
	"template.yml",
	"template.json",
	".aws-sam/build/template.yaml",
	".serverless/cloudformation-template-update-stack.json",
}

// Find returns the template that arg names: the file itself, or in a directory
// the first of template.yaml, .yml or .json, the output of sam build, and that
// of serverless package. An empty arg is the working directory.
func Find(arg string) (string, error) {
	if arg == "" {
		arg = "."
	}
	info, err := os.Stat(arg)
	if err != nil {
		return "", fmt.Errorf("find template: %w", err)
	}
	if !info.IsDir() {
		return arg, nil
	}
	for _, place := range places {
		path := filepath.Join(arg, filepath.FromSlash(place))
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, nil
		}
	}
	return "", fmt.Errorf("find template: %s has none of %s", arg, strings.Join(places, ", "))
}
