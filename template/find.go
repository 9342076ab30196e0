package template

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// candidates are the files that can be a directory's template: written by hand, by
// sam build, or by serverless package. The first that exists counts.
var candidates = []string{
	"template.yaml",
	"template.yml",
	"template.json",
	".aws-sam/build/template.yaml",
	".serverless/cloudformation-template-update-stack.json",
}

// Find returns the path of the template that arg names: the file itself, or in
// a directory the first of template.yaml, .yml or .json, the output of sam
// build, of serverless package, and of cdk synth. An empty arg is the working
// directory. It returns an error if there is no such file, or if cdk synth has
// written several.
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
	for _, name := range candidates {
		path := filepath.Join(arg, filepath.FromSlash(name))
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, nil
		}
	}
	if path, err := findCDK(arg); path != "" || err != nil {
		return path, err
	}
	return "", fmt.Errorf("find template: %s has none of %s, cdk.out", arg, strings.Join(candidates, ", "))
}
