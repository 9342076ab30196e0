package plan

import (
	"fmt"

	"lullaby/capacity"
	"lullaby/dynamo/refusal"
)

// The default quotas of an account and a table, in units a second of each
// direction. An index may have as many as a table, on top of its table
// (docs/aws/tables.md#maxima).
const (
	AccountMaximum = 80_000
	TableMaximum   = capacity.TableQuota
)

// maxChanging is how many tables of an account may be CREATING, UPDATING or
// DELETING at once (docs/aws/tables.md#tables-changing-at-once).
const maxChanging = 500

const msgHigherLimits = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."

// CheckChanging rejects a change of one more table when changing tables of the
// account are CREATING, UPDATING or DELETING. The error is a
// refusal.LimitExceeded.
func (r *Rules) CheckChanging(changing int) error {
	if r.Unlimited || changing < maxChanging {
		return nil
	}
	return refusal.New(refusal.LimitExceeded, "Too many operations for a given subscriber.")
}

// ways name the directions in messages, in the order of each.
var ways = [...]string{"Read", "Write"}

func (u Units) each() [len(ways)]int64 { return [...]int64{u.Read, u.Write} }

// A holding is the part of the quotas that a table or index uses.
type holding struct {
	units   Units // the higher of present and pending units
	maximum Units // configured, on demand
	warm    Units // the higher of present and pending warm throughput
}

func (t *Throughput) holding() holding {
	h := holding{
		units: t.Units, maximum: Units(t.Maximum),
		warm: t.Warm.raised(),
	}
	if t.Pending != nil {
		h.units = h.units.most(t.Pending.Units)
	}
	return h
}

// Reserved returns the units of the account's quota that the table and its
// indexes use: during a change, the higher of old and new.
func (p *Plan) Reserved() Units {
	sum := p.holding().units
	for i := range p.Indexes {
		sum = sum.Plus(p.Indexes[i].holding().units)
	}
	return sum
}

// CheckUnits rejects a change from old to next that exceeds a quota of the table
// or of the account. old is the zero Plan for a new table. reserved are the units
// of all tables of the account, including old. The error is a
// refusal.LimitExceeded.
func (r *Rules) CheckUnits(old, next *Plan, reserved Units) error {
	if r.Unlimited {
		return nil
	}
	if err := r.checkTable(old.holding(), next.holding()); err != nil {
		return err
	}
	for i := range next.Indexes {
		x, was := &next.Indexes[i], holding{}
		if y := old.Index(x.IndexName); y != nil {
			was = y.holding()
		}
		if err := r.checkIndex(x.IndexName, was, x.holding()); err != nil {
			return err
		}
	}
	return r.checkAccount(old.Reserved().each(), next.Reserved().each(), reserved.each())
}

func (r *Rules) checkTable(was, is holding) error {
	if i := above(was.units, is.units); i >= 0 {
		return refusal.New(refusal.LimitExceeded, fmt.Sprintf("The requested %sCapacityUnits, %d, is above the per table maximum for the account in %s. "+
			"Per table maximum: %d. "+msgHigherLimits, ways[i], is.units.each()[i], r.Region, TableMaximum))
	}
	return r.checkOnDemand("table", "table", was, is)
}

func (r *Rules) checkIndex(name string, was, is holding) error {
	if i := above(was.units, is.units); i >= 0 {
		return refusal.New(refusal.LimitExceeded, fmt.Sprintf("The requested %sCapacityUnits for index %s, %d, is above the per index maximum for the account in %s. "+
			"Per table maximum: %d. "+msgHigherLimits, ways[i], name, is.units.each()[i], r.Region, TableMaximum))
	}
	return r.checkOnDemand("index : "+name, "index "+name, was, is)
}

// above returns the first direction in which is exceeds both TableMaximum and
// was, or -1.
func above(was, is Units) int {
	for i := range ways {
		if is.each()[i] > max(was.each()[i], TableMaximum) {
			return i
		}
	}
	return -1
}

// checkOnDemand checks the configured maximum and the warm throughput. bounded
// and warmed name the table or index in the two messages.
func (r *Rules) checkOnDemand(bounded, warmed string, was, is holding) error {
	bound, warm := above(was.maximum, is.maximum), above(was.warm, is.warm)
	switch {
	case bound >= 0 && (warm < 0 || bound <= warm):
		return refusal.OverLimit("Requested Max%[1]sRequestUnits for OnDemandThroughput for %[2]s exceeds TableMax%[1]sCapacityUnits of the account in region %[3]s",
			ways[bound], bounded, r.Region)
	case warm >= 0:
		return refusal.OverLimit("Requested %[1]sUnitsPerSecond for WarmThroughput for %[2]s exceeds TableMax%[1]sCapacityUnits of the account in region %[3]s",
			ways[warm], warmed, r.Region)
	}
	return nil
}

// checkAccount checks the sum of the units of the account. Assumed: "Requested"
// is the increase, and the message ends like that of a table.
func (r *Rules) checkAccount(was, is, reserved [len(ways)]int64) error {
	for i, way := range ways {
		if more := is[i] - was[i]; more > 0 && reserved[i]+more > AccountMaximum {
			return refusal.New(refusal.LimitExceeded, fmt.Sprintf("This request would have caused the %[1]sCapacityUnits limit to be exceeded for the account in %[2]s. "+
				"Current %[1]sCapacityUnits reserved by the account: %[3]d. Limit: %[4]d. Requested: %[5]d. "+msgHigherLimits,
				way, r.Region, reserved[i], AccountMaximum, more))
		}
	}
	return nil
}
