// Command strangers prints what becomes of other people's stacks: of each
// template below a folder that has a table and a function, whether it loads,
// whether rehearse answers for it, and whether up can run its functions. All
// parameters without a default are given the same value, the first of guesses
// that loads. The table is for docs/templates.md; the folder is a checkout
// outside the repository.
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
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

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
	stacks, err := find(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	print(stacks, flag.Arg(0), *of)
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

func print(stacks []string, dir, of string) {
	var loaded, rehearsed, ran int
	if of != "" {
		of = " of " + of
	}
	fmt.Printf("%s: %d stacks%s with a table and a function.\n\n| stack | loads | rehearse | up |\n|---|---|---|---|\n", time.Now().UTC().Format(time.DateOnly), len(stacks), of)
	for _, path := range stacks {
		o := try(path)
		name, err := filepath.Rel(dir, path)
		if err != nil {
			name = path
		}
		fmt.Printf("| %s | %s | %s | %s |\n", filepath.ToSlash(name), short(o.load), short(o.rehearse), short(o.up))
		loaded += count(strings.HasPrefix(o.load, "yes"))
		rehearsed += count(o.rehearse == "yes")
		ran += count(o.up == "yes")
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

// try loads a template and rehearses a minute of it.
func try(path string) outcome {
	opts := template.Options{StackName: "stranger"}
	o := outcome{load: "yes", rehearse: "yes", up: "yes"}
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
	if err := t.Runnable(); err != nil {
		o.up = err.Error()
	}
	var traffic rehearse.Traffic
	if err := traffic.UnmarshalText([]byte("constant:1/s")); err != nil {
		return outcome{load: err.Error()}
	}
	r, err := rehearse.New(t, rehearse.Options{
		Traffic: traffic, For: time.Minute, Seed: 1,
		ItemBytes: rehearse.ItemBytes, ServiceTime: rehearse.ServiceTime, ColdStart: rehearse.ColdStart,
	})
	if err == nil {
		_, err = r.Run(context.Background())
	}
	if err != nil {
		o.rehearse = err.Error()
	}
	return o
}
