package interpreter

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
)

// The first versions of AWS's SDKs that take their endpoint from AWS_ENDPOINT_URL
// (docs/aws/runtimes.md#endpoints).
var (
	firstBoto3 = version{1, 28}
	firstJS    = version{3, 428}
)

// oldSDK returns what is to be said of an SDK of the function that does not know
// AWS_ENDPOINT_URL, "" if there is none.
func (p pack) oldSDK() string {
	if p.language == python {
		found, of := p.boto3()
		if v := versionIn(found); found == "" || !v.less(firstBoto3) {
			return ""
		}
		return fmt.Sprintf("boto3 %s of %s does not know AWS_ENDPOINT_URL, %v.0 and later do; Lullaby tells it the endpoint", found, of, firstBoto3)
	}
	for _, dir := range p.packages() {
		if found := packageVersion(filepath.Join(dir, "aws-sdk")); found != "" {
			return fmt.Sprintf("aws-sdk %s does not know AWS_ENDPOINT_URL, @aws-sdk %v.0 and later do; Lullaby tells it the endpoint", found, firstJS)
		}
		clients, err := filepath.Glob(filepath.Join(dir, "@aws-sdk", "client-*"))
		for _, client := range clients {
			if found := packageVersion(client); err == nil && found != "" && versionIn(found).less(firstJS) {
				return fmt.Sprintf("@aws-sdk/%s %s does not know AWS_ENDPOINT_URL, %v.0 and later do: give the client its endpoint or update it",
					filepath.Base(client), found, firstJS)
			}
		}
	}
	return ""
}

// boto3 returns the version of the boto3 that a function imports, and whose it is.
func (p pack) boto3() (found, of string) {
	for _, dir := range append([]string{p.dir}, p.search()...) {
		infos, err := filepath.Glob(filepath.Join(dir, "boto3-*.dist-info"))
		if err == nil && len(infos) > 0 {
			name := strings.TrimSuffix(filepath.Base(infos[0]), ".dist-info")
			return strings.TrimPrefix(name, "boto3-"), "the package"
		}
	}
	return p.interpreter.SDK, p.interpreter.Path
}

// packages returns the folders in which a function of Node.js finds packages.
func (p pack) packages() []string {
	return append([]string{filepath.Join(p.dir, "node_modules")}, p.search()...)
}

// packageVersion returns the version in the package.json of dir, "" if there is none.
func packageVersion(dir string) string {
	file := filepath.Join(dir, "package.json")
	if !isFile(file) {
		return ""
	}
	text, err := readManifest(file)
	var manifest struct {
		Version string `json:"version"`
	}
	if err != nil || json.Unmarshal(text, &manifest) != nil {
		return ""
	}
	return manifest.Version
}
