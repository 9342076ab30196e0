package autoscale

import (
	"fmt"
	"strings"
	"time"

	"lullaby/autoscale/refusal"
	"lullaby/instant"
	"lullaby/watch"
)

// A want is what a policy last wanted of its target.
type want struct {
	at    instant.Instant
	out   bool
	units int64
	cause string
}

// wantFor is how long a want counts: alarms tell theirs each minute, all in the same
// evaluation, of which the last one finds those of the others.
const wantFor = 30 * time.Second

func (w *want) counts(now instant.Instant) bool {
	past, ok := since(now, w.at)
	return !w.at.IsZero() && ok && past <= wantFor
}

// Act does what an alarm in ALARM asks for by naming a policy among its actions. An
// alarm that is not, or no more, one of the policy changes nothing; so do the two alarms on
// provisioned units, since [Scaler.Provisioned] has told of each change. The error is
// a refusal.ObjectNotFound if there is no such policy.
func (s *Scaler) Act(now instant.Instant, policyARN string, event *watch.Event) (e Effects, err error) {
	arn, _, _ := strings.Cut(policyARN, ":createdBy/")
	t := s.byPolicy[arn]
	if t == nil {
		return e, refusal.Newf(refusal.ObjectNotFound, "No scaling policy found with ARN %s", policyARN)
	}
	var p *Policy
	for i := range t.Policies {
		if t.Policies[i].ARN == arn {
			p = &t.Policies[i]
		}
	}
	if event.New.Value != watch.StateAlarm {
		return e, nil
	}
	out := event.Alarm == p.Alarms.High
	if !out && event.Alarm != p.Alarms.Low || out && t.Suspended.Out || !out && t.Suspended.In {
		return e, nil
	}
	points := read(event, out)
	if len(points) == 0 {
		return e, nil
	}
	a := action{
		now: now, target: t, policy: p, event: event, points: points,
		cause: fmt.Sprintf("monitor alarm %s in state ALARM triggered policy %s", event.Alarm, p.Name),
	}
	s.forget(&e, now)
	switch {
	case t.Units == 0:
		s.notScaled(&e, &a, NotScaledReason{Code: unscalable})
	case out:
		s.scaleOut(&e, &a)
	default:
		s.scaleIn(&e, &a)
	}
	return e, nil
}

// An action is one of an alarm's.
type action struct {
	now    instant.Instant
	target *target
	policy *Policy
	event  *watch.Event
	points []float64
	cause  string
}

// scaleOut orders more units, if the policy wants more than there are.
func (s *Scaler) scaleOut(e *Effects, a *action) {
	t := a.target
	units := max(t.MinCapacity, a.policy.desired(s.Assumed.choose(a.points), t.Cooldown.base(a.now, t.Units), t.MaxCapacity))
	t.wants[a.policy.ARN] = want{a.now, true, units, a.cause}
	switch {
	case t.Order != nil: // Finish looks at what is wanted
	case t.Units >= t.MaxCapacity:
		s.notScaled(e, a, NotScaledReason{Code: atMaximum, MaxCapacity: t.MaxCapacity})
	case units <= t.Units:
		s.notScaled(e, a, NotScaledReason{Code: atDesired, CurrentCapacity: t.Units})
	default:
		s.order(e, a.now, t, units, a.cause, a.policy.ARN)
	}
}

// scaleIn orders fewer units, if all policies that scale in want that
// (docs/aws/autoscaling.md#several-policies).
func (s *Scaler) scaleIn(e *Effects, a *action) {
	t := a.target
	units := a.policy.desired(s.Assumed.choose(a.points), t.Units, t.MaxCapacity)
	t.wants[a.policy.ARN] = want{a.now, false, units, a.cause}
	units, all := t.wantedIn(a.now)
	units = max(units, t.MinCapacity)
	newest := a.points[len(a.points)-1]
	switch {
	case t.Order != nil || !all || t.Cooldown.blocksIn(a.now):
	case t.Units <= t.MinCapacity:
		s.notScaled(e, a, NotScaledReason{Code: atMinimum, MinCapacity: t.MinCapacity})
	case units >= t.Units:
		s.notScaled(e, a, NotScaledReason{Code: atDesired, CurrentCapacity: t.Units})
	case units < t.MaxCapacity && a.policy.flaps(newest, t.Units, units):
		s.notScaled(e, a, NotScaledReason{Code: wouldFlap, CurrentCapacity: t.Units})
	default:
		s.order(e, a.now, t, units, a.cause, a.policy.ARN)
	}
}

// wantedIn returns the most that a policy wants which wants in. It is not all if another
// that scales in does not want that, or if one wants out.
func (t *target) wantedIn(now instant.Instant) (units int64, all bool) {
	for i := range t.Policies {
		w := t.wants[t.Policies[i].ARN]
		switch {
		case w.counts(now) && !w.out:
			units = max(units, w.units)
		case w.counts(now) || t.Policies[i].scalesIn():
			return 0, false
		}
	}
	return units, true
}

// wantedOut returns the want for the most units of those since an instant, as far as the
// bounds allow; false if none is for more than there are.
func (t *target) wantedOut(from instant.Instant) (arn string, most want, ok bool) {
	for i := range t.Policies {
		w := t.wants[t.Policies[i].ARN]
		w.units = min(w.units, t.MaxCapacity)
		if w.out && w.at >= from && w.units > max(t.Units, most.units) {
			arn, most, ok = t.Policies[i].ARN, w, true
		}
	}
	return arn, most, ok
}
