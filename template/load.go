package template

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"lullaby/internal/arn"
	esm "lullaby/lambda/mapping"
)

// Options are optional settings of a stack. In the zero value, every parameter
// has its default.
type Options struct {
	// Parameters are by name; others have their defaults. Dynamic references are by what
	// is after "resolve:", and values of Ref of resources that are not run by logical id.
	Parameters map[string]string

	Exports   map[string]string // of other stacks, by name, for Fn::ImportValue
	Scope     arn.Scope         // of the stack
	StackName string            // empty: made from the name of the template's directory
	Endpoint  string            // URL of the AWS endpoint that functions use; empty: AWS's own of each service
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

// Load reads the template at path. Messages name the file as path does. Load
// returns a *LoadError if the template is refused, and another error if path
// cannot be read or opts are invalid.
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
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	l := newLoader(path, dir, opts)
	if l.document, l.notes, err = parse(path, text); err != nil {
		l.add(err)
		return nil, l.refusal()
	}
	l.load(opts.Parameters)
	if err := l.refusal(); err != nil {
		return nil, err
	}
	sortOmissions(l.t.Omissions)
	l.t.Warnings, l.t.Unrunnable = fold(l.notes), l.running.sorted()
	return l.t, nil
}

// Runnable returns a *LoadError with the functions that cannot run on this
// machine, nil if all can. A template with such functions can be rehearsed, and the
// rest of it runs.
func (t *Template) Runnable() error {
	if len(t.Unrunnable) == 0 {
		return nil
	}
	return &LoadError{Errors: t.Unrunnable, Warnings: t.Warnings}
}

// readTemplate reads a file. If it is too long, it reads only the beginning.
func readTemplate(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	return io.ReadAll(io.LimitReader(f, maxBytes+1))
}

// A loader builds a Template from a parsed document.
type loader struct {
	*evaluator
	problems
	running  problems // what up cannot run
	t        *Template
	dir      string // absolute path of the file's directory
	document *node
	order    []*resource // of the file, each followed by what SAM generates

	apis   map[string]*API      // by physical id
	paths  map[string]*resource // AWS::ApiGateway::Resource, by physical id
	layers map[string]*Layer    // by ARN

	authorizers  map[string]*Authorizer               // by physical id
	guards       map[string]samGuard                  // of SAM's APIs, by physical id
	httpAPIs     map[string]*HTTPAPI                  // by physical id; nil: a WebSocket API
	integrations map[string]*resource                 // AWS::ApiGatewayV2::Integration, by physical id
	routes       map[*HTTPAPI]map[string]routeSetting // what a stage sets, by route key; "": for all
	deployed     map[string]bool                      // stages of HTTP APIs, API/STAGE, that serve
	keys         map[*HTTPAPI]map[string]bool         // of routes on AWS
	quick        map[*HTTPAPI]*Route                  // routes of quick create
	overrides    []*resource                          // of quick create

	settings   map[*API][]methodSetting
	keyed      map[*API]samKeys
	models     map[string]map[string]model // by physical id of the API and name
	validators map[string]validator        // by physical id
	checks     []*check
	waiting    []func() error // methods that wait for the variables of their stage

	policies []*ScalingPolicy
	declared esm.Mappings // mappings declared so far, to refuse what Lambda would
}

func newLoader(path, dir string, opts Options) *loader {
	s := stack{name: opts.StackName, scope: opts.Scope, endpoint: opts.Endpoint}
	return &loader{
		evaluator: &evaluator{
			file: path, stack: s, pseudo: pseudoParameters(s),
			resources: make(map[string]*resource), calls: make(map[*node]*node),
			given: opts.Parameters, exports: opts.Exports, resolving: make(map[string]bool), unresolved: make(map[string]int),
		},
		t:      &Template{Path: path, StackName: opts.StackName, Scope: opts.Scope},
		dir:    dir,
		apis:   make(map[string]*API),
		paths:  make(map[string]*resource),
		layers: make(map[string]*Layer),

		authorizers:  make(map[string]*Authorizer),
		guards:       make(map[string]samGuard),
		httpAPIs:     make(map[string]*HTTPAPI),
		integrations: make(map[string]*resource),
		routes:       make(map[*HTTPAPI]map[string]routeSetting),
		deployed:     make(map[string]bool),
		keys:         make(map[*HTTPAPI]map[string]bool),
		quick:        make(map[*HTTPAPI]*Route),

		settings:   make(map[*API][]methodSetting),
		keyed:      make(map[*API]samKeys),
		models:     make(map[string]map[string]model),
		validators: make(map[string]validator),
	}
}

// load reads the sections in the order in which they depend on each other.
// After an error it continues with everything that does not depend on what is
// wrong.
func (l *loader) load(given map[string]string) {
	l.document = l.includes(l.document, 0)
	sections, ok := l.sections()
	if !ok {
		return
	}
	l.mappings = sections["Mappings"]
	l.readParameters(sections["Parameters"], given)
	l.checkRules(sections["Rules"])
	l.readConditions(l.unfold(sections["Conditions"]))
	collected := l.collect(l.unfold(sections["Resources"]), sections["Globals"])
	l.checkGiven()
	if !collected || !l.checkGraph(l.order) {
		return
	}
	l.readResources()
	l.readOutputs(l.unfold(sections["Outputs"]))
	l.warnOfUnresolved()
}
