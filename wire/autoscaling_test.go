package wire

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"

	"lullaby/autoscale/refusal"
	scaling "lullaby/autoscale/store"
)

// Every kind of refusal has a row.
func TestEveryKindOfScaling(t *testing.T) {
	for _, kind := range refusal.All() {
		f := faultOf(scalingFaults, refusal.Newf(kind, "A text."))
		if f.exception != kind.Code() || f.message != "A text." || f.internal {
			t.Errorf("%v is %+v", kind, f)
		}
	}
}

// Each operation of AWS's client is built.
func TestOperationsOfAutoScaling(t *testing.T) {
	v := targets(new(scaling.Engine))
	for method := range reflect.TypeFor[*applicationautoscaling.Client]().Methods() {
		if _, err := v.find(method.Name); err != nil && method.Name != "Options" {
			t.Errorf("%s: %v", method.Name, err)
		}
	}
}
