package template

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// cdkManifest names the file that cdk synth writes beside its templates
// (docs/aws/templates.md#cdk).
const cdkManifest = "manifest.json"

// A cloudAssembly is the part that is read of it.
type cloudAssembly struct {
	Artifacts map[string]struct {
		Type       string `json:"type"`
		Properties struct {
			TemplateFile  string `json:"templateFile"`  // of a stack
			DirectoryName string `json:"directoryName"` // of an assembly in it
		} `json:"properties"`
	} `json:"artifacts"`
}

// cdkStacks returns the paths of the templates in the output of cdk synth, with
// those of its stages, sorted. It returns none for a folder that is no such
// output.
func cdkStacks(dir string) []string {
	text, err := os.ReadFile(filepath.Join(dir, cdkManifest))
	var assembly cloudAssembly
	if err != nil || json.Unmarshal(text, &assembly) != nil {
		return nil
	}
	var stacks []string
	for _, id := range slices.Sorted(maps.Keys(assembly.Artifacts)) {
		switch a := assembly.Artifacts[id]; a.Type {
		case "aws:cloudformation:stack":
			stacks = append(stacks, filepath.Join(dir, filepath.FromSlash(a.Properties.TemplateFile)))
		case "cdk:cloud-assembly":
			if sub := filepath.FromSlash(a.Properties.DirectoryName); filepath.IsLocal(sub) {
				stacks = append(stacks, cdkStacks(filepath.Join(dir, sub))...)
			}
		}
	}
	slices.Sort(stacks)
	return slices.Compact(stacks)
}

// findCDK returns the one stack of a folder's cdk.out, or of the folder itself
// if that is one, "" if neither is. Several stacks are an error that names them.
func findCDK(dir string) (string, error) {
	stacks := cdkStacks(filepath.Join(dir, "cdk.out"))
	if stacks == nil {
		stacks = cdkStacks(dir)
	}
	switch len(stacks) {
	case 0:
		return "", nil
	case 1:
		return stacks[0], nil
	}
	return "", fmt.Errorf("find template: %s has %d stacks, so name the template of one:\n  %s",
		dir, len(stacks), strings.Join(stacks, "\n  "))
}

// cdkAsset returns the path of the code or content in a property that is an asset of
// CDK's, relative to the template, "" if it is none. The metadata name it, if
// the CLI of CDK has written the template; else it is asset.<hash> beside the
// template, or beside those of the stage's app, and the key in S3 has the hash.
func cdkAsset(template string, metadata *node, s3Key, property string) string {
	if p := metadata.get("aws:asset:property"); p != nil && (p.text == property || p.text == property+".S3Bucket") {
		if path := metadata.get("aws:asset:path"); path != nil && path.kind == scalar {
			return path.text
		}
	}
	dir, key := filepath.Dir(template), filepath.Base(filepath.FromSlash(s3Key))
	for _, name := range []string{"asset." + strings.TrimSuffix(key, filepath.Ext(key)), "asset." + key} {
		for _, place := range []string{name, filepath.Join("..", name)} {
			if _, err := os.Stat(filepath.Join(dir, place)); s3Key != "" && err == nil {
				return place
			}
		}
	}
	return ""
}
