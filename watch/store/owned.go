package store

import (
	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
)

// Replace deletes alarms, of which some may not exist, and then makes metric alarms, or
// replaces their settings: all or, if the disk refuses, on the disk none. It is for a
// service whose alarms these are, which has checked them. The error is of metric math
// that does not compile, or of storage.
func (s *Store) Replace(now instant.Instant, deleted []string, made []watch.MetricAlarm) error {
	s.alarms.Lock()
	names := make([]string, 0, len(deleted)+len(made))
	return s.settleWith(nil, nil, func(b *storage.Batch) error {
		for _, name := range deleted {
			if _, there := s.alarms.Describe(name); !there {
				continue
			}
			if err := s.rememberUpdate(b, now, name, "deleted"); err != nil {
				return err
			}
			delete(s.alarms.tags, s.alarms.ARN(name))
			s.alarms.Delete(name)
			names = append(names, name)
		}
		for _, m := range made {
			what := "updated"
			if _, there := s.alarms.Describe(m.AlarmName); !there {
				what = "created"
			}
			if err := s.alarms.Put(now, m); err != nil {
				return err
			}
			if err := s.rememberUpdate(b, now, m.AlarmName, what); err != nil {
				return err
			}
			names = append(names, m.AlarmName)
		}
		return s.keep(b, nil, names)
	})
}

// ActingOn returns the names of the metric alarms that have an action whose ARN begins
// with a text, in their order.
func (s *Store) ActingOn(prefix string) []string {
	s.alarms.Lock()
	defer s.alarms.Unlock()
	var names []string
	for d := range s.alarms.All() {
		if d.Metric != nil && acts(&d, prefix) {
			names = append(names, d.Name)
		}
	}
	return names
}
