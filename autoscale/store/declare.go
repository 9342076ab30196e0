package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"lullaby/autoscale"
	"lullaby/autoscale/refusal"
	"lullaby/autoscale/request"
	"lullaby/instant"
	"lullaby/storage"
)

// A Declaration is a scalable target of a template, with its policies and scheduled
// actions.
type Declaration struct {
	Target   *request.RegisterScalableTargetInput
	Policies []*request.PutScalingPolicyInput
	Actions  []*request.PutScheduledActionInput
}

// A DeclareError is a part of a declaration that is refused.
type DeclareError struct {
	Target         request.Scalable
	Policy, Action string // the name of what is refused; empty: the target
	Err            error  // a refusal
}

func (e *DeclareError) Error() string {
	return cmp.Or(e.Policy, e.Action, *e.Target.ResourceId) + ": " + e.Err.Error()
}

// Unwrap returns the refusal.
func (e *DeclareError) Unwrap() error { return e.Err }

// declared is what the disk has of a declaration: its parts as JSON, policies and actions
// by name.
type declared struct {
	Target            string
	Policies, Actions map[string]string `json:",omitzero"`
}

// Declare makes targets as a stack update would: what lacks is made, what the
// declaration has changed is changed, and what an earlier Declare made and is declared no
// more is deleted. What others made or changed since stays, and so do activities
// and the units of tables. The error is a *DeclareError, or of storage; what came before
// it is made then.
func (e *Engine) Declare(ctx context.Context, now instant.Instant, all []Declaration) error {
	before := map[autoscale.Resource]declared{}
	err := e.db.Scan([]byte{storage.Scaling, declarations}, []byte{storage.Scaling, declarations + 1}, func(key, value []byte) (bool, error) {
		id, dimension, _ := strings.Cut(string(key[2:]), "\x00")
		var d declared
		err := json.Unmarshal(value, &d)
		before[autoscale.Resource{ID: id, Dimension: dimension}] = d
		return true, err
	})
	for i := range all {
		r := resourceOf(&all[i].Target.Scalable)
		if err == nil {
			err = e.declare(ctx, now, r, &all[i], before[r])
		}
		delete(before, r)
	}
	for r := range before {
		if err == nil {
			err = e.withdraw(ctx, now, r)
		}
	}
	return err
}

// Scales reports whether a resource is a target.
func (e *Engine) Scales(r autoscale.Resource) (yes bool) {
	e.read(func(s *autoscale.Scaler) { _, yes = s.Target(r) })
	return yes
}

func resourceOf(of *request.Scalable) autoscale.Resource {
	return autoscale.Resource{ID: *of.ResourceId, Dimension: *of.ScalableDimension}
}

// declare makes one target what its declaration says.
func (e *Engine) declare(ctx context.Context, now instant.Instant, r autoscale.Resource, d *Declaration, old declared) error {
	refused := func(policy, action string, err error) error {
		if _, ok := errors.AsType[refusal.Kind](err); ok {
			return &DeclareError{d.Target.Scalable, policy, action, err}
		}
		return err
	}
	var there autoscale.Target
	var known bool
	e.read(func(s *autoscale.Scaler) { there, known = s.Target(r) })
	is := declared{text(d.Target), map[string]string{}, map[string]string{}}
	if !known || old.Target != is.Target {
		if _, err := e.RegisterScalableTarget(ctx, now, d.Target); err != nil {
			return refused("", "", err)
		}
	}
	for _, in := range d.Policies {
		is.Policies[*in.PolicyName] = text(in)
	}
	for _, in := range d.Actions {
		is.Actions[*in.ScheduledActionName] = text(in)
	}
	if err := e.shed(ctx, now, &d.Target.Scalable, old, is); err != nil {
		return err
	}
	for _, in := range d.Policies {
		name := *in.PolicyName
		made := slices.ContainsFunc(there.Policies, func(p autoscale.Policy) bool { return p.Name == name })
		if made && old.Policies[name] == is.Policies[name] {
			continue
		}
		if _, err := e.PutScalingPolicy(ctx, now, in); err != nil {
			return refused(name, "", err)
		}
	}
	for _, in := range d.Actions {
		name := *in.ScheduledActionName
		made := slices.ContainsFunc(there.ScheduledActions, func(a autoscale.ScheduledAction) bool { return a.Name == name })
		if made && old.Actions[name] == is.Actions[name] {
			continue
		}
		if _, err := e.PutScheduledAction(ctx, now, in); err != nil {
			return refused("", name, err)
		}
	}
	return e.note(r, &is)
}

// shed deletes the policies and scheduled actions that are declared no more. It comes
// before others are made, so that a policy may get another name: a metric has one policy.
func (e *Engine) shed(ctx context.Context, now instant.Instant, of *request.Scalable, old, is declared) error {
	for name := range old.Policies {
		if _, stays := is.Policies[name]; stays {
			continue
		}
		_, err := e.DeleteScalingPolicy(ctx, now, &request.DeleteScalingPolicyInput{PolicyName: &name, Scalable: *of})
		if err != nil && !errors.Is(err, refusal.ObjectNotFound) {
			return err
		}
	}
	for name := range old.Actions {
		if _, stays := is.Actions[name]; stays {
			continue
		}
		_, err := e.DeleteScheduledAction(ctx, now, &request.DeleteScheduledActionInput{ScheduledActionName: &name, Scalable: *of})
		if err != nil && !errors.Is(err, refusal.ObjectNotFound) {
			return err
		}
	}
	return nil
}

// withdraw deletes a target that is declared no more.
func (e *Engine) withdraw(ctx context.Context, now instant.Instant, r autoscale.Resource) error {
	of := request.Scalable{ServiceNamespace: new(serviceNamespace), ResourceId: &r.ID, ScalableDimension: &r.Dimension}
	if _, err := e.DeregisterScalableTarget(ctx, now, &request.DeregisterScalableTargetInput{Scalable: of}); err != nil && !errors.Is(err, refusal.ObjectNotFound) {
		return err
	}
	return e.note(r, nil)
}

// note writes what is declared of a target, nil for nothing.
func (e *Engine) note(r autoscale.Resource, is *declared) error {
	b := e.db.NewBatch()
	key := append([]byte{storage.Scaling, declarations}, r.ID+"\x00"+r.Dimension...)
	if is == nil {
		b.UseReserve()
		b.Delete(key)
	} else if err := set(b, key, is); err != nil {
		return errors.Join(err, b.Close())
	}
	return b.Commit()
}

// text returns a request as JSON.
func text(in any) string {
	b, err := json.Marshal(in)
	if err != nil {
		panic("autoscale/store: a request that is no JSON: " + err.Error())
	}
	return string(b)
}
