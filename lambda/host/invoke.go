package host

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
)

// Invoke runs a function, or accepts an Event to run later. It returns a
// NotFoundError, a ThrottleError, an error that matches ErrInvalidContent,
// ErrRequestTooLarge or ErrRecursive, or ErrClosed. If ctx ends first, it returns
// context.Cause(ctx); the function runs on, and its sandbox is used again.
func (h *Host) Invoke(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	inv, err := h.accept(in)
	if err != nil {
		return lambda.InvokeOutput{}, err
	}
	if inv.looped && in.InvocationType != lambda.DryRun {
		inv.function.meter.DropRecursive(instant.Of(inv.accepted))
	}
	switch in.InvocationType {
	case lambda.RequestResponse, "":
		if inv.looped {
			return lambda.InvokeOutput{}, recursive(inv)
		}
	case lambda.DryRun:
		return lambda.InvokeOutput{StatusCode: http.StatusNoContent, RequestID: inv.id}, nil
	case lambda.Event:
		if inv.looped {
			h.drop(inv, "is invoked in a recursive loop")
			return lambda.InvokeOutput{StatusCode: http.StatusAccepted, RequestID: inv.id}, nil
		}
		if err := h.events.add(inv); err != nil {
			return lambda.InvokeOutput{}, err
		}
		inv.function.meter.Receive(instant.Of(inv.accepted))
		return lambda.InvokeOutput{StatusCode: http.StatusAccepted, RequestID: inv.id}, nil
	default:
		return lambda.InvokeOutput{}, fmt.Errorf("unknown invocation type %q", in.InvocationType)
	}
	if err := h.dispatch(inv, inv.accepted); err != nil {
		return lambda.InvokeOutput{}, err
	}
	select {
	case o := <-inv.done:
		return o.output(inv.id)
	case <-ctx.Done():
		return lambda.InvokeOutput{}, context.Cause(ctx)
	}
}

// recursive is the refusal of an invocation that is looped.
func recursive(inv *invocation) error {
	return fmt.Errorf("invoke %s: %w", inv.function.Name, lambda.ErrRecursive)
}

// perform runs one attempt of an asynchronous invocation to its end.
func (h *Host) perform(inv *invocation) (failed bool, err error) {
	attempt := h.again(inv)
	now := time.Now()
	if err := h.dispatch(attempt, now); err != nil {
		return false, err
	}
	inv.function.meter.Age(instant.Of(now), now.Sub(inv.accepted))
	o := <-attempt.done
	return o.failed, o.err
}

// drop notes that an event will not run.
func (h *Host) drop(inv *invocation, why string) {
	inv.function.meter.Drop(instant.Of(time.Now()))
	h.note(fmt.Sprintf("event %s dropped: %s %s", inv.id, inv.function.Name, why))
}

// dispatch gives an invocation that begins at now to an idle sandbox, or starts a
// new one for it. If it returns nil, an outcome is sent to inv.done.
func (h *Host) dispatch(inv *invocation, now time.Time) error {
	s, running, err := h.acquire(inv, now)
	switch {
	case err == nil:
		inv.function.meter.Admit(instant.Of(now), running)
		if s != nil {
			s.wakeNext()
		}
	case errors.Is(err, lambda.ErrThrottled):
		inv.function.meter.Throttle(instant.Of(now))
	case errors.Is(err, errFull):
		h.complain(now, fmt.Sprintf("all %d sandboxes that it may run are busy", h.options.MaxSandboxes))
		return &lambda.ThrottleError{Function: inv.function.Name, Machine: true}
	}
	return err
}

// errFull says that MaxSandboxes sandboxes are busy.
var errFull = errors.New("all sandboxes are busy")

// acquire asks the model to admit an invocation and finds a sandbox for it. s is
// an idle sandbox that the caller must wake; if it is nil, a new one starts.
// running is what runs from then on.
func (h *Host) acquire(inv *invocation, now time.Time) (s *sandbox, running lambda.Concurrency, err error) {
	f := inv.function
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.mu.closed {
		return nil, running, ErrClosed
	}
	if err := f.limits.Admit(instant.Of(now), f.idle.Len() > 0); err != nil {
		return nil, running, err
	}
	running = f.limits.Concurrency()
	if s, ok := f.idle.Take(); ok {
		s.beginLocked(now, inv)
		return s, running, nil
	}
	var victim *sandbox
	if h.mu.places >= h.options.MaxSandboxes {
		if victim = h.victimLocked(); victim == nil {
			f.limits.Release()
			return nil, running, errFull
		}
		h.haltLocked(victim, halted)
	}
	h.mu.places++
	h.running.Go(func() { h.occupy(inv, victim) })
	return nil, running, nil
}

// victimLocked returns the sandbox of any function that has been idle longest, nil
// if none is idle.
func (h *Host) victimLocked() (victim *sandbox) {
	var longest instant.Instant
	for _, f := range h.functions {
		if s, since, ok := f.idle.Oldest(); ok && (victim == nil || since.Before(longest)) {
			victim, longest = s, since
		}
	}
	return victim
}

// complainEvery is the shortest time between two log lines that say that the
// machine is full.
const complainEvery = 5 * time.Second

func (h *Host) complain(now time.Time, why string) {
	h.mu.Lock()
	silent := now.Before(h.mu.complains)
	if !silent {
		h.mu.complains = now.Add(complainEvery)
	}
	h.mu.Unlock()
	if silent {
		return
	}
	h.note("throttled by this machine, not by AWS: " + why + "; --max-sandboxes sets the number")
}

// occupy runs a sandbox for inv in one of the MaxSandboxes places until its
// process ends. With a victim it takes the victim's place, and waits until the
// victim has ended. It also waits for free memory (see makeRoom). An init that fails is run once more, inside the invocation, as
// on AWS.
func (h *Host) occupy(inv *invocation, victim *sandbox) {
	if victim != nil {
		<-victim.gone
	}
	gone := make(chan struct{})
	defer close(gone)
	var end ending
	admitted := 0
	if promised, err := h.makeRoom(inv.function); err != nil {
		end = ending{inv: inv, result: result{err: err}}
	} else {
		admitted = 1
		end = h.run(inv, gone, firstInit, promised)
	}
	if end.again {
		end = h.run(inv, gone, secondInit, 0)
	}
	h.mu.Lock()
	h.mu.places--
	h.mu.admitted -= admitted
	if end.inv != nil {
		end.inv.function.limits.Release()
	}
	h.mu.Unlock()
	if end.inv != nil {
		end.inv.deliver(end.result, end.tail)
	}
}
