package store_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"

	"lullaby/autoscale/request"
	"lullaby/autoscale/store"
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
	m := members{t: t, absent: map[string]bool{}}
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
		m.output = false
		m.compare(theirs.Name, theirs.Type.In(2), ours.Type.In(3))
		m.output = true
		m.compare(theirs.Name, theirs.Type.Out(0), ours.Type.Out(0))
	}
	for member := range neverSent {
		if !m.absent[member] {
			t.Errorf("%s is sent, or AWS has no such member", member)
		}
	}
	if slices.Sort(m.unbuilt); !slices.Equal(m.unbuilt, refusedMembers) {
		t.Errorf("refused members %q, want %q", m.unbuilt, refusedMembers)
	}
}

// members compares the shapes of AWS's client with those of the engine.
type members struct {
	t       *testing.T
	output  bool
	unbuilt []string        // "Operation.Member" of inputs
	absent  map[string]bool // "Type.Member" of outputs
}

func (m *members) compare(path string, theirs, ours reflect.Type) {
	for {
		for ours.Kind() == reflect.Pointer {
			ours = ours.Elem()
		}
		for theirs.Kind() == reflect.Pointer {
			theirs = theirs.Elem()
		}
		if kind := theirs.Kind(); kind != reflect.Slice && kind != reflect.Map || ours.Kind() != kind {
			break
		}
		theirs, ours = theirs.Elem(), ours.Elem()
	}
	if theirs.Kind() != reflect.Struct || theirs == reflect.TypeFor[time.Time]() {
		return
	}
	for f := range theirs.Fields() {
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		member := theirs.Name() + "." + f.Name
		own, found := fieldOf(ours, f.Name)
		switch {
		case !found && m.output && neverSent[member] != "":
			m.absent[member] = true
		case !found:
			m.t.Errorf("%s has no %s", path, f.Name)
		case own == reflect.TypeFor[request.Unbuilt]():
			m.unbuilt = append(m.unbuilt, path+"."+f.Name)
		default:
			m.compare(path+"."+f.Name, f.Type, own)
		}
	}
}

// fieldOf returns the type of the member of that name in JSON.
func fieldOf(t reflect.Type, name string) (reflect.Type, bool) {
	if t.Kind() != reflect.Struct {
		return nil, false
	}
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && tag == "" && f.Name == name {
			return f.Type, true
		}
	}
	return nil, false
}
