package request

import (
	"fmt"

	"lullaby/capacity"
	"lullaby/dynamo/refusal"
)

// ProvisionedThroughput has units a second.
type ProvisionedThroughput struct{ ReadCapacityUnits, WriteCapacityUnits *int64 }

// throughput checks the units, if any, of the parameter at path.
func (v *violations) throughput(p *ProvisionedThroughput, path string) {
	if p == nil {
		return
	}
	if v.notNull(p.WriteCapacityUnits != nil, path+".writeCapacityUnits") {
		v.between(p.WriteCapacityUnits, path+".writeCapacityUnits", 1, 0)
	}
	if v.notNull(p.ReadCapacityUnits != nil, path+".readCapacityUnits") {
		v.between(p.ReadCapacityUnits, path+".readCapacityUnits", 1, 0)
	}
}

// checkBounds checks the units, if any, of a table, whose message ends with
// nothing, or of an index.
func (p *ProvisionedThroughput) checkBounds(refuse func(string, ...any) error, ending string) error {
	switch {
	case p == nil:
	case *p.ReadCapacityUnits > capacity.MaxUnits:
		return about([]string{"ReadCapacityUnits"}, refuse("Given value %d for ReadCapacityUnits is out of bounds%s", *p.ReadCapacityUnits, ending))
	case *p.WriteCapacityUnits > capacity.MaxUnits:
		return about([]string{"WriteCapacityUnits"}, refuse("Given value %d for WriteCapacityUnits is out of bounds%s", *p.WriteCapacityUnits, ending))
	}
	return nil
}

// checkTableBounds checks the units, if any, of a table. AWS's message has no
// preface there.
func (p *ProvisionedThroughput) checkTableBounds() error {
	bare := func(text string, args ...any) error { return refusal.Invalid(fmt.Sprintf(text, args...)) }
	return about([]string{"ProvisionedThroughput"}, p.checkBounds(bare, ""))
}

// OnDemandThroughput bounds the consumption of a table or index on demand, in
// request units a second.
type OnDemandThroughput struct {
	MaxReadRequestUnits  *int64 `json:",omitzero"`
	MaxWriteRequestUnits *int64 `json:",omitzero"`
}

// check checks a maximum, if any, of "table" or "index : NAME"; -1 removes one
// where one may be there.
func (o *OnDemandThroughput) check(of string, removable bool) error {
	if o == nil {
		return nil
	}
	valid := func(n *int64) bool { return n == nil || *n > 0 || removable && *n == -1 }
	refuse := func(member string) error {
		return about([]string{"OnDemandThroughput", member},
			refusal.InvalidValues("Requested %s for OnDemandThroughput for %s is outside of valid range", member, of))
	}
	switch {
	case !valid(o.MaxReadRequestUnits):
		return refuse("MaxReadRequestUnits")
	case !valid(o.MaxWriteRequestUnits):
		return refuse("MaxWriteRequestUnits")
	}
	return nil
}

// checkMode rejects a maximum for a provisioned table, or for its index if index
// is not empty; nil is no maximum. The error is a *MemberError of a
// refusal.Validation.
func (o *OnDemandThroughput) checkMode(onDemand bool, index string) error {
	if o == nil || onDemand {
		return nil
	}
	member, of := "MaxReadRequestUnits", ""
	if o.MaxReadRequestUnits == nil {
		member = "MaxWriteRequestUnits"
	}
	if index != "" {
		of = " for index : " + index
	}
	return about([]string{"OnDemandThroughput"}, refusal.InvalidValues(
		"%s for OnDemandThroughput%s cannot be specified when the table BillingMode is PROVISIONED", member, of))
}

// WarmThroughput is the load that a table or index must serve at once, in units a
// second.
type WarmThroughput struct{ ReadUnitsPerSecond, WriteUnitsPerSecond *int64 }

// check checks the warm throughput, if any, of a table or index that is to be
// created, of being "table" or "index NAME". Assumed: the page that AWS's text
// points to.
func (w *WarmThroughput) check(of string, onDemand bool, given *ProvisionedThroughput) error {
	if w == nil {
		return nil
	}
	read, write := int64(capacity.OnDemandRead), int64(capacity.OnDemandWrite)
	if !onDemand {
		read, write = *given.ReadCapacityUnits, *given.WriteCapacityUnits
	}
	refuse := func(member, units string) error {
		than := "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html"
		if !onDemand {
			than = units + " of ProvisionedThroughput"
		}
		return about([]string{"WarmThroughput", member},
			refusal.InvalidValues("Requested %s for WarmThroughput for %s is lower than %s", member, of, than))
	}
	switch {
	case w.ReadUnitsPerSecond != nil && *w.ReadUnitsPerSecond < read:
		return refuse("ReadUnitsPerSecond", "ReadCapacityUnits")
	case w.WriteUnitsPerSecond != nil && *w.WriteUnitsPerSecond < write:
		return refuse("WriteUnitsPerSecond", "WriteCapacityUnits")
	}
	return nil
}
