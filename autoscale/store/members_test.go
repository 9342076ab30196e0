package store_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"

	"lullaby/autoscale/request"
	"lullaby/autoscale/store"
	"lullaby/internal/members"
)

// neverSent are the members of outputs that no answer here has, and why.
var neverSent = map[string]string{
	"GetPredictiveScalingForecastOutput.CapacityForecast": "predictive scaling is not built",
	"GetPredictiveScalingForecastOutput.LoadForecast":     "predictive scaling is not built",
	"GetPredictiveScalingForecastOutput.UpdateTime":       "predictive scaling is not built",
	"ScalableTarget.PredictedCapacity":                    "predictive scaling is not built",
	"ScalingPolicy.PredictiveScalingPolicyConfiguration":  "predictive scaling is not built",
	"ScalingPolicy.StepScalingPolicyConfiguration":        "DynamoDB has no step scaling",
	"ScalingActivity.Details":                             "what it would say is in the cause",
}

// refusedMembers are the members of inputs that are refused if they are given.
var refusedMembers = []string{"PutScalingPolicy.PredictiveScalingPolicyConfiguration", "PutScalingPolicy.StepScalingPolicyConfiguration"}

// Every operation of AWS's client is built, and has every member of the client's: of the
// input, honoured or refused, and of the output, but for those that are absent for a
// reason.
func TestMembersOfTheClient(t *testing.T) {
	absent, refused := map[string]bool{}, []string(nil)
	client := reflect.TypeFor[*applicationautoscaling.Client]()
	for theirs := range client.Methods() {
		if theirs.Name == "Options" {
			continue
		}
		ours, found := reflect.TypeFor[*store.Engine]().MethodByName(theirs.Name)
		if !found {
			t.Errorf("there is no %s", theirs.Name)
			continue
		}
		members.Each(theirs.Name, theirs.Type.In(2), ours.Type.In(3), func(m members.Member) bool {
			if m.Ours == nil {
				t.Errorf("there is no %s", m.Path)
			}
			if m.Ours == reflect.TypeFor[request.Unbuilt]() {
				refused = append(refused, m.Path)
				return false
			}
			return m.Ours != nil
		})
		members.Each(theirs.Name, theirs.Type.Out(0), ours.Type.Out(0), func(m members.Member) bool {
			if m.Ours == nil && neverSent[m.Name] == "" {
				t.Errorf("there is no %s", m.Path)
			}
			absent[m.Name] = absent[m.Name] || m.Ours == nil
			return m.Ours != nil
		})
	}
	for member := range neverSent {
		if !absent[member] {
			t.Errorf("%s is sent, or AWS has no such member", member)
		}
	}
	if slices.Sort(refused); !slices.Equal(refused, refusedMembers) {
		t.Errorf("refused members %q, want %q", refused, refusedMembers)
	}
}
