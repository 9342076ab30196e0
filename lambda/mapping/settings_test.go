package mapping_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/internal/scripttest"
	"lullaby/lambda/mapping"
)

// The script is a list of requests to the API at instants, each with its answer or its
// refusal: the kind first and the member last.
func TestRequests(t *testing.T) {
	r := requests{all: mapping.Mappings{Durations: mapping.Real}}
	scripttest.Answers(t, "testdata/requests.txt", func(line string) []string { return []string{r.play(t, line)} })
}

type requests struct {
	all     mapping.Mappings
	created int
}

// play plays a request: an instant, an operation and the input.
func (r *requests) play(t *testing.T, line string) string {
	t.Helper()
	words := strings.SplitN(line, " ", 3)
	d, err := time.ParseDuration(words[0])
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	out, err := r.ask(t, epoch.Add(d), words[1], []byte(strings.ReplaceAll(words[2], "{4097}", strings.Repeat("x", 4097))))
	if refusal, ok := errors.AsType[*mapping.RefusalError](err); ok {
		return refusal.Kind.Error() + ": " + strings.ReplaceAll(err.Error(), strings.Repeat("x", 4097), "{4097}") +
			" (" + strings.Join(refusal.Member, ".") + ")"
	}
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	body, err := awsjson.Marshal(out)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return string(body)
}

func (r *requests) ask(t *testing.T, now instant.Instant, operation string, input []byte) (any, error) {
	t.Helper()
	switch operation {
	case "Create":
		in := decoded[mapping.CreateEventSourceMappingInput](t, input)
		r.created++
		return r.all.Create(now, "uuid-"+strconv.Itoa(r.created), in, function(in.FunctionName), queue(in.EventSourceArn))
	case "Update":
		in := decoded[mapping.UpdateEventSourceMappingInput](t, input)
		in.UUID = decoded[struct{ UUID string }](t, input).UUID
		q := (*string)(nil)
		f := in.FunctionName
		for _, m := range r.all.All() {
			if m.UUID == in.UUID {
				q = &m.EventSourceARN
				if f == nil {
					f = &m.Next.Function
				}
			}
		}
		return r.all.Update(now, in, function(f), queue(q))
	case "Delete":
		return r.all.Delete(now, decoded[mapping.DeleteEventSourceMappingInput](t, input))
	case "Get":
		return r.all.Get(now, decoded[mapping.GetEventSourceMappingInput](t, input))
	case "List":
		in := decoded[mapping.ListEventSourceMappingsInput](t, input)
		return r.all.List(now, in, function(in.FunctionName).ARN)
	}
	t.Fatalf("unknown operation %s", operation)
	return nil, nil
}

func decoded[T any](t *testing.T, body []byte) *T {
	t.Helper()
	in := new(T)
	if err := awsjson.Unmarshal(body, in); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return in
}

// function is a function whose timeout is in its name: f5 has 5 s, gone is none.
func function(name *string) mapping.Function {
	if name == nil {
		return mapping.Function{Missing: true}
	}
	seconds, _ := strconv.Atoi(strings.TrimPrefix(*name, "f"))
	return mapping.Function{
		Name: *name, ARN: "arn:aws:lambda:us-east-1:123456789012:function:" + *name,
		Timeout: time.Duration(seconds) * time.Second, Missing: *name == "gone",
	}
}

// queue is a queue with a visibility timeout of 30 s, unless it is gone.
func queue(arn *string) mapping.Queue {
	if arn == nil {
		return mapping.Queue{Missing: true}
	}
	return mapping.Queue{FIFO: strings.HasSuffix(*arn, ".fifo"), Visibility: 30 * time.Second, Missing: strings.HasSuffix(*arn, ":gone")}
}

// Settings of a template are checked before there is a mapping, and make the pace
// of its poller.
func TestPaceOfSettings(t *testing.T) {
	s := mapping.Settings{
		BatchSize: new(int32(100)), MaximumBatchingWindowInSeconds: new(int32(2)),
		ScalingConfig: &mapping.ScalingConfig{MaximumConcurrency: new(int32(7))}, FunctionResponseTypes: []string{mapping.ReportBatchItemFailures},
	}
	if err := s.Check(false); err != nil {
		t.Fatal(err)
	}
	want := mapping.Pace{BatchSize: 100, Window: 2 * time.Second, MaximumConcurrency: 7, Timeout: 5 * time.Second, Visibility: time.Minute, ReportsFailures: true}
	if got := s.Pace(5*time.Second, time.Minute); got != want {
		t.Errorf("pace %+v, want %+v", got, want)
	}
	if !s.ReportsFailures() || !s.IsEnabled() {
		t.Errorf("reports %t, enabled %t, want both", s.ReportsFailures(), s.IsEnabled())
	}
	var none mapping.Settings
	if got, want := none.Pace(time.Second, time.Minute), (mapping.Pace{BatchSize: 10, Timeout: time.Second, Visibility: time.Minute}); got != want {
		t.Errorf("default pace %+v, want %+v", got, want)
	}
	if none.ReportsFailures() {
		t.Error("reports failures by default")
	}
}

// What a template declares is enabled at once, however long a change takes.
func TestDeclared(t *testing.T) {
	all := mapping.Mappings{Durations: mapping.Slow}
	in := mapping.CreateEventSourceMappingInput{EventSourceArn: new("arn:aws:sqs:us-east-1:123456789012:orders"), FunctionName: new("f5")}
	m, err := all.Declare(epoch, "uuid", &in, function(in.FunctionName), queue(in.EventSourceArn))
	if err != nil || !m.Polls() || m.State != mapping.Enabled {
		t.Fatalf("declared %+v, %v", m, err)
	}
	off := mapping.UpdateEventSourceMappingInput{UUID: "uuid", Settings: mapping.Settings{Enabled: new(false)}}
	if _, err := all.Update(epoch, &off, function(in.FunctionName), queue(in.EventSourceArn)); err != nil || m.Polls() || m.State != mapping.Disabling {
		t.Errorf("disabled: %+v, %v", m, err)
	}
	if changed, next := all.Settle(epoch.Add(time.Second)); changed || next != epoch.Add(time.Minute) {
		t.Errorf("Settle = %t, %v, want the minute that it takes", changed, next)
	}
	var restored mapping.Mappings
	restored.Restore(all.All())
	if changed, next := restored.Settle(epoch.Add(time.Minute)); !changed || !next.IsZero() || m.State != mapping.Disabled {
		t.Errorf("Settle = %t, %v, %s", changed, next, m.State)
	}
}
