package template

import "strings"

// What BuildProperties of esbuild may be, and what of it has an effect here.
const (
	bundleProperties = "EntryPoints External MainFields OutExtension Loader Target Format Minify Sourcemap"
	bundleIgnored    = "SourcesContent UseNpmCi"
)

// readBundle reads how a function is built by esbuild, if it is
// (docs/aws/runtimes.md#esbuild).
func (l *loader) readBundle(r *resource, f *Function) error {
	if f.BuildMethod != "esbuild" || !f.Interpreted() {
		return nil
	}
	in := l.reader(r.id+": Metadata.", r.line, r.metadata).under("BuildProperties")
	f.Bundle = &Bundle{
		EntryPoints: in.texts("EntryPoints"), External: in.texts("External"),
		OutExtension: in.texts("OutExtension"), Loader: in.texts("Loader"),
		Target: in.text("Target", ""), Format: in.text("Format", ""),
		Minify: in.text("Minify", "") == "true", Sourcemap: in.text("Sourcemap", "") == "true",
	}
	if fields := in.text("MainFields", ""); fields != "" {
		f.Bundle.MainFields = strings.Split(fields, ",") // an argument of esbuild's, as SAM hands it on
	}
	for _, p := range in.n.entries() {
		if !contains(bundleProperties, p.key) && !contains(bundleIgnored, p.key) {
			l.omit(p.line, r.id, p.key+" of esbuild")
		}
	}
	return *in.err
}
