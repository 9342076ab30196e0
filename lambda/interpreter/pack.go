package interpreter

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A pack is a function's package with what belongs to it.
type pack struct {
	language     *language
	interpreter  *Interpreter
	runtime      version
	dir          string   // of the package
	owned        bool     // dir is the Builder's, not the user's
	dependencies string   // folder of what was installed for it; empty: nothing
	layers       []opened // in the template's order: later ones win
}

// command returns what runs the client.
func (p pack) command(client string, memorySize int) []string {
	if p.language == python {
		return []string{p.interpreter.Path, "-u", client}
	}
	command := []string{p.interpreter.Path}
	for _, flag := range p.nodeFlags() {
		if slices.Contains(p.interpreter.Flags, flag) {
			command = append(command, flag)
		}
	}
	if memorySize > 0 {
		// Assumed: nine tenths. The heap is collected before the sandbox is too large.
		command = append(command, "--max-old-space-size="+strconv.Itoa(memorySize*9/10))
	}
	return append(command, client)
}

// nodeFlags returns the flags that AWS adds (docs/aws/runtimes.md#nodejs).
func (p pack) nodeFlags() []string {
	switch {
	case p.runtime[0] >= 24:
		return nil
	case p.runtime[0] >= 22:
		return []string{"--no-experimental-require-module", "--no-experimental-detect-module"}
	default:
		return []string{"--no-experimental-require-module"}
	}
}

// environment returns the variables that AWS's runtime has and one of the
// executables does not, with the folders of this machine in the place of /var/task
// and /opt (docs/aws/runtimes.md#search-paths).
func (p pack) environment(runtime string) map[string]string {
	bin, lib := filepath.Dir(p.interpreter.Path), []string{"/lib64", "/usr/lib64", p.dir, filepath.Join(p.dir, "lib")}
	path := []string{bin, "/usr/local/bin", "/usr/bin/", "/bin"}
	for _, layer := range slices.Backward(p.layers) {
		path = append(path, filepath.Join(layer.dir, "bin"))
		lib = append(lib, filepath.Join(layer.dir, "lib"))
	}
	env := map[string]string{
		"AWS_EXECUTION_ENV": "AWS_Lambda_" + runtime,
		"PATH":              strings.Join(path, ":"),
		"LD_LIBRARY_PATH":   strings.Join(lib, ":"),
	}
	search := strings.Join(p.search(), ":")
	if p.language == node {
		env["NODE_PATH"] = search
		return env
	}
	if search != "" {
		env["PYTHONPATH"] = search
	}
	if !version.less(p.runtime, version{3, 12}) {
		env["LC_CTYPE"] = "C.UTF-8"
	}
	if !p.owned {
		env["PYTHONDONTWRITEBYTECODE"] = "1" // into the user's folder; on AWS nobody can
	}
	return env
}

// search returns the folders in which the language looks for what a function
// imports, behind the package itself.
func (p pack) search() []string {
	var all []string
	if p.dependencies != "" {
		all = append(all, filepath.Join(p.dependencies, p.language.modules()))
	}
	for _, layer := range slices.Backward(p.layers) {
		all = append(all, layer.search(p)...)
	}
	if p.language == node {
		all = append(all, p.dir)
	}
	return all
}

// modules is the folder of installed dependencies in the one that pip or npm was
// given.
func (l *language) modules() string {
	if l == node {
		return "node_modules"
	}
	return "."
}

// hasSDK reports whether a function finds AWS's SDK.
func (p pack) hasSDK() bool {
	if p.interpreter.SDK != "" {
		return true
	}
	for _, dir := range append(p.search(), p.dir) {
		if isDir(filepath.Join(dir, p.language.sdk)) {
			return true
		}
	}
	return p.language == node && resolves(p.dir, p.language.sdk)
}

// resolves reports whether Node.js finds a package from a file in dir.
func resolves(dir, name string) bool {
	for {
		if isDir(filepath.Join(dir, "node_modules", filepath.FromSlash(name))) {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}
