package dynamo

import (
	"fmt"
	"time"

	"lullaby/capacity"
	"lullaby/dynamo/refusal"
)

// What an account and a table may be provisioned with before any quota is
// raised (Developer Guide, "Service, account, and table quotas"). On AWS an
// index may have as much as a table, beside what its table has
// (aws-controllers-k8s/dynamodb-controller, docs/api-quirks, DDB-TABLE-170).
const (
	accountMaxUnits = 80_000
	tableMaxUnits   = capacity.TableQuota
)

// maxChanging is how many tables of an account may be CREATING, UPDATING or
// DELETING (API Reference, LimitExceededException).
const maxChanging = 500

// checkChanging refuses to have one more table change. The caller holds ddl.
func (e *Engine) checkChanging(now time.Time) error {
	if e.opts.Unlimited {
		return nil
	}
	changing := 0
	for _, t := range e.all() {
		if t.status(now) != statusActive {
			changing++
		}
	}
	if changing >= maxChanging {
		return refusal.New(refusal.LimitExceeded, "Too many operations for a given subscriber.")
	}
	return nil
}

// directions are the words of what quotas have for each of.
var directions = [...]string{"Read", "Write"}

// A demand is what a table or index takes of the quotas, by direction.
type demand struct {
	units   [len(directions)]int64 // a second, those of a change under way if they are more
	maximum [len(directions)]int64 // configured, on demand
	warm    [len(directions)]int64 // what it is raised to if it is being raised
}

// demand returns what a table or index takes while c, if any, is under way.
func (p *provision) demand(c *change) demand {
	if c == nil {
		c = &change{}
	}
	return demand{
		units:   [...]int64{max(p.ReadCapacityUnits, c.ReadCapacityUnits), max(p.WriteCapacityUnits, c.WriteCapacityUnits)},
		maximum: [...]int64{p.MaxRead, p.MaxWrite},
		warm:    [...]int64{max(p.Warm.Read, p.Warm.NextRead), max(p.Warm.Write, p.Warm.NextWrite)},
	}
}

// units returns what the table and its indexes are provisioned with.
func (d *description) units() [len(directions)]int64 {
	sum := d.demand(d.Change).units
	for i := range d.Indexes {
		for j, n := range d.Indexes[i].demand(d.Indexes[i].Change).units {
			sum[j] += n
		}
	}
	return sum
}

// reserved returns what the tables of the account are provisioned with, until
// they are gone.
func (e *Engine) reserved() [len(directions)]int64 {
	var sum [len(directions)]int64
	for _, t := range e.all() {
		for j, n := range t.desc.Load().units() {
			sum[j] += n
		}
	}
	return sum
}

// checkMaxima refuses d, in place of old or new if that is nil, when it raises
// something above a quota of a table or of the account. The caller holds ddl.
func (e *Engine) checkMaxima(old, d *description) error {
	if e.opts.Unlimited {
		return nil
	}
	if old == nil {
		old = &description{}
	}
	if err := e.checkTableMaximum(old.demand(old.Change), d.demand(d.Change)); err != nil {
		return err
	}
	for i := range d.Indexes {
		x, was := &d.Indexes[i], demand{}
		if y := old.indexNamed(x.IndexName); y != nil {
			was = y.demand(y.Change)
		}
		if err := e.checkIndexMaximum(x.IndexName, was, x.demand(x.Change)); err != nil {
			return err
		}
	}
	return e.checkAccountMaximum(old.units(), d.units())
}

const msgHigherLimits = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."

func (e *Engine) checkTableMaximum(was, is demand) error {
	for i, way := range directions {
		if is.units[i] > max(was.units[i], tableMaxUnits) {
			return refusal.New(refusal.LimitExceeded, fmt.Sprintf("The requested %sCapacityUnits, %d, is above the per table maximum for the account in %s. "+
				"Per table maximum: %d. "+msgHigherLimits, way, is.units[i], e.opts.Scope.Region, tableMaxUnits))
		}
	}
	return e.checkOnDemandMaximum("table", "table", was, is)
}

func (e *Engine) checkIndexMaximum(name string, was, is demand) error {
	for i, way := range directions {
		if is.units[i] > max(was.units[i], tableMaxUnits) {
			return refusal.New(refusal.LimitExceeded, fmt.Sprintf("The requested %sCapacityUnits for index %s, %d, is above the per index maximum for the account in %s. "+
				"Per table maximum: %d. "+msgHigherLimits, way, name, is.units[i], e.opts.Scope.Region, tableMaxUnits))
		}
	}
	return e.checkOnDemandMaximum("index : "+name, "index "+name, was, is)
}

// checkOnDemandMaximum checks the configured maximum and the warm throughput,
// whose messages name a table or index by those words.
func (e *Engine) checkOnDemandMaximum(bounded, warmed string, was, is demand) error {
	for i, way := range directions {
		if is.maximum[i] > max(was.maximum[i], tableMaxUnits) {
			return overLimit("Requested Max%sRequestUnits for OnDemandThroughput for %s exceeds TableMax%sCapacityUnits of the account in region %s",
				way, bounded, way, e.opts.Scope.Region)
		}
		if is.warm[i] > max(was.warm[i], tableMaxUnits) {
			return overLimit("Requested %sUnitsPerSecond for WarmThroughput for %s exceeds TableMax%sCapacityUnits of the account in region %s",
				way, warmed, way, e.opts.Scope.Region)
		}
	}
	return nil
}

// checkAccountMaximum checks what a table and its indexes take together.
// Assumed: what a change requests is how much more it takes, and the message
// ends as that of a table.
func (e *Engine) checkAccountMaximum(was, is [len(directions)]int64) error {
	reserved := e.reserved()
	for i, way := range directions {
		if more := is[i] - was[i]; more > 0 && reserved[i]+more > accountMaxUnits {
			return refusal.New(refusal.LimitExceeded, fmt.Sprintf("This request would have caused the %sCapacityUnits limit to be exceeded for the account in %s. "+
				"Current %sCapacityUnits reserved by the account: %d. Limit: %d. Requested: %d. "+msgHigherLimits,
				way, e.opts.Scope.Region, way, reserved[i], accountMaxUnits, more))
		}
	}
	return nil
}
