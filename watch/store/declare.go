package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
	"lullaby/watch/request"
)

// A Declaration is the alarms and dashboards of a template.
type Declaration struct {
	Alarms     []*request.PutMetricAlarmInput
	Composites []*request.PutCompositeAlarmInput // each behind those that it names
	Dashboards []*request.PutDashboardInput
}

// A DeclareError is a declared alarm or dashboard that is refused.
type DeclareError struct {
	Name string
	Err  error // a refusal
}

func (e *DeclareError) Error() string { return e.Name + ": " + e.Err.Error() }

// Unwrap returns the refusal.
func (e *DeclareError) Unwrap() error { return e.Err }

// Declare makes alarms and dashboards as a stack update would: those that lack are made,
// those of which the declaration has changed are changed and keep their state, and those
// that an earlier Declare made and that are declared no more are deleted. What others
// made or changed since stays. The error is a *DeclareError, after which s must
// not be used, or of storage.
func (s *Store) Declare(now instant.Instant, d Declaration) error {
	if err := s.declareAlarms(now, &d); err != nil {
		return err
	}
	return s.declareDashboards(now, d.Dashboards)
}

// A declared is an alarm of a declaration.
type declared struct {
	name string
	text string // the declaration as JSON
	tags []request.Tag
	put  func() ([]watch.Event, error)
}

// declared returns the alarms of d. The error is a *DeclareError.
func (s *Store) declared(now instant.Instant, d *Declaration) ([]declared, error) {
	all := make([]declared, 0, len(d.Alarms)+len(d.Composites))
	add := func(in interface{ Check() error }, a declared) error {
		if err := in.Check(); err != nil {
			return &DeclareError{a.name, err}
		}
		text, err := json.Marshal(in)
		a.text = string(text)
		all = append(all, a)
		return err
	}
	var errs []error
	for _, in := range d.Alarms {
		errs = append(errs, add(in, declared{name: in.AlarmName, tags: in.Tags, put: func() ([]watch.Event, error) {
			return nil, s.alarms.Put(now, in.Alarm())
		}}))
	}
	for _, in := range d.Composites {
		errs = append(errs, add(in, declared{name: in.AlarmName, tags: in.Tags, put: func() ([]watch.Event, error) {
			return s.alarms.PutComposite(now, in.Alarm())
		}}))
	}
	return all, errors.Join(errs...)
}

func (s *Store) declareAlarms(now instant.Instant, d *Declaration) error {
	all, err := s.declared(now, d)
	if err != nil {
		return err
	}
	s.alarms.Lock()
	changes := map[string]string{} // by name, in the words of rememberUpdate
	var events []watch.Event
	for _, a := range all {
		_, there := s.alarms.Describe(a.name)
		if there && s.alarms.declared[a.name] == a.text {
			continue
		}
		happened, err := a.put()
		if err != nil {
			s.alarms.Unlock()
			return &DeclareError{a.name, err}
		}
		events = append(events, happened...)
		if changes[a.name] = "updated"; !there {
			changes[a.name] = "created"
		}
		delete(s.alarms.tags, s.alarms.ARN(a.name))
		s.tag(s.alarms.ARN(a.name), a.tags)
		s.alarms.declared[a.name] = a.text
	}
	for name := range s.alarms.declared {
		if !slices.ContainsFunc(all, func(a declared) bool { return a.name == name }) {
			changes[name] = "deleted"
		}
	}
	return s.settleWith(events, slices.Sorted(maps.Keys(changes)), func(b *storage.Batch) error {
		for _, name := range slices.Sorted(maps.Keys(changes)) {
			if err := s.rememberUpdate(b, now, name, changes[name]); err != nil {
				return err
			}
			if changes[name] == "deleted" {
				s.drop(name)
			}
		}
		return nil
	})
}

// drop removes alarms of which s.alarms is held, with what is known of them.
func (s *Store) drop(names ...string) {
	for _, name := range names {
		delete(s.alarms.tags, s.alarms.ARN(name))
		delete(s.alarms.declared, name)
	}
	s.alarms.Delete(names...)
}

func (s *Store) declareDashboards(now instant.Instant, all []*request.PutDashboardInput) error {
	b := s.db.NewBatch()
	prefix := alarmKey(dashboards, "")
	before := map[string]dashboard{}
	err := s.db.Scan(prefix, end(prefix), func(key, value []byte) (bool, error) {
		var d dashboard
		err := json.Unmarshal(value, &d)
		before[string(key[len(prefix):])] = d
		return true, err
	})
	for _, in := range all {
		if refused := in.Check(); err == nil && refused != nil {
			err = &DeclareError{in.DashboardName, refused}
		}
		old, there := before[in.DashboardName]
		delete(before, in.DashboardName)
		if there && old.Declared == in.DashboardBody {
			continue
		}
		text, failed := json.Marshal(dashboard{in.DashboardBody, now, in.DashboardBody})
		err = errors.Join(err, failed)
		b.Set(alarmKey(dashboards, in.DashboardName), text)
	}
	for name, d := range before {
		if d.Declared != "" {
			b.Delete(alarmKey(dashboards, name))
		}
	}
	if err != nil {
		return errors.Join(fmt.Errorf("declare dashboards: %w", err), b.Close())
	}
	return b.Commit()
}
