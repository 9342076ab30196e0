package interpreter

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// A Bundle is how SAM has esbuild make a function's package of TypeScript or
// JavaScript: BuildProperties of a function whose BuildMethod is esbuild
// (docs/aws/runtimes.md#esbuild).
type Bundle struct {
	EntryPoints  []string // relative to the code
	External     []string
	MainFields   []string
	OutExtension []string // .js=.mjs
	Loader       []string // .txt=text
	Target       string   // es2020 if empty
	Format       string   // cjs if empty, or esm
	Minify       bool
	Sourcemap    bool
}

// unbuilt reports whether dir has the entry points, and not only what was made of
// them.
func (b *Bundle) unbuilt(dir string) bool {
	if b == nil {
		return false
	}
	for _, entry := range b.EntryPoints {
		if !isFile(filepath.Join(dir, filepath.FromSlash(entry))) {
			return false
		}
	}
	return len(b.EntryPoints) > 0
}

var targets = map[string]api.Target{
	"": api.ES2020, "esnext": api.ESNext, "es2015": api.ES2015, "es2016": api.ES2016, "es2017": api.ES2017, "es2018": api.ES2018,
	"es2019": api.ES2019, "es2020": api.ES2020, "es2021": api.ES2021, "es2022": api.ES2022, "es2023": api.ES2023, "es2024": api.ES2024,
}

var loaders = map[string]api.Loader{
	"js": api.LoaderJS, "jsx": api.LoaderJSX, "ts": api.LoaderTS, "tsx": api.LoaderTSX, "json": api.LoaderJSON, "text": api.LoaderText,
	"base64": api.LoaderBase64, "dataurl": api.LoaderDataURL, "file": api.LoaderFile, "copy": api.LoaderCopy, "binary": api.LoaderBinary,
	"empty": api.LoaderEmpty,
}

// options returns what esbuild is asked for, with code in src and packages in
// modules too.
func (b *Bundle) options(src, out, modules string) (api.BuildOptions, error) {
	o := api.BuildOptions{
		EntryPoints: b.EntryPoints, External: b.External, MainFields: b.MainFields,
		AbsWorkingDir: src, Outdir: out, Write: true, Bundle: true, LogLevel: api.LogLevelSilent,
		Platform: api.PlatformNode, Format: api.FormatCommonJS,
		MinifyWhitespace: b.Minify, MinifyIdentifiers: b.Minify, MinifySyntax: b.Minify,
		Loader: map[string]api.Loader{}, OutExtension: map[string]string{},
	}
	if b.Format == "esm" {
		o.Format = api.FormatESModule
	}
	if b.Sourcemap {
		o.Sourcemap = api.SourceMapLinked
	}
	if modules != "" {
		o.NodePaths = []string{modules}
	}
	if version, ok := strings.CutPrefix(b.Target, "node"); ok {
		o.Engines = []api.Engine{{Name: api.EngineNode, Version: version}}
	} else if o.Target, ok = targets[strings.ToLower(b.Target)]; !ok {
		return o, fmt.Errorf("esbuild: unknown target %q", b.Target)
	}
	for _, pair := range b.Loader {
		extension, name, _ := strings.Cut(pair, "=")
		loader, ok := loaders[name]
		if !ok {
			return o, fmt.Errorf("esbuild: unknown loader %q", pair)
		}
		o.Loader[extension] = loader
	}
	for _, pair := range b.OutExtension {
		extension, other, _ := strings.Cut(pair, "=")
		o.OutExtension[extension] = other
	}
	return o, nil
}

// bundle makes the package in out.
func (b *Bundle) bundle(src, out, modules string) error {
	return fill(out, func(dir string) error {
		o, err := b.options(src, dir, modules)
		if err != nil {
			return err
		}
		result := api.Build(o)
		var all []error
		for _, m := range result.Errors {
			place := ""
			if m.Location != nil {
				place = fmt.Sprintf("%s:%d: ", filepath.Join(src, m.Location.File), m.Location.Line)
			}
			all = append(all, errors.New(place+m.Text))
		}
		return errors.Join(all...)
	})
}
