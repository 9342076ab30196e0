package template

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// A serverlessState is the part that is read of serverless-state.json, which
// serverless package (v3) writes beside its template
// (docs/aws/templates.md#serverless-framework).
type serverlessState struct {
	Service struct {
		Package   serverlessPackage `json:"package"`
		Functions map[string]struct {
			Name    string            `json:"name"`
			Package serverlessPackage `json:"package"`
		} `json:"functions"`
	} `json:"service"`
}

type serverlessPackage struct {
	Artifact string `json:"artifact"` // relative to the service's directory
}

// serverlessArtifact returns the zip file of a function in the output of
// serverless package, or "". The template has only the S3 key. Its last part is
// the file's name in .serverless, unless the artifact was built earlier; then
// the state has its path.
func serverlessArtifact(template, function, s3Key string) string {
	dir := filepath.Dir(template)
	state := readServerlessState(filepath.Join(dir, "serverless-state.json"))
	candidates := []string{filepath.Join(dir, filepath.Base(filepath.FromSlash(s3Key)))}
	service := filepath.Dir(absolute(dir))
	for _, f := range state.Service.Functions {
		if f.Name == function && f.Package.Artifact != "" {
			candidates = append(candidates, filepath.Join(service, filepath.FromSlash(f.Package.Artifact)))
		}
	}
	if a := state.Service.Package.Artifact; a != "" {
		candidates = append(candidates, filepath.Join(service, filepath.FromSlash(a)))
	}
	for _, path := range candidates {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return absolute(path)
		}
	}
	return ""
}

// readServerlessState returns what can be read of a state file. It returns
// nothing for a missing or damaged file; the artifact is then found by its
// name.
func readServerlessState(path string) (state serverlessState) {
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &state) != nil {
		return serverlessState{}
	}
	return state
}

// absolute returns the absolute form of path, or path if there is no working
// directory.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
