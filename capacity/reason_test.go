package capacity_test

import (
	"testing"

	"lullaby/capacity"
)

func TestReason(t *testing.T) {
	for want, v := range map[string]capacity.Verdict{
		"":                                       {},
		"TableReadProvisionedThroughputExceeded": {Limit: capacity.ProvisionedThroughput},
		"TableWriteAccountLimitExceeded":         {Limit: capacity.AccountLimit, Direction: capacity.Write},
		"IndexWriteKeyRangeThroughputExceeded":   {Limit: capacity.KeyRangeThroughput, Direction: capacity.Write, Resource: capacity.Resource{Index: true}},
		"IndexReadMaxOnDemandThroughputExceeded": {Limit: capacity.MaxOnDemandThroughput, Resource: capacity.Resource{Index: true}},
	} {
		if got := v.Reason(); got != want {
			t.Errorf("%+v: Reason = %q, want %q", v, got, want)
		}
	}
}
