package awsretry

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// An Invocation is one run of the function's handler: its deadline, and the
// account of its calls. Retrier.Begin makes one. Safe for concurrent use.
type Invocation struct {
	deadline time.Time // less the reserve; zero: none
	cancel   context.CancelFunc

	mu struct {
		sync.Mutex
		account Account
	}
}

type invocationKey struct{}

// Begin begins an invocation for a request that arrived at since: the gateway's
// requestTimeEpoch or, in events of format 2.0, timeEpoch, in milliseconds. The
// client has been waiting since then, also during a cold start. An instant that
// is zero, not after the Unix epoch, or in the future counts as now.
//
// The returned context ends at the deadline of ctx or when Limit is over,
// whichever is first, in both cases less Reserve; a request under way ends with
// it. Pass the context to the client's calls, and call End at the end.
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

// End releases the resources of the context. Account and Deadline stay readable.
func (i *Invocation) End() { i.cancel() }

// Deadline returns the instant by which the answer must begin, zero if there is
// none.
func (i *Invocation) Deadline() time.Time { return i.deadline }

// Account returns a copy of the account so far; it counts failed calls too.
func (i *Invocation) Account() Account {
	i.mu.Lock()
	defer i.mu.Unlock()
	a := i.mu.account
	a.Refusals = append([]Refusal(nil), a.Refusals...)
	return a
}

// note changes the account by change. A nil invocation has no account.
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

// reserved returns a deadline less the reserve. An invocation's own deadline is
// less it already.
func (r *Retrier) reserved(end time.Time, inv *Invocation) time.Time {
	if inv != nil && end.Equal(inv.deadline) {
		return end
	}
	return end.Add(-r.o.Reserve)
}

// refused counts an attempt that failed by a throttle, and its causes.
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

// failed counts a call that failed, and why it had no further attempt.
func (i *Invocation) failed(ctx context.Context, err error) {
	outcome, delay := outcomeOf(ctx, err)
	i.note(func(a *Account) {
		a.Failed++
		a.Stopped, a.Delay = outcome, delay
	})
}

// consumed adds the units that the service reports.
func (i *Invocation) consumed(result any) {
	read, write := units(result)
	i.note(func(a *Account) {
		a.ReadUnits += read
		a.WriteUnits += write
	})
}
