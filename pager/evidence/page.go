package evidence

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/pager"
	"lullaby/watch"
)

// A Source is the stack that is asked for evidence. Any of its functions may be nil.
type Source struct {
	Stack  string // its name
	Region string

	// Readings returns what was measured in a namespace in some minutes.
	Readings func(namespace string, from, to instant.Instant) []watch.Reading

	// Topics are those that wake somebody.
	Topics pager.Topics

	// Units returns what a table is provisioned with, or an index of it if that is not
	// empty. Zero: it is on demand, or gone.
	Units func(table, index string) (read, write int64)
}

// Page writes the page of a kind of an event, with its alarm as it was then, which is on
// since an instant.
func (s *Source) Page(kind pager.Kind, since instant.Instant, e *watch.Event, d *watch.Description) pager.Page {
	p := pager.Page{
		Kind: kind, Key: pager.Key(s.Stack, e.Alarm), Stack: s.Stack, Region: s.Region, Alarm: e.Alarm, AlarmARN: d.ARN,
		Since: since, At: e.At, Reason: e.New.Reason,
	}
	window := shortest
	if m := d.Metric; m != nil {
		data := dataOf(e.New.ReasonData)
		p.Description, p.Measured = m.AlarmDescription, measured(m, data.RecentDatapoints)
		if at, err := time.Parse("2006-01-02T15:04:05.999-0700", data.StartDate); err == nil && kind == pager.Trigger {
			p.Began = instant.Of(at)
		}
		window = min(max(window, time.Duration(m.EvaluationPeriods*m.Seconds())*time.Second), longest)
	} else if d.Composite != nil {
		p.Description = d.Composite.AlarmDescription
	}
	if kind == pager.Trigger {
		p.Findings = s.findings(window, e.At, d.Metric)
		p.Notes = s.notes(d)
	}
	return p
}

// How far back the evidence reaches: as far as the alarm looked, but within these.
const (
	shortest = 5 * time.Minute
	longest  = time.Hour
)

// on is where an alarm is on, by AWS's operators.
var on = map[string]string{
	"GreaterThanThreshold":          "above %s",
	"GreaterThanOrEqualToThreshold": "from %s up",
	"LessThanThreshold":             "below %s",
	"LessThanOrEqualToThreshold":    "from %s down",
}

// A reasonData is what the data of a reason has of what decided
// (docs/aws/cloudwatch.md#reasons).
type reasonData struct {
	StartDate        string    `json:"startDate"`
	RecentDatapoints []float64 `json:"recentDatapoints"`
}

// dataOf reads the data of a reason, which may be anything if the state was set by hand.
func dataOf(text string) reasonData {
	var data reasonData
	if json.Unmarshal([]byte(text), &data) != nil {
		return reasonData{}
	}
	return data
}

// measured says what the alarm measured and what it is compared with: "Sum of 5XXError of
// items was 62 a minute; the alarm is on above 5".
func measured(m *watch.MetricAlarm, points []float64) string {
	was := "has no data"
	if n := len(points); n > 0 {
		values := make([]string, n)
		for i, v := range points {
			values[i] = number(v)
		}
		if n > 5 {
			values = append([]string{"..."}, values[n-5:]...)
		}
		was = "was " + listed(values) + " " + each(m.Seconds())
	}
	return subject(m) + " " + was + "; the alarm is on " + fmt.Sprintf(on[m.ComparisonOperator], number(m.Threshold))
}

func subject(m *watch.MetricAlarm) string {
	if len(m.Metrics) == 0 {
		words := []string{m.Statistic + m.ExtendedStatistic, m.MetricName}
		for _, d := range slices.Backward(m.Dimensions) {
			words = append(words, d.Value)
		}
		return strings.Join(words, " of ")
	}
	for i := range m.Metrics {
		if q := &m.Metrics[i]; q.Returned() {
			if q.Label != "" {
				return q.Label
			}
			return q.Expression
		}
	}
	return "its expression"
}

func listed(all []string) string {
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + " and " + all[n-1]
	}
	return all[0]
}

// number writes a number with commas, and at most three places behind the point.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'f', 3, 64)
	text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	whole, rest, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || whole == "-0" {
		return text
	}
	if text = pager.Grouped(n); rest != "" {
		text += "." + rest
	}
	return text
}

func each(seconds int) string {
	switch {
	case seconds == 60:
		return "a minute"
	case seconds == 3600:
		return "an hour"
	case seconds%60 == 0:
		return fmt.Sprintf("in %d minutes", seconds/60)
	}
	return fmt.Sprintf("in %d s", seconds)
}

// notes say how the page of an alarm ends, if not as its reader expects.
func (s *Source) notes(d *watch.Description) []string {
	var of *watch.Actions
	switch {
	case d.Metric != nil:
		of = &d.Metric.Actions
	case d.Composite != nil:
		of = &d.Composite.Actions
	default:
		return nil
	}
	if !slices.ContainsFunc(of.OKActions, s.Topics.Wake) {
		return []string{"Nobody is told when it is over: OKActions of the alarm name no topic."}
	}
	m := d.Metric
	if m == nil || m.TreatMissingData == "notBreaching" || m.TreatMissingData == "breaching" {
		return nil
	}
	keeps := m.TreatMissingData == "ignore" || m.On(dynamoNamespace) // docs/aws/cloudwatch.md#missing-data-of-dynamodb
	switch {
	case keeps && onlySpeaksOfFailures(m):
		return []string{"It does not end by itself: the metric has no data when nothing is refused, and without data the alarm stays as it is. " +
			"TreatMissingData: notBreaching ends it."}
	case keeps:
		return nil
	}
	return []string{"Nobody is told that it is over if its data stops to come: it is INSUFFICIENT_DATA then. TreatMissingData: notBreaching ends it."}
}

// onlySpeaksOfFailures reports whether an alarm is on a metric of DynamoDB that has
// samples only of what was refused or failed.
func onlySpeaksOfFailures(m *watch.MetricAlarm) bool {
	names := []string{m.MetricName}
	for _, q := range m.Metrics {
		if q.MetricStat != nil {
			names = append(names, q.MetricStat.Metric.MetricName)
		}
	}
	return m.On(dynamoNamespace) && slices.ContainsFunc(names, func(name string) bool {
		return strings.HasSuffix(name, "ThrottleEvents") || strings.HasSuffix(name, "ThrottledRequests") || strings.HasSuffix(name, "Errors")
	})
}
