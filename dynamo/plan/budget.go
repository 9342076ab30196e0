package plan

import (
	"fmt"
	"slices"
	"time"

	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// How often units can be lowered, by table and by global index
// (docs/aws/tables.md#decreases).
const (
	freeDecreases    = 4                  // on a UTC day, one after the other
	decreaseInterval = 3600 * time.Second // between those that follow
)

// How often a table can be put on demand: its creation counts
// (docs/aws/tables.md#switches-to-on-demand).
const (
	maxSwitches  = 4 // within
	switchWindow = 24 * time.Hour
)

const day = 24 * time.Hour

// checkProtection rejects a request for deletion protection within the cooldown
// of its last change. The error is a refusal.Cooldown.
func (p *Plan) checkProtection(now instant.Instant, c *Change, r *Rules) error {
	cooldown := r.Durations.ProtectionCooldown
	again := p.ProtectionSince.Add(cooldown)
	if c.DeletionProtection == nil || p.ProtectionSince.IsZero() || !now.Before(again) || r.Unlimited {
		return nil
	}
	return refusal.New(refusal.Cooldown, fmt.Sprintf("Deletion protection setting for table %s modified within the previous %d milliseconds. Please try again after %s",
		p.TableName, cooldown.Milliseconds(), again.Time().Format("2006-01-02T15:04:05.000Z")))
}

// checkBudgets rejects a change from p to next that exceeds a budget of the table
// or of an index. The error is a refusal.LimitExceeded.
func (p *Plan) checkBudgets(now instant.Instant, next *Plan) error {
	if next.Pending != p.Pending {
		if err := p.checkSwitch(now, next.Pending); err != nil {
			return err
		}
		if err := p.checkDecrease(now, next.Pending); err != nil {
			return err
		}
	}
	for i := range next.Indexes {
		x := &next.Indexes[i]
		was := p.Index(x.IndexName)
		if was == nil || x.Pending == was.Pending {
			continue
		}
		if err := was.checkDecrease(now, x.Pending); err != nil {
			return err
		}
	}
	return nil
}

// checkDecrease rejects a decrease of units when none is left. The error is a
// refusal.LimitExceeded.
func (t *Throughput) checkDecrease(now instant.Instant, c *Pending) error {
	if c.Mode != Provisioned || !t.lowers(c) {
		return nil
	}
	count := t.decreasesOn(now)
	next := min(t.LastDecrease.Add(decreaseInterval), now.Truncate(day).Add(day))
	if count < freeDecreases || !now.Before(next) {
		return nil
	}
	return refusal.OverLimit("Provisioned throughput decreases are limited within a given UTC day. After the first %d decreases, "+
		"each subsequent decrease in the same UTC day can be performed at most once every %d seconds. "+
		"Number of decreases today: %d. Last decrease at %s. Next decrease can be made at %s",
		freeDecreases, int(decreaseInterval.Seconds()), count, longTime(t.LastDecrease), longTime(next))
}

// decreasesOn returns the number of decreases on the UTC day of now.
func (t *Throughput) decreasesOn(now instant.Instant) int64 {
	if t.LastDecrease.Truncate(day) != now.Truncate(day) {
		return 0
	}
	return t.Decreases
}

// checkSwitch rejects a switch to on demand when none is left. The error is a
// refusal.LimitExceeded. Assumed: its text is that of the limit of once in 1
// day(s), as seen in 2019, with the present number.
func (p *Plan) checkSwitch(now instant.Instant, c *Pending) error {
	made := p.switchesBy(now)
	if c.Mode != OnDemand || len(made) < maxSwitches {
		return nil
	}
	shortTime := func(at instant.Instant) string { return at.Time().Format("Mon Jan 02 15:04:05 MST 2006") }
	return refusal.OverLimit("Update to PayPerRequest mode are limited to %d times in 1 day(s). Last update at %s. Next update can be made at %s",
		maxSwitches, shortTime(made[len(made)-1]), shortTime(made[0].Add(switchWindow)))
}

// switchesBy returns the latest switches to on demand within switchWindow of now,
// at most maxSwitches. The slice is a copy.
func (p *Plan) switchesBy(now instant.Instant) []instant.Instant {
	over := func(at instant.Instant) bool { return now.Sub(at) >= switchWindow }
	made := slices.DeleteFunc(slices.Clone(p.Switches), over)
	return made[max(0, len(made)-maxSwitches):]
}

// longTime writes an instant as the service's messages do.
func longTime(at instant.Instant) string {
	return at.Time().Format("Monday, January 2, 2006 at 3:04:05 PM") + " Coordinated Universal Time"
}
