package template

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"

	"lullaby/internal/arn"
)

// Options are what a template does not say itself. The zero value gives every
// parameter its default.
type Options struct {
	Parameters map[string]string // by name; the others have their defaults
	Scope      arn.Scope         // where the stack is
	StackName  string            // empty: made of the name of the template's directory
}

func (o Options) withDefaults(path string) (Options, error) {
	o.Scope = o.Scope.WithDefaults()
	var err error
	if o.StackName == "" {
		o.StackName, err = stackNameFor(path)
	}
	return o, err
}

var (
	accountIDs = regexp.MustCompile(`^[0-9]{12}$`)
	regions    = regexp.MustCompile(`^[a-z]+(-[a-z]+)+-[0-9]+$`)
)

func (o Options) validate() error {
	switch {
	case !accountIDs.MatchString(o.Scope.Account):
		return fmt.Errorf("account id %q is not 12 digits", o.Scope.Account)
	case !regions.MatchString(o.Scope.Region):
		return fmt.Errorf("region %q is not a name such as us-east-1", o.Scope.Region)
	case !stackNames.MatchString(o.StackName):
		return fmt.Errorf("stack name %q: it takes letters, digits and hyphens, a letter first, at most 128", o.StackName)
	}
	return nil
}

// Load reads the template at path, which names the file in every message. The
// error is an *Error if the template is at fault, and then there is no
// Template; otherwise path could not be read or opts are not valid.
func Load(path string, opts Options) (*Template, error) {
	opts, err := opts.withDefaults(path)
	if err != nil {
		return nil, err
	}
	if err := opts.validate(); err != nil {
		return nil, err
	}
	text, err := readTemplate(path)
	if err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	document, err := parse(path, text)
	if err != nil {
		return nil, err
	}
	l := newLoader(path, document, opts)
	if err := l.load(opts.Parameters); err != nil {
		return nil, err
	}
	slices.SortStableFunc(l.t.Warnings, func(a, b Warning) int { return a.Pos.Line - b.Pos.Line })
	return l.t, nil
}

// readTemplate reads a file, but no more of it than shows that it is too long.
func readTemplate(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	return io.ReadAll(io.LimitReader(f, maxBytes+1))
}

// A loader fills a Template from a parsed document.
type loader struct {
	*evaluator
	t        *Template
	document *node
	order    []*resource // of the file, each followed by what SAM generates for it
	warned   map[*node]bool

	apis  map[string]*API      // by physical id
	paths map[string]*resource // AWS::ApiGateway::Resource, by physical id
}

func newLoader(path string, document *node, opts Options) *loader {
	s := stack{name: opts.StackName, scope: opts.Scope}
	return &loader{
		evaluator: &evaluator{file: path, stack: s, pseudo: pseudoParameters(s), resources: make(map[string]*resource)},
		t:         &Template{Path: path, StackName: opts.StackName},
		document:  document,
		warned:    make(map[*node]bool),
		apis:      make(map[string]*API),
		paths:     make(map[string]*resource),
	}
}

func (l *loader) warnf(line int, format string, args ...any) {
	l.t.Warnings = append(l.t.Warnings, Warning{Pos: l.pos(line), Msg: fmt.Sprintf(format, args...)})
}

// load reads the sections in the order in which they need each other.
func (l *loader) load(given map[string]string) error {
	sections, err := l.sections()
	if err != nil {
		return err
	}
	l.mappings = sections["Mappings"]
	if err := l.readParameters(sections["Parameters"], given); err != nil {
		return err
	}
	if err := l.readConditions(sections["Conditions"]); err != nil {
		return err
	}
	if err := l.collect(sections["Resources"], sections["Globals"]); err != nil {
		return err
	}
	if err := l.checkGraph(l.order); err != nil {
		return err
	}
	if err := l.readResources(); err != nil {
		return err
	}
	return l.readOutputs(sections["Outputs"])
}
