package watch_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/internal/scripttest"
	"lullaby/watch"
)

// Alarms in virtual time. A script is lines, with blank ones and # between:
//
//	alarm NAME = METRIC STATISTIC > 10 key=value...   makes an alarm; its keys are in stage.alarm
//	math NAME > 10 key=value... ID = QUERY; ID = QUERY   of which the last returns data
//	composite NAME = RULE key=value...
//	clear                                             no samples and no alarms
//	assume strict | lag=1m                            after that
//	put METRIC VALUE at 1m [x 3] [from 1m to 9m each 1m]
//	set NAME OK at 9m                                 as SetAlarmState
//	run to 9m                                         evaluates at each instant that Next says
//	evaluate                                          evaluates now
//	sleep to 9m                                       time passes, and nobody evaluates
//	state NAME, reason NAME, data NAME, parents NAME
//	told NAME                                         the reason data of its last event
//	range KEYS: 0 - X - X                             an alarm on such points, in the states it had: OK, ALARM
//
// What a line answers, and the events of a run, stand below it behind "= ".
func TestAlarmScripts(t *testing.T) {
	scripttest.Each(t, "testdata/alarms/*.txt", func(t *testing.T, file string) { scripttest.Answers(t, file, newStage().play) })
}

type stage struct {
	store  *watch.Store
	alarms *watch.Alarms
	now    instant.Instant
	told   map[string]string
}

func newStage() *stage {
	arn := func(name string) string { return "arn:aws:cloudwatch:us-east-1:123456789012:alarm:" + name }
	return &stage{&watch.Store{}, &watch.Alarms{Assumed: watch.Likely, ARN: arn}, midnight, map[string]string{}}
}

func (s *stage) play(line string) []string {
	verb, rest, _ := strings.Cut(line, " ")
	name, _, _ := strings.Cut(rest, " ")
	switch verb {
	case "clear":
		assumed := s.alarms.Assumed
		*s = *newStage()
		s.alarms.Assumed = assumed
	case "assume":
		if s.alarms.Assumed = watch.Strict; rest != "strict" {
			s.alarms.Assumed = watch.Assumptions{Lag: length(strings.TrimPrefix(rest, "lag="))}
		}
	case "alarm":
		return refused(s.alarms.Put(s.now, s.alarm(rest)))
	case "math":
		return refused(s.alarms.Put(s.now, s.math(rest)))
	case "composite":
		name, rule, _ := strings.Cut(rest, " = ")
		rule, keys := keysOf(rule)
		events, err := s.alarms.PutComposite(s.now, watch.CompositeAlarm{AlarmName: name, AlarmRule: rule, Actions: actions(keys)})
		return append(s.tell(nil, events), refused(err)...)
	case "put":
		s.put(strings.Fields(rest))
	case "set":
		words := strings.Fields(rest)
		s.now = midnight.Add(length(words[3]))
		events, err := s.alarms.Set(s.now, name, watch.StateValue(words[1]), "by hand", "")
		return append(s.tell(nil, events), refused(err)...)
	case "run":
		return s.run(length(strings.TrimPrefix(rest, "to ")))
	case "evaluate":
		return s.tell(nil, s.alarms.Evaluate(s.now, s.store))
	case "sleep":
		s.now = midnight.Add(length(strings.TrimPrefix(rest, "to ")))
	case "delete":
		s.alarms.Delete(strings.Fields(rest)...)
	case "state":
		d, _ := s.alarms.Describe(name)
		return []string{string(d.State.Value)}
	case "reason":
		d, _ := s.alarms.Describe(name)
		return []string{d.State.Reason}
	case "data":
		d, _ := s.alarms.Describe(name)
		return []string{d.State.ReasonData}
	case "told":
		return []string{s.told[name]}
	case "parents":
		return []string{strings.Join(s.alarms.Parents(name), " ")}
	case "range":
		return s.rangeOf(rest)
	default:
		panic("unknown line " + line)
	}
	return nil
}

func refused(err error) []string {
	if err == nil {
		return nil
	}
	return []string{"refused: " + err.Error()}
}

func length(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return d
}

func decimal(text string) float64 {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err)
	}
	return v
}

// keysOf returns the words of a text that are no keys, and the keys.
func keysOf(text string) (rest string, keys map[string]string) {
	keys = map[string]string{}
	var words []string
	for w := range strings.FieldsSeq(text) {
		if key, value, ok := strings.Cut(w, "="); ok && key != "" && value != "" && key != ">" && key != "<" {
			keys[key] = value
		} else {
			words = append(words, w)
		}
	}
	return strings.Join(words, " "), keys
}

func actions(keys map[string]string) watch.Actions {
	list := func(key string) []string {
		if keys[key] == "" {
			return nil
		}
		return strings.Split(keys[key], ",")
	}
	return watch.Actions{ActionsEnabled: keys["actions"] != "off", OKActions: list("ok"), AlarmActions: list("do"), InsufficientDataActions: list("unknown")}
}

var comparisons = map[string]string{
	">": "GreaterThanThreshold", ">=": "GreaterThanOrEqualToThreshold", "<": "LessThanThreshold", "<=": "LessThanOrEqualToThreshold",
}

func settings(name, comparison, threshold string, keys map[string]string) watch.MetricAlarm {
	number := func(key string, other int) int {
		if keys[key] == "" {
			return other
		}
		return int(decimal(keys[key]))
	}
	return watch.MetricAlarm{
		AlarmName: name, Actions: actions(keys), ComparisonOperator: comparisons[comparison], Threshold: decimal(threshold),
		Period: number("period", 60), EvaluationPeriods: number("n", 1), DatapointsToAlarm: number("m", 0),
		TreatMissingData: keys["missing"], EvaluateLowSampleCountPercentile: keys["few"], Unit: watch.Unit(keys["unit"]),
	}
}

func metricOf(text string) (namespace, name string) {
	if space, name, ok := strings.Cut(text, ":"); ok {
		return space, name
	}
	return "Test", text
}

func (s *stage) alarm(text string) watch.MetricAlarm {
	text, keys := keysOf(text)
	words := strings.Fields(text)
	m := settings(words[0], words[4], words[5], keys)
	m.Namespace, m.MetricName = metricOf(words[2])
	if of := words[3]; of[0] >= 'A' && of[0] <= 'Z' && !strings.Contains(of, "(") {
		m.Statistic = of
	} else {
		m.ExtendedStatistic = of
	}
	return m
}

func (s *stage) math(text string) watch.MetricAlarm {
	head, queries, _ := strings.Cut(text, ": ")
	head, keys := keysOf(head)
	words := strings.Fields(head)
	m := settings(words[0], words[1], words[2], keys)
	period := m.Period
	m.Period = 0
	all := strings.Split(queries, "; ")
	for i, query := range all {
		id, of, _ := strings.Cut(query, " = ")
		last := i == len(all)-1
		q := watch.MetricDataQuery{Id: id, ReturnData: &last}
		if metric, stat, ok := strings.Cut(of, " "); ok && slices.Contains([]string{"Sum", "Average", "Maximum", "SampleCount"}, stat) {
			space, name := metricOf(metric)
			q.MetricStat = &watch.MetricStat{Metric: watch.QueryMetric{Namespace: space, MetricName: name}, Period: period, Stat: stat}
		} else {
			q.Expression = of
		}
		m.Metrics = append(m.Metrics, q)
	}
	return m
}

func (s *stage) put(words []string) {
	space, name := metricOf(words[0])
	series := s.store.Series(watch.Metric{Namespace: space, Name: name, Unit: watch.Count})
	value := decimal(words[1])
	at, to, each, n := time.Duration(0), time.Duration(0), time.Minute, 1.0
	for i := 2; i < len(words); i += 2 {
		switch words[i] {
		case "at":
			at = length(words[i+1])
			to = at + 1
		case "from":
			at = length(words[i+1])
		case "to":
			to = length(words[i+1])
		case "each":
			each = length(words[i+1])
		case "x":
			n = decimal(words[i+1])
		}
	}
	for ; at < to; at += each {
		s.store.AddCount(midnight.Add(at), series, value, n)
	}
}

func (s *stage) run(to time.Duration) []string {
	var told []string
	for {
		next := s.alarms.Next(s.now)
		if next > midnight.Add(to) {
			s.now = midnight.Add(to)
			return told
		}
		s.now = next
		told = s.tell(told, s.alarms.Evaluate(s.now, s.store))
	}
}

func (s *stage) tell(told []string, events []watch.Event) []string {
	for _, e := range events {
		what := "again " + string(e.New.Value)
		if e.Changed {
			what = fmt.Sprintf("%s -> %s", e.Old.Value, e.New.Value)
		}
		line := fmt.Sprintf("%v %s %s", e.At.Sub(midnight), e.Alarm, what)
		if len(e.Actions) > 0 {
			line += ": " + strings.Join(e.Actions, " ")
		}
		told = append(told, line)
		s.told[e.Alarm] = e.New.ReasonData
	}
	return told
}

// rangeOf evaluates an alarm on points that are given, from each of the two states.
func (s *stage) rangeOf(text string) []string {
	head, points, _ := strings.Cut(text, ": ")
	_, keys := keysOf(head)
	var became []string
	for _, from := range []watch.StateValue{watch.StateOK, watch.StateAlarm} {
		one := newStage()
		m := settings("a", ">", "1", keys)
		m.Namespace, m.MetricName, m.Statistic = "Test", "range", "Average"
		if err := one.alarms.Put(one.now, m); err != nil {
			return refused(err)
		}
		if _, err := one.alarms.Set(one.now, "a", from, "", ""); err != nil {
			return refused(err)
		}
		minutes := strings.Fields(points)
		for i, p := range minutes {
			at := "at " + strconv.Itoa(i) + "m"
			switch p {
			case "0":
				one.play("put range 0 " + at)
			case "X":
				one.play("put range 2 " + at)
			}
		}
		one.now = midnight.Add(time.Duration(len(minutes))*time.Minute + one.alarms.Assumed.Lag)
		one.alarms.Evaluate(one.now, one.store)
		d, _ := one.alarms.Describe("a")
		became = append(became, string(d.State.Value))
	}
	if became[0] == became[1] {
		return became[:1]
	}
	return []string{strings.Join(became, " ")}
}
