package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lullaby/internal/changes"
	"lullaby/lambda/host"
	"lullaby/template"
)

// How long the stack waits between two looks at the files of the template and its
// functions: longer if a look takes long, so that it takes a twentieth of a core.
const (
	lookEvery = 400 * time.Millisecond
	lookAfter = 3 * time.Second // at most
)

// A watched root is one function's, or the template itself.
type watchedRoot struct {
	changes.Root
	function *template.Function // nil: the template
}

// roots returns what the stack of a template is made from.
func roots(t *template.Template) []watchedRoot {
	all := []watchedRoot{{changes.Root{Path: t.Path}, nil}}
	for _, f := range t.Functions {
		switch {
		case f.Fault != "" || f.CodeURI == "":
			continue
		case f.Interpreted():
			all = append(all, watchedRoot{changes.Root{Path: f.CodeURI}, f})
		default:
			all = append(all, watchedRoot{changes.Root{Path: f.CodeURI, Suffixes: sources, Border: "go.mod"}, f})
			if module := moduleOf(f.CodeURI); module != "" {
				all = append(all, watchedRoot{changes.Root{Path: module, Suffixes: sources, Border: "go.mod"}, f})
			}
		}
		for _, l := range f.Layers {
			all = append(all, watchedRoot{changes.Root{Path: l.ContentURI}, f})
		}
	}
	return all
}

// firstLook looks at the files of a template before its functions are built.
func firstLook(t *template.Template) *changes.Watch {
	all := roots(t)
	bare := make([]changes.Root, len(all))
	for i, r := range all {
		bare[i] = r.Root
	}
	return changes.New(bare)
}

// sources end the names of files from which the go command builds, and that of what
// it has built elsewhere.
var sources = []string{".go", "go.mod", "go.sum", "bootstrap"}

// moduleOf returns the folder of the Go module in which dir is, "" if there is none.
func moduleOf(dir string) string {
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// Watch looks at the files of the template and its functions until ctx ends or the
// template changes; then it returns true, and Reload makes a stack of it. It builds
// functions whose code changes, and has them replace those that run. One that does not
// build runs on as it was.
func (s *Stack) Watch(ctx context.Context) (templateChanged bool) {
	roots := roots(s.template)
	wait := time.NewTimer(lookEvery)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-wait.C:
		}
		start := time.Now()
		changed := s.watch.Look()
		wait.Reset(min(max(lookEvery, 20*time.Since(start)), lookAfter))
		done := map[*template.Function]bool{}
		for i, r := range roots {
			file, is := changed[i]
			switch {
			case !is || done[r.function]:
			case r.function == nil:
				templateChanged = true
			default:
				done[r.function] = true
				s.replace(ctx, r.function, s.shown(file))
			}
		}
		if templateChanged {
			return true // the functions came first: the template may be refused
		}
	}
}

// shown returns a path as a person of the template's folder writes it.
func (s *Stack) shown(path string) string {
	if rel, err := filepath.Rel(filepath.Dir(absolute(s.template.Path)), path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// replace builds a function of which a file has changed, and has it replace the one
// that runs.
func (s *Stack) replace(ctx context.Context, f *template.Function, file string) {
	start := time.Now()
	before := s.fingerprint(f)
	built, err := s.buildOne(ctx, f)
	if ctx.Err() != nil {
		return
	}
	if err == nil && !f.Interpreted() && before != "" && before == s.fingerprint(f) {
		return // the file is not of this function
	}
	if err == nil {
		err = s.host.Replace(built)
	}
	if err != nil {
		s.say("%s changed, and %s runs on as it was: %v", file, f.LogicalID, err)
		return
	}
	i := slices.IndexFunc(s.functions, func(old host.Function) bool { return old.Name == built.Name })
	s.functions[i] = built
	s.say("reloaded %s in %.1f s: %s changed", f.LogicalID, time.Since(start).Seconds(), file)
}

// fingerprint returns what tells one build of a function of Go from another: the same
// source gives the same bytes. It is "" for a function that was not built here.
func (s *Stack) fingerprint(f *template.Function) string {
	text, err := os.ReadFile(filepath.Join(s.built, f.LogicalID, "bootstrap"))
	if err != nil {
		return ""
	}
	return string(text)
}

// Reload returns a stack of the template as it is now, with the data and at the
// addresses of this one, which ends. If the template is refused or does not start,
// the stack goes on as it was, and Reload returns it, or one like it. The error is one
// that leaves no stack.
func (s *Stack) Reload(ctx context.Context) (*Stack, error) {
	path := s.shown(absolute(s.template.Path))
	o := s.opts
	o.kept = &kept{db: s.db, built: s.built}
	err := s.prepare(ctx, o.kept)
	if err == nil {
		defer o.kept.release()
		err = s.keepSockets(o.kept)
	}
	if err != nil {
		s.say("%s changed, and the stack runs on as it was: %v", path, err)
		return s, nil
	}
	start := time.Now()
	what := difference(s.template, o.kept.template)
	s.leave = true
	if err := s.Close(); err != nil {
		return nil, err
	}
	next, err := Start(ctx, o)
	if err == nil {
		s.say("reloaded %s in %.1f s: %s", path, time.Since(start).Seconds(), what)
		return next, nil
	}
	if ctx.Err() == nil {
		s.say("%s changed, and the stack runs on as it was: %v", path, err)
		o.kept.template, o.kept.functions, o.kept.watch = s.template, s.functions, s.watch
		if next, err = Start(ctx, o); err == nil {
			return next, nil
		}
	}
	return nil, errors.Join(err, s.db.Close())
}

// keepSockets has the sockets of s listen until release, also when s has closed.
func (s *Stack) keepSockets(k *kept) error {
	all := map[string]net.Listener{awsSocket: s.aws}
	if s.web != nil {
		all[webSocket] = s.web
	}
	for i, d := range s.doors {
		all[doorSocket(i)] = d.listener
	}
	k.sockets = make(map[string]*os.File, len(all))
	for name, ln := range all {
		socket, ok := ln.(interface{ File() (*os.File, error) })
		if !ok {
			return fmt.Errorf("%T is not a socket", ln)
		}
		file, err := socket.File()
		if err != nil {
			return err
		}
		k.sockets[name] = file
	}
	return nil
}

func (k *kept) release() {
	for _, file := range k.sockets {
		_ = file.Close()
	}
}

// prepare loads the template as it is now and builds its functions.
func (s *Stack) prepare(ctx context.Context, k *kept) (err error) {
	if k.template, err = s.load(s.template.Path); err != nil {
		return err
	}
	k.watch = firstLook(k.template)
	k.functions, err = s.build(ctx, k.template)
	return err
}

// difference says in one line what differs between two templates.
func difference(before, now *template.Template) string {
	was, is := shapes(before), shapes(now)
	var parts []string
	list := func(verb string, ids []string) {
		if len(ids) > 0 {
			slices.Sort(ids)
			parts = append(parts, verb+" "+strings.Join(ids, ", "))
		}
	}
	var added, changed, removed []string
	for id, shape := range is {
		switch old, there := was[id]; {
		case !there:
			added = append(added, id)
		case old != shape:
			changed = append(changed, id)
		}
	}
	for id := range was {
		if _, there := is[id]; !there {
			removed = append(removed, id)
		}
	}
	list("added", added)
	list("changed", changed)
	list("removed", removed)
	if parts == nil {
		return "nothing that runs has changed"
	}
	return strings.Join(parts, "; ")
}

// shapes returns what a template makes, by logical id, as text without places.
func shapes(t *template.Template) map[string]string {
	all := map[string]string{}
	text := func(shape any) []byte {
		text, err := json.Marshal(shape) // a place has no exported field
		if err != nil {
			return []byte(err.Error())
		}
		return text
	}
	add := func(id string, shape any) { all[id] += string(text(shape)) + "\n" }
	for _, f := range t.Functions {
		add(f.LogicalID, *f)
	}
	for _, q := range t.Tables {
		add(q.LogicalID, *q)
	}
	for _, q := range t.Queues {
		add(q.LogicalID, *q)
	}
	for _, m := range t.EventSourceMappings {
		add(m.LogicalID, *m)
	}
	for _, a := range t.APIs {
		add(a.LogicalID, *a)
	}
	for _, a := range t.HTTPAPIs {
		add(a.LogicalID, *a)
	}
	for _, u := range t.URLs {
		add(u.LogicalID, *u)
	}
	for _, k := range t.APIKeys {
		add(k.LogicalID, *k)
	}
	for _, p := range t.Plans {
		add(p.LogicalID, *p)
	}
	return all
}
