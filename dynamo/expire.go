package dynamo

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// How often a table is gone over for items that have expired. Assumed: AWS
// deletes them "within a few days" of it and is mostly seen to take minutes
// (Developer Guide, "Using time to live"). So that large tables do not keep a
// processor busy, what a sweep took is waited for sweepRest times.
const (
	sweepInterval = time.Minute
	sweepRest     = 20
)

// maxExpired is how long ago an item may have expired to be deleted still
// (Developer Guide, "Using time to live").
const maxExpired = 5 * 365 * 24 * time.Hour

// sweep begins to delete items of t as they expire, unless someone does. The
// caller holds ddl.
func (e *Engine) sweep(t *table) {
	if t.sweeping {
		return
	}
	t.sweeping = true
	e.tasks.add(func(ctx context.Context) {
		wait := time.NewTimer(sweepInterval)
		defer wait.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-wait.C:
			}
			began := time.Now()
			name := e.sweepAttribute(t)
			if name == "" {
				return
			}
			if err := e.expire(ctx, t, name, instant.Of(began)); err != nil {
				e.opts.Log.Error("delete expired items", slog.String("table", t.name), slog.Any("error", err))
			}
			wait.Reset(max(sweepInterval, sweepRest*time.Since(began)))
		}
	})
}

// sweeps returns the attribute that items of t expire by; if there is none, t
// is sweeping no longer.
func (e *Engine) sweepAttribute(t *table) (name string) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	if ttl := t.desc.Load().TTL; ttl.Enabled && t.gone.Load() == 0 {
		return ttl.Attribute
	}
	t.sweeping = false
	return ""
}

// expiry is the condition that an item has expired at now by the attribute of
// that name: it is a number of seconds since 1970, past, and not for too long.
func expiry(name string, now instant.Instant) *request.Predicate {
	seconds := func(at instant.Instant) []attribute.Value {
		n, err := attribute.ParseNumber(strconv.FormatInt(int64(at)/int64(time.Second), 10))
		if err != nil {
			panic("seconds are no number: " + err.Error())
		}
		return []attribute.Value{attribute.Num(n)}
	}
	return request.All(
		request.Comparison{Attribute: name, Operator: "LT", Values: seconds(now)},
		request.Comparison{Attribute: name, Operator: "GE", Values: seconds(now.Add(-maxExpired))},
	)
}

// expire deletes the items of t that have expired at now, each as by a request
// of its own, but at no cost.
func (e *Engine) expire(ctx context.Context, t *table, name string, now instant.Instant) error {
	expired := expiry(name, now)
	lower, upper := keyRange(t.id)
	return e.db.Scan(lower, upper, func(key, record []byte) (bool, error) {
		_, form, err := recordSize(record)
		if err != nil {
			return false, err
		}
		it, err := attribute.DecodeItem(form)
		if err != nil {
			return false, err
		}
		if !expired.Holds(it) {
			return ctx.Err() == nil, nil
		}
		at := instant.Of(time.Now())
		_, err = e.mutate(at, &mutation{t: t, key: bytes.Clone(key), verb: verbDelete, condition: expired, byService: true})
		switch {
		case err == nil:
			t.meter.Expire(at)
		case errors.Is(err, refusal.Condition), errors.Is(err, refusal.Conflict):
			err = nil // it was written meanwhile
		}
		return ctx.Err() == nil, err
	})
}
