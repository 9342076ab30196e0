package interpreter

import (
	"strconv"
	"strings"
)

// A language is what an interpreter runs.
type language struct {
	name     string   // as people write it
	flag     string   // that names an interpreter
	commands []string // names of interpreters of any version, the best first
	least    version  // that the client needs
	sdk      string   // AWS's SDK, which AWS's runtime contains
	client   string   // the file of the client
}

var (
	python = &language{
		name: "Python", flag: "--python", commands: []string{"python3", "python"}, least: version{3, 9}, sdk: "boto3", client: "bootstrap.py",
	}
	node = &language{
		name: "Node.js", flag: "--node", commands: []string{"node", "nodejs"}, least: version{18}, sdk: "@aws-sdk", client: "bootstrap.cjs",
	}
)

// A version is that of an interpreter or a runtime: major and minor.
type version [2]int

func (v version) less(w version) bool { return v[0] < w[0] || v[0] == w[0] && v[1] < w[1] }

// versionIn returns the version at the beginning of a text such as 3.11.7 or 22.x.
func versionIn(text string) version {
	major, rest, _ := strings.Cut(strings.TrimPrefix(text, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	var v version
	v[0], _ = strconv.Atoi(major)
	v[1], _ = strconv.Atoi(minor) // 0 of x
	return v
}

// languageOf returns the language and the version that a runtime names, nil for a
// runtime without an interpreter here.
func languageOf(runtime string) (*language, version) {
	if text, ok := strings.CutPrefix(runtime, "python"); ok {
		return python, versionIn(text)
	}
	if text, ok := strings.CutPrefix(runtime, "nodejs"); ok {
		return node, versionIn(text)
	}
	return nil, version{}
}

// Runs reports whether functions of a runtime are run by an interpreter.
func Runs(runtime string) bool {
	l, _ := languageOf(runtime)
	return l != nil
}

// exact returns the names of interpreters of just that version.
func (l *language) exact(v version) []string {
	if l == python {
		return []string{"python" + v.String()}
	}
	return []string{"node" + strconv.Itoa(v[0])}
}

// matches reports whether an interpreter of version v is that of the runtime's
// version.
func (l *language) matches(v, runtime version) bool {
	return v[0] == runtime[0] && (l == node || v[1] == runtime[1])
}

func (v version) String() string { return strconv.Itoa(v[0]) + "." + strconv.Itoa(v[1]) }
