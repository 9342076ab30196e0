package interpreter

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lullaby/internal/unzip"
	"lullaby/lambda"
)

// A Layer is one of a function's, with its content on this machine.
type Layer struct {
	ID          string // logical id
	Path        string // of a folder or a zip file
	BuildMethod string // of SAM: a runtime, if the content is source that SAM would build; else empty
}

// An opened layer is a folder in the place of /opt.
type opened struct {
	dir   string
	built []string // folders that SAM's build would have put under python or nodejs
}

// open unpacks a layer, or takes its folder as it is.
func (b *Builder) open(ctx context.Context, i *Interpreter, layer Layer, name string) (opened, error) {
	info, err := os.Stat(layer.Path)
	switch {
	case err != nil:
		return opened{}, err
	case info.Mode().IsRegular():
		out := filepath.Join(b.options.Scratch, name)
		err := fill(out, func(dir string) error { return unzip.Unpack(layer.Path, dir, lambda.MaxUnpacked) })
		return opened{dir: out}, err
	case !info.IsDir():
		return opened{}, fmt.Errorf("%s is neither a folder nor a zip file", layer.Path)
	}
	o := opened{dir: layer.Path}
	l, _ := languageOf(layer.BuildMethod)
	if l == nil || l != i.language {
		return o, nil
	}
	installed, err := b.install(ctx, i, layer.Path, layer.ID)
	if installed != "" {
		o.built = append(o.built, filepath.Join(installed, l.modules()))
	}
	if l == python {
		o.built = append(o.built, layer.Path)
	}
	return o, err
}

// search returns the folders of the layer in which the language looks for modules.
func (o opened) search(p pack) []string {
	if p.language == node {
		return append(o.built,
			filepath.Join(o.dir, "nodejs", fmt.Sprintf("node%d", p.runtime[0]), "node_modules"),
			filepath.Join(o.dir, "nodejs", "node_modules"))
	}
	versions := []string{p.runtime.String()}
	if own := versionIn(p.interpreter.Version).String(); own != versions[0] {
		versions = append(versions, own)
	}
	all := o.built
	for _, v := range versions {
		all = append(all, filepath.Join(o.dir, "python", "lib", "python"+v, "site-packages"))
	}
	return append(all, filepath.Join(o.dir, "python"))
}

// vendored reports whether a folder of Python has packages in it that pip has put
// there.
func vendored(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".dist-info") {
			return true
		}
	}
	return false
}
