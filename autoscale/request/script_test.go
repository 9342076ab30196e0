package request_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lullaby/autoscale/refusal"
	"lullaby/autoscale/request"
)

var update = flag.Bool("update", false, "rewrite what the scripts answer; read it before it is committed")

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

// What AWS refuses. A script has requests, each with the refusal that it gets behind
// "= ", nothing for none. "let NAME TEXT" lets {NAME} stand for TEXT in the lines that
// follow; <x*80> is a text of that length, ["a"]*9 a list of so many.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		played := play(t, file, strings.Split(string(text), "\n"))
		if *update {
			if err := os.WriteFile(file, []byte(played), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func play(t *testing.T, file string, lines []string) string {
	t.Helper()
	lets := map[string]string{}
	var played []string
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		played = append(played, line)
		operation, body, _ := strings.Cut(line, " ")
		switch {
		case line == "" || line[0] == '#':
			continue
		case operation == "let":
			name, of, _ := strings.Cut(body, " ")
			lets["{"+name+"}"] = with(lets, of)
			continue
		}
		body = with(lets, body)
		got, want := answer(t, operation, body), ""
		if i+1 < len(lines) && strings.HasPrefix(lines[i+1], "=") {
			i++
			want = lines[i]
		}
		played = append(played, got)
		if got != want && !*update {
			t.Errorf("%s:%d: %s %.200s\ngot  %s\nwant %s", file, i+1, operation, body, got, want)
		}
	}
	return strings.Join(played, "\n")
}

// with replaces the names that stand for texts.
func with(lets map[string]string, text string) string {
	for name, of := range lets {
		text = strings.ReplaceAll(text, name, of)
	}
	return text
}

var (
	long = regexp.MustCompile(`<(.)\*(\d+)>`)
	many = regexp.MustCompile(`\[([^][]*)\]\*(\d+)`)
)

func answer(t *testing.T, operation, body string) string {
	t.Helper()
	repeat := func(expression *regexp.Regexp, with func(what string, n int) string) {
		body = expression.ReplaceAllStringFunc(body, func(m string) string {
			parts := expression.FindStringSubmatch(m)
			n, _ := strconv.Atoi(parts[2])
			return with(parts[1], n)
		})
	}
	repeat(long, strings.Repeat)
	repeat(many, func(what string, n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(what+",", n), ",") + "]"
	})
	do := checked[operation]
	if do == nil {
		t.Fatalf("there is no operation %s", operation)
	}
	refused, unread := do(body)
	switch {
	case unread != nil:
		return "= unread: " + unread.Error()
	case refused == nil:
		return "= ok"
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
	return "= " + kind.Code() + ": " + text
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
