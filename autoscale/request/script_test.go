package request_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"lullaby/autoscale/refusal"
	"lullaby/autoscale/request"
	"lullaby/internal/scripttest"
)

// checked are the inputs by their operations.
var checked = map[string]func(text string) (refused, unread error){
	"RegisterScalableTarget":       check((*request.RegisterScalableTargetInput).Check),
	"DeregisterScalableTarget":     check((*request.DeregisterScalableTargetInput).Check),
	"DescribeScalableTargets":      check((*request.DescribeScalableTargetsInput).Check),
	"PutScalingPolicy":             check((*request.PutScalingPolicyInput).Check),
	"DeleteScalingPolicy":          check((*request.DeleteScalingPolicyInput).Check),
	"DescribeScalingPolicies":      check((*request.DescribeScalingPoliciesInput).Check),
	"PutScheduledAction":           check((*request.PutScheduledActionInput).Check),
	"DeleteScheduledAction":        check((*request.DeleteScheduledActionInput).Check),
	"DescribeScheduledActions":     check((*request.DescribeScheduledActionsInput).Check),
	"DescribeScalingActivities":    check((*request.DescribeScalingActivitiesInput).Check),
	"GetPredictiveScalingForecast": check((*request.GetPredictiveScalingForecastInput).Check),
	"TagResource":                  check((*request.TagResourceInput).Check),
	"UntagResource":                check((*request.UntagResourceInput).Check),
	"ListTagsForResource":          check((*request.ListTagsForResourceInput).Check),
}

func check[In any](do func(in *In) error) func(text string) (refused, unread error) {
	return func(text string) (refused, unread error) {
		in := new(In)
		if err := json.Unmarshal([]byte(text), in); err != nil {
			return nil, err
		}
		return do(in), nil
	}
}

// What AWS refuses. A script has requests, in shorthand perhaps, each with the refusal
// that it gets. "let NAME TEXT" lets {NAME} stand for TEXT in the lines that follow.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		lets := map[string]string{}
		scripttest.Answers(t, file, func(line string) []string {
			operation, body, _ := strings.Cut(line, " ")
			if operation == "let" {
				name, of, _ := strings.Cut(body, " ")
				lets["{"+name+"}"] = with(lets, of)
				return nil
			}
			return []string{answer(t, operation, scripttest.Expand(with(lets, body)))}
		})
	})
}

// with replaces the names that stand for texts.
func with(lets map[string]string, text string) string {
	for name, of := range lets {
		text = strings.ReplaceAll(text, name, of)
	}
	return text
}

func answer(t *testing.T, operation, body string) string {
	t.Helper()
	do := checked[operation]
	if do == nil {
		t.Fatalf("there is no operation %s", operation)
	}
	refused, unread := do(body)
	switch {
	case unread != nil:
		return "unread: " + unread.Error()
	case refused == nil:
		return "ok"
	}
	kind, ok := errors.AsType[refusal.Kind](refused)
	if !ok {
		t.Errorf("%v has no kind", refused)
	}
	text := refused.Error()
	for _, list := range enumerations.FindAllString(text, -1) {
		first, _, _ := strings.Cut(list, ",")
		text = strings.Replace(text, list, first+", ...]", 1)
	}
	if len(text) > 700 {
		text = text[:60] + "..." + text[len(text)-100:]
	}
	return kind.Code() + ": " + text
}

// enumerations are long lists of what a member may be, which scripts abbreviate.
var enumerations = regexp.MustCompile(`set: \[[^]]{120,}\]`)

// Whatever a request has, the check ends with an answer.
func FuzzCheck(f *testing.F) {
	f.Add("PutScheduledAction", `{"ServiceNamespace":"dynamodb","ResourceId":"table/orders","ScalableDimension":"dynamodb:table:ReadCapacityUnits","ScheduledActionName":"a","Schedule":"cron(0 8 ? * MON *)","Timezone":"Europe/London","StartTime":1e300}`)
	f.Add("PutScalingPolicy", `{"PolicyName":"p","ServiceNamespace":"dynamodb","ResourceId":"table/orders","ScalableDimension":"dynamodb:table:ReadCapacityUnits","TargetTrackingScalingPolicyConfiguration":{"TargetValue":70,"CustomizedMetricSpecification":{"Metrics":[{"Id":"a"}]}}}`)
	f.Add("DescribeScalingActivities", `{"MaxResults":0}`)
	f.Fuzz(func(_ *testing.T, operation, body string) {
		if do := checked[operation]; do != nil {
			_, _ = do(body)
		}
	})
}
