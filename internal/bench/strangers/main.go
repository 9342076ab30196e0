// Command strangers prints what becomes of other people's stacks: of each
// template below a folder that has a table and a function, whether it loads,
// whether rehearse answers for it, and whether up starts it and what it runs of it
// then. All parameters without a default are given the same value, the first of guesses
// that loads. The table is for docs/templates.md; the folder is a checkout
// outside the repository. A start builds the functions, and has pip and npm install
// what they ask for.
//
//	go run ./internal/bench/strangers [-of aws-samples/serverless-patterns] DIR
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"lullaby/internal/bench"
	"lullaby/internal/uprun"
	"lullaby/rehearse"
	"lullaby/template"
)

func main() {
	of := flag.String("of", "", "what the folder is a checkout of")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(context.Background(), flag.Arg(0), *of); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, of string) error {
	stacks, err := find(dir)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "strangers")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	binary, err := bench.Build(ctx, ".", scratch)
	if err != nil {
		return err
	}
	report(ctx, stacks, dir, of, starter{binary, scratch})
	return nil
}

var (
	tables    = regexp.MustCompile(`\bType"?: *["']?AWS::(DynamoDB::(Global)?Table|Serverless::SimpleTable)\b`)
	functions = regexp.MustCompile(`\bType"?: *["']?AWS::(Lambda|Serverless)::Function\b`)
)

// find returns the templates below dir that have a table and a function.
func find(dir string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json", ".template"}, filepath.Ext(path)) {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && tables.Match(text) && functions.Match(text) {
			all = append(all, path)
		}
		return err
	})
	return all, err
}

// An outcome is what became of a stack.
type outcome struct{ load, rehearse, up string }

func report(ctx context.Context, stacks []string, dir, of string, up starter) {
	var loaded, rehearsed, ran int
	if of != "" {
		of = " of " + of
	}
	fmt.Printf("%s: %d stacks%s with a table and a function.\n\n| stack | loads | rehearse | up |\n|---|---|---|---|\n", time.Now().UTC().Format(time.DateOnly), len(stacks), of)
	for _, path := range stacks {
		o := try(ctx, path, up)
		name, err := filepath.Rel(dir, path)
		if err != nil {
			name = path
		}
		fmt.Printf("| %s | %s | %s | %s |\n", filepath.ToSlash(name), short(o.load), short(o.rehearse), short(o.up))
		loaded += count(strings.HasPrefix(o.load, "yes"))
		rehearsed += count(o.rehearse == "yes")
		ran += count(strings.HasPrefix(o.up, "yes"))
	}
	fmt.Printf("| **%d** | **%d** | **%d** | **%d** |\n", len(stacks), loaded, rehearsed, ran)
}

// place matches the place at the beginning of a message.
var place = regexp.MustCompile(`^[^ ]+\.(ya?ml|json)(:[0-9]+)?: `)

// short returns the first line of a message, without its place, for a cell.
func short(s string) string {
	const most = 90
	s, _, _ = strings.Cut(place.ReplaceAllString(s, ""), "\n")
	s, _, _ = strings.Cut(s, ": Lullaby runs")
	s, _, _ = strings.Cut(s, " failed to satisfy")
	if len(s) > most {
		s = strings.TrimSpace(s[:most]) + "..."
	}
	return strings.ReplaceAll(s, "|", `\|`)
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// guesses are values for parameters without a default.
var guesses = []string{"1", "stranger", "stranger@example.com"}

// try loads a template, starts it and rehearses a minute of it.
func try(ctx context.Context, path string, up starter) outcome {
	opts := template.Options{StackName: "stranger"}
	o := outcome{load: "yes", rehearse: "yes"}
	t, err := template.Load(path, opts)
	if refused, ok := errors.AsType[*template.LoadError](err); ok && refused.Missing != nil {
		o.load = "yes, given " + strings.Join(refused.Missing, ", ")
		opts.Parameters = make(map[string]string)
		for i := 0; err != nil && i < len(guesses); i++ {
			for _, name := range refused.Missing {
				opts.Parameters[name] = guesses[i]
			}
			t, err = template.Load(path, opts)
		}
	}
	if err != nil {
		return outcome{load: err.Error()}
	}
	o.up = up.start(ctx, path, opts.Parameters)
	var traffic rehearse.Traffic
	if err := traffic.UnmarshalText([]byte("constant:1/s")); err != nil {
		return outcome{load: err.Error()}
	}
	r, err := rehearse.New(t, rehearse.Options{
		Traffic: traffic, For: time.Minute, Seed: 1,
		ItemBytes: rehearse.ItemBytes, ServiceTime: rehearse.ServiceTime, ColdStart: rehearse.ColdStart,
	})
	if err == nil {
		_, err = r.Run(ctx)
	}
	if err != nil {
		o.rehearse = err.Error()
	}
	return o
}

// A starter starts stacks by a binary of lullaby. Their data are below scratch.
type starter struct{ binary, scratch string }

// patience is how long a stack may take to start, with what it has installed.
const patience = 4 * time.Minute

// start returns what becomes of a stack: "yes", the same with the functions that up does not
// run, or why it does not start.
func (s starter) start(ctx context.Context, path string, parameters map[string]string) string {
	data, err := os.MkdirTemp(s.scratch, "data")
	if err != nil {
		return err.Error()
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// The stack's name is the folder's, of which functions may make theirs.
	folder := filepath.Join(data, "stranger")
	if err := os.Symlink(filepath.Dir(path), folder); err != nil {
		return err.Error()
	}
	args := []string{"up", filepath.Join(folder, filepath.Base(path)), "--data", filepath.Join(data, "data"), "--http-addr", "127.0.0.1:0", "--aws-addr", "127.0.0.1:0", "--web-addr", "off"}
	for name, value := range parameters {
		args = append(args, "--parameter", name+"="+value)
	}
	c := exec.CommandContext(ctx, s.binary, args...)
	c.Dir = data
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	within := strings.NewReplacer(folder+"/", "", folder, "its folder")
	p, err := uprun.Start(c)
	if err != nil {
		return within.Replace(reason(err.Error()))
	}
	if err := p.Stop(); err != nil {
		return "no end: " + err.Error()
	}
	for line := range strings.Lines(p.Stdout() + p.Stderr()) {
		if said, ok := strings.CutPrefix(line, "not run here: "); ok {
			return "yes, without " + place.ReplaceAllString(within.Replace(said), "")
		}
	}
	return "yes"
}

// reason returns the line of a failed start that says why: the first that is no progress
// and no warning.
func reason(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if said, ok := strings.CutPrefix(line, "lullaby: "); ok && !strings.HasSuffix(said, "...") {
			return said
		}
	}
	return text
}
