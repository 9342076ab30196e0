package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lullaby/autoscale"
	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
)

// The kinds of keys in storage.Scaling.
const (
	targets    = 't' // by resource and dimension
	activities = 'a' // by number
)

func targetKey(r autoscale.Resource) []byte {
	return append([]byte{storage.Scaling, targets}, r.ID+"\x00"+r.Dimension...)
}

func activityKey(number int64) []byte {
	return binary.BigEndian.AppendUint64([]byte{storage.Scaling, activities}, uint64(number)) //nolint:gosec // 1 and more
}

// restore gives a model what the disk has.
func restore(db *storage.DB, s *autoscale.Scaler) error {
	if err := scan(db, targets, s.Restore); err != nil {
		return err
	}
	return scan(db, activities, s.RestoreActivity)
}

// scan calls take with each record of a kind.
func scan[T any](db *storage.DB, kind byte, take func(T)) error {
	return db.Scan([]byte{storage.Scaling, kind}, []byte{storage.Scaling, kind + 1}, func(key, value []byte) (bool, error) {
		var record T
		if err := json.Unmarshal(value, &record); err != nil {
			return false, fmt.Errorf("record %q: %w", key, err)
		}
		take(record)
		return true, nil
	})
}

// A claim is what a change may take of a full disk.
type claim bool

const (
	adds   claim = false // nothing: it is refused
	goesOn claim = true  // of the reserve: it deletes, or carries on what was begun
)

// keep writes what has changed. If that fails, the model is again what the disk has. The
// caller holds mu.
func (e *Engine) keep(effects *autoscale.Effects, has claim) error {
	b := e.db.NewBatch()
	if has == goesOn {
		b.UseReserve()
	}
	err := e.write(b, effects)
	if err != nil {
		err = errors.Join(err, b.Close())
	} else if err = b.Commit(); err == nil {
		return nil
	}
	return errors.Join(err, e.load())
}

func (e *Engine) write(b *storage.Batch, effects *autoscale.Effects) error {
	for _, r := range effects.Changed {
		t, there := e.scaler.Target(r)
		if !there {
			b.UseReserve() // it deletes
			b.Delete(targetKey(r))
			continue
		}
		if err := set(b, targetKey(r), t); err != nil {
			return err
		}
	}
	for i := range effects.Activities {
		if err := set(b, activityKey(effects.Activities[i].Number), &effects.Activities[i]); err != nil {
			return err
		}
	}
	for _, number := range effects.Forgotten {
		b.Delete(activityKey(number))
	}
	return nil
}

func set(b *storage.Batch, key []byte, record any) error {
	value, err := json.Marshal(record)
	if err != nil {
		return err
	}
	b.Set(key, value)
	return nil
}

// apply makes what follows from a change of the model: records, then alarms, then
// orders. The error is of the records: nothing else has happened then, and the model is
// as it was. Alarms that cannot be replaced are left to Run. The caller holds mu.
func (e *Engine) apply(now instant.Instant, effects autoscale.Effects, has claim) error {
	if len(effects.Changed)+len(effects.Activities)+len(effects.Forgotten) > 0 {
		if err := e.keep(&effects, has); err != nil {
			return err
		}
	}
	if len(effects.DeleteAlarms)+len(effects.PutAlarms) > 0 {
		if err := e.alarms.Replace(now, effects.DeleteAlarms, effects.PutAlarms); err != nil {
			e.stale = true
			e.stir()
			e.complain("replace alarms", err)
		}
	}
	e.order(effects.Orders)
	return nil
}

// mend makes the alarms those that the policies have: alarms of a policy that is not
// there go, missing ones are made. Other people's alarms stay, also on a policy.
func (e *Engine) mend(now instant.Instant) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	missing := map[string]watch.MetricAlarm{}
	for _, m := range e.scaler.Alarms() {
		missing[m.AlarmName] = m
	}
	var extra []string
	for _, name := range e.alarms.ActingOn(e.opts.Scope.ARN("autoscaling", "scalingPolicy:")) {
		if _, wanted := missing[name]; !wanted && strings.HasPrefix(name, ownAlarms) {
			extra = append(extra, name)
		}
		delete(missing, name)
	}
	e.stale = false
	if len(extra)+len(missing) == 0 {
		return nil
	}
	if err := e.alarms.Replace(now, extra, slices.Collect(maps.Values(missing))); err != nil {
		e.stale = true
		return fmt.Errorf("mend the alarms of scaling policies: %w", err)
	}
	return nil
}

// ownAlarms begins the names of the alarms of policies.
const ownAlarms = "TargetTracking-"
