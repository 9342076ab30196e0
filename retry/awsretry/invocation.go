package awsretry

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// An Invocation is one run of the function's handler: its deadline, and the
// account of what it has asked of DynamoDB. Make one with Retrier.Begin. It is
// safe for concurrent use.
type Invocation struct {
	deadline time.Time // what the answer needs taken off; zero: none
	cancel   context.CancelFunc

	mu struct {
		sync.Mutex
		account Account
	}
}

type invocationKey struct{}

// Begin begins an invocation for a request that came in at since: the gateway's
// requestTimeEpoch or, in events of format 2.0, timeEpoch, in milliseconds.
// Somebody has been waiting since then, also while the environment was started.
// An instant that is zero, not after the beginning of Unix time, or still to come
// counts as now.
//
// The context that it returns ends at the deadline of ctx or when Limit is over,
// whichever is first, less Reserve in both cases; so does a request under way
// then. Pass it to the client's calls, and end the invocation with End.
func (r *Retrier) Begin(ctx context.Context, since time.Time) (context.Context, *Invocation) {
	inv := &Invocation{cancel: func() {}}
	if end, limited := ctx.Deadline(); limited {
		inv.deadline = r.reserved(end, invocationOf(ctx))
	}
	if r.o.Limit > 0 {
		if now := time.Now(); since.UnixMilli() <= 0 || since.After(now) {
			since = now
		}
		if end := since.Add(r.o.Limit - r.o.Reserve); inv.deadline.IsZero() || end.Before(inv.deadline) {
			inv.deadline = end
		}
	}
	ctx = context.WithValue(ctx, invocationKey{}, inv)
	if !inv.deadline.IsZero() {
		ctx, inv.cancel = context.WithDeadline(ctx, inv.deadline)
	}
	return ctx, inv
}

// End releases what the context holds. What is read from the invocation stays.
func (i *Invocation) End() { i.cancel() }

// Deadline returns the instant before which the answer has to be begun, zero if
// there is none.
func (i *Invocation) Deadline() time.Time { return i.deadline }

// Account returns what the invocation has come to so far, also after calls that
// failed.
func (i *Invocation) Account() Account {
	i.mu.Lock()
	defer i.mu.Unlock()
	a := i.mu.account
	a.Refusals = append([]Refusal(nil), a.Refusals...)
	return a
}

// note changes the account. A nil invocation has none.
func (i *Invocation) note(change func(*Account)) {
	if i == nil {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	change(&i.mu.account)
}

func invocationOf(ctx context.Context) *Invocation {
	i, _ := ctx.Value(invocationKey{}).(*Invocation)
	return i
}

// deadline returns the instant at which the attempts of a call end, zero if
// there is none.
func (r *Retrier) deadline(ctx context.Context, inv *Invocation) time.Time {
	end, limited := ctx.Deadline()
	if !limited || r.o.IgnoreDeadline {
		return time.Time{}
	}
	return r.reserved(end, inv)
}

// reserved returns a deadline less what the answer needs, which that of an
// invocation has taken off already.
func (r *Retrier) reserved(end time.Time, inv *Invocation) time.Time {
	if inv != nil && end.Equal(inv.deadline) {
		return end
	}
	return end.Add(-r.o.Reserve)
}

// refused notes what throttled an attempt.
func (i *Invocation) refused(failure error) {
	if i == nil {
		return
	}
	found := causes(failure)
	if len(found) == 0 {
		if !Classify(failure).Class.Throttled() {
			return
		}
		found = []cause{{reason: cmp.Or(code(failure), "Unknown")}}
	}
	i.note(func(a *Account) {
		a.Throttled++
		for _, c := range found {
			a.refuse(c)
		}
	})
}

// failed notes how a call failed.
func (i *Invocation) failed(ctx context.Context, err error) {
	outcome, delay := outcomeOf(ctx, err)
	i.note(func(a *Account) {
		a.Failed++
		a.Stopped, a.Delay = outcome, delay
	})
}

// consumed notes what the service says of its units.
func (i *Invocation) consumed(result any) {
	read, write := units(result)
	i.note(func(a *Account) {
		a.ReadUnits += read
		a.WriteUnits += write
	})
}
