package dynamo

import (
	"fmt"
	"slices"
	"time"

	"lullaby/dynamo/refusal"
)

// How often units can be lowered, by table and by global index (facts
// dynamodb-capacity.md 5.3; aws-controllers-k8s/dynamodb-controller, docs/
// api-quirks, DDB-TABLE-157, 184, 185 and 326).
const (
	freeDecreases    = 4                  // on a UTC day, one after the other
	decreaseInterval = 3600 * time.Second // between those that follow
)

// How often a table can be put on demand: its creation counts (Developer Guide,
// "Considerations when switching capacity modes").
const (
	maxSwitches  = 4 // within
	switchWindow = 24 * time.Hour
)

// protectionCooldown is how long after a change of its deletion protection a
// table takes no other request for that (aws-controllers-k8s/dynamodb-
// controller, docs/api-quirks, DDB-TABLE-047 and 445). Assumed: one that changes
// nothing does not begin it.
const protectionCooldown = 15 * time.Second

// checkProtection refuses a request for deletion protection, if wanted is not
// nil, that comes too early. Tables that change instantly have no cooldown.
func (e *Engine) checkProtection(wanted *bool, d *description, now time.Time) error {
	again := d.ProtectionSince.Add(protectionCooldown)
	if wanted == nil || d.ProtectionSince.IsZero() || !now.Before(again) || e.opts.Unlimited || e.opts.Instant {
		return nil
	}
	return refusal.New(refusal.Cooldown, fmt.Sprintf("Deletion protection setting for table %s modified within the previous %d milliseconds. Please try again after %s",
		d.TableName, protectionCooldown.Milliseconds(), again.UTC().Format("2006-01-02T15:04:05.000Z")))
}

// checkBudgets refuses what old becomes in d if the table or one of its indexes
// may not do it again yet.
func (e *Engine) checkBudgets(old, d *description, now time.Time) error {
	if e.opts.Unlimited {
		return nil
	}
	if d.Change != old.Change {
		if err := old.checkSwitch(d.Change, now); err != nil {
			return err
		}
		if err := old.checkDecrease(d.Change, now); err != nil {
			return err
		}
	}
	for i := range d.Indexes {
		x := &d.Indexes[i]
		was := old.indexNamed(x.IndexName)
		if was == nil || x.Change == was.Change {
			continue
		}
		if err := was.checkDecrease(x.Change, now); err != nil {
			return err
		}
	}
	return nil
}

// checkDecrease refuses a change that lowers a unit when no decrease is left.
func (p *provision) checkDecrease(c *change, now time.Time) error {
	if c.BillingMode != provisionedMode || !p.lowers(c) {
		return nil
	}
	count, next := p.decreasesOn(now), p.LastDecrease.Add(decreaseInterval)
	if tomorrow := dayOf(now).Add(day); tomorrow.Before(next) {
		next = tomorrow
	}
	if count < freeDecreases || !now.Before(next) {
		return nil
	}
	return overLimit("Provisioned throughput decreases are limited within a given UTC day. After the first %d decreases, "+
		"each subsequent decrease in the same UTC day can be performed at most once every %d seconds. "+
		"Number of decreases today: %d. Last decrease at %s. Next decrease can be made at %s",
		freeDecreases, int(decreaseInterval.Seconds()), count, longTime(p.LastDecrease), longTime(next))
}

// checkSwitch refuses to put the table on demand once more. Assumed: the text
// of a limit of once in 1 day(s), which was seen in 2019, with the number of
// today.
func (d *description) checkSwitch(c *change, now time.Time) error {
	made := d.switchesBy(now)
	if c.BillingMode != payPerRequest || len(made) < maxSwitches {
		return nil
	}
	shortTime := func(at time.Time) string { return at.UTC().Format("Mon Jan 02 15:04:05 MST 2006") }
	return overLimit("Update to PayPerRequest mode are limited to %d times in 1 day(s). Last update at %s. Next update can be made at %s",
		maxSwitches, shortTime(made[len(made)-1]), shortTime(made[0].Add(switchWindow)))
}

// switchesBy returns the last switches to on demand that count at now, at most
// maxSwitches.
func (d *description) switchesBy(now time.Time) []time.Time {
	over := func(at time.Time) bool { return now.Sub(at) >= switchWindow }
	made := slices.DeleteFunc(slices.Clone(d.Switches), over)
	return made[max(0, len(made)-maxSwitches):]
}

// longTime writes an instant as the service's messages do.
func longTime(at time.Time) string {
	return at.UTC().Format("Monday, January 2, 2006 at 3:04:05 PM") + " Coordinated Universal Time"
}

const day = 24 * time.Hour

// dayOf is when the UTC day of an instant began.
func dayOf(at time.Time) time.Time { return at.UTC().Truncate(day) }
