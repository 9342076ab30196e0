package rehearse

import (
	"testing"

	"lullaby/capacity"
	"lullaby/retry"
)

// Each limit of capacity has its class, on which a mode's retries depend.
func TestClass(t *testing.T) {
	for _, tt := range []struct {
		limit capacity.Limit
		index bool
		want  retry.Class
	}{
		{capacity.ProvisionedThroughput, false, retry.ThrottleTable},
		{capacity.ProvisionedThroughput, true, retry.ThrottleIndex},
		{capacity.KeyRangeThroughput, false, retry.ThrottleKeyRange},
		{capacity.KeyRangeThroughput, true, retry.ThrottleKeyRange},
		{capacity.AccountLimit, false, retry.ThrottleAccount},
		{capacity.AccountLimit, true, retry.ThrottleAccount},
		{capacity.MaxOnDemandThroughput, false, retry.ThrottleMaximum},
		{capacity.MaxOnDemandThroughput, true, retry.ThrottleMaximum},
	} {
		v := capacity.Verdict{Limit: tt.limit, Resource: capacity.Resource{Index: tt.index}}
		if got := class(&v); got != tt.want {
			t.Errorf("limit %d, index %t: %v, want %v", tt.limit, tt.index, got, tt.want)
		}
	}
}
