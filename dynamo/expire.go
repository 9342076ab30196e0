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

// A table with time to live is swept for expired items every sweepInterval, or
// less often: the pause after a sweep is at least sweepRest times its duration,
// so that large tables do not keep a processor busy. Assumed: AWS deletes "within
// a few days" of expiry and mostly within minutes (Developer Guide, "Using time
// to live").
const (
	sweepInterval = time.Minute
	sweepRest     = 20
)

// maxExpired is the age of expiry beyond which an item is not deleted (Developer
// Guide, "Using time to live").
const maxExpired = 5 * 365 * 24 * time.Hour

// sweep starts a task that deletes items of t as they expire, unless one runs.
// The caller holds ddl.
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
			if err := e.expire(ctx, t, name, instant.Of(began)); err != nil && unlogged(err) {
				e.opts.Log.Error("delete expired items", slog.String("table", t.name), slog.Any("error", err))
			}
			wait.Reset(max(sweepInterval, sweepRest*time.Since(began)))
		}
	})
}

// sweepAttribute returns the attribute that holds the time of expiry of items of
// t. If time to live is off it returns "" and marks t as not swept.
func (e *Engine) sweepAttribute(t *table) (name string) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	if ttl := t.desc.Load().TTL; ttl.Enabled && t.gone.Load() == 0 {
		return ttl.Attribute
	}
	t.sweeping = false
	return ""
}

// expiry returns the condition that an item has expired at now: the attribute
// name is a number of seconds since 1970, in the past, and not older than
// maxExpired.
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

// expire deletes the items of t that have expired at now, each like a request of
// its own but without cost. The error is of storage.
func (e *Engine) expire(ctx context.Context, t *table, name string, now instant.Instant) error {
	expired := expiry(name, now)
	lower, upper := keyRange(t.id)
	return e.db.Scan(lower, upper, func(key, record []byte) (bool, error) {
		_, form, err := recordSize(record)
		if err != nil {
			return false, err
		}
		if holds, err := expired.Holds(form); err != nil || !holds {
			return ctx.Err() == nil, err
		}
		k, err := t.schema.ofForm(form)
		if err != nil {
			return false, err
		}
		at := instant.Of(time.Now())
		_, err = e.mutate(at, &mutation{t: t, key: bytes.Clone(key), verb: verbDelete, item: k, condition: expired, byService: true})
		switch {
		case err == nil:
			t.meter.Expire(at)
		case errors.Is(err, refusal.Condition), errors.Is(err, refusal.Conflict):
			err = nil // the item was written meanwhile
		}
		return ctx.Err() == nil, err
	})
}
