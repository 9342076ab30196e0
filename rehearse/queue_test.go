package rehearse_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/internal/scripttest"
	"lullaby/rehearse"
	"lullaby/rehearse/report"
	"lullaby/template"
)

const queuedTemplate = "testdata/queued.yaml"

// queued rehearses a template with a queue and parameters, NAME=VALUE. A route is
// POST /item if there is no other.
func queued(tb testing.TB, path string, o rehearse.Options, parameters ...string) *report.Report {
	tb.Helper()
	rep, err := loaded(tb, path, o, parameters...).Run(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return rep
}

func loaded(tb testing.TB, path string, o rehearse.Options, parameters ...string) *rehearse.Rehearsal {
	tb.Helper()
	values := map[string]string{}
	for _, p := range parameters {
		name, value, _ := strings.Cut(p, "=")
		values[name] = value
	}
	t, err := template.Load(path, template.Options{Parameters: values})
	if err != nil {
		tb.Fatal(err)
	}
	r, err := rehearse.New(t, o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// backlog are options of messages that wait, without traffic.
func backlog(tb testing.TB, n int64) rehearse.Options {
	tb.Helper()
	o := options(tb, "constant:1/s")
	o.Traffic, o.Backlog, o.Drained = rehearse.Traffic{}, n, true
	return o
}

// between checks a figure.
func between[T ~int64](t *testing.T, what string, got, least, most T) {
	t.Helper()
	if got < least || got > most {
		t.Errorf("%s: %v, want %v to %v", what, got, least, most)
	}
}

func seconds(n float64) report.Span { return report.Span(n * float64(time.Second)) }

// 5,000 messages meet 5 writes a second. Without a MaximumConcurrency, consumers
// receive them all within half a minute, and the table takes 5 of the 250 a second
// that they then have in hand. The rest is hidden for 30 s, and dies after the third
// time: no more are written than the 450 that the table takes in 90 s. Two consumers
// at one time have the 20 messages in hand that the table takes in the 4 s of their
// work: all are written in 1,000 s, but for a few that chance fails three times.
// With a second more to work none dies.
func TestOverPull(t *testing.T) {
	for _, mode := range []string{"sdk", "aware", "legacy"} {
		rep := queued(t, queuedTemplate, backlog(t, 5_000), "RetryMode="+mode)
		q := &rep.Queues[0]
		between(t, mode+": all received", q.AllReceived, seconds(25), seconds(32))
		between(t, mode+": first dead", q.FirstDead, seconds(90), seconds(91))
		between(t, mode+": dead", q.Dead, 4_500, 4_700)
		if q.Done+q.Dead != 5_000 || q.Left != 0 || q.ReceivedMessages != 5_000 || rep.Queues[1].Left != q.Dead || !rep.Lost() {
			t.Errorf("%s: %d done, %d dead, %d left, %d received, %d in the dead-letter queue", mode, q.Done, q.Dead, q.Left, q.ReceivedMessages, rep.Queues[1].Left)
		}
	}
	for seed := range uint64(5) {
		for _, timeout := range []int{5, 6} {
			o := backlog(t, 5_000)
			o.Seed = seed
			rep := queued(t, queuedTemplate, o, "MaximumConcurrency=2", "GivesBack=yes", fmt.Sprintf("Timeout=%d", timeout))
			q := &rep.Queues[0]
			between(t, "empty", q.Empty, seconds(990), seconds(1_010))
			if q.Done+q.Dead != 5_000 || q.DoneAgain != 0 || q.Dead > 5 || q.Dead > 0 && timeout > 5 {
				t.Errorf("seed %d, two at one time, %d s: %d done, %d again, %d dead", seed, timeout, q.Done, q.DoneAgain, q.Dead)
			}
		}
	}
}

// A function that returns an error for a batch writes again what it has written,
// and messages die that are written.
func TestWholeBatchFails(t *testing.T) {
	rep := queued(t, queuedTemplate, backlog(t, 5_000), "Reports=no")
	q := &rep.Queues[0]
	between(t, "all received", q.AllReceived, seconds(25), seconds(35))
	between(t, "first dead", q.FirstDead, seconds(90), seconds(92))
	if q.DoneAgain == 0 || q.DeadDone == 0 || q.Dead < 4_900 || rep.Queues[0].Mappings[0].Errors == 0 {
		t.Errorf("%d written again, %d dead, of which %d are written", q.DoneAgain, q.Dead, q.DeadDone)
	}
}

// The queued service of items outlasts 60 writes a second for 40 s: all are
// written within ten minutes, none is lost, none is written twice, the table never
// takes more than its rate, and age and depth rise and fall.
func TestItemsQueued(t *testing.T) {
	for seed := range uint64(3) {
		o := options(t, "constant:60/s")
		o.For, o.Seed, o.Drained = 40*time.Second, seed, true
		rep := queued(t, "../items/template-queued.yaml", o)
		q, dead, route := &rep.Queues[0], &rep.Queues[1], &rep.Routes[0]
		if route.Offered < 2_250 || route.Served != route.Offered || q.Sent != route.Offered || q.Done != q.Sent || q.DoneAgain != 0 {
			t.Errorf("seed %d: %d offered, %d sent, %d written, %d again", seed, route.Offered, q.Sent, q.Done, q.DoneAgain)
		}
		if q.Dead != 0 || q.Left != 0 || dead.Moved != 0 || rep.Lost() {
			t.Errorf("seed %d: %d dead, %d left, %d in the dead-letter queue", seed, q.Dead, q.Left, dead.Moved)
		}
		between(t, "empty", q.Empty, seconds(450), seconds(600))
		for _, table := range rep.Tables {
			if writes := table.Attempts - table.Refused; table.Table == "Items" && writes > 5*int64(time.Duration(q.Empty)/time.Second)+6 {
				t.Errorf("seed %d: %d writes in %v", seed, writes, q.Empty)
			}
		}
		last := q.Moments[len(q.Moments)-1]
		if q.Deepest < 2_000 || q.Oldest < seconds(400) || q.OldestAt < q.DeepestAt || last.Visible+last.InFlight != 0 || last.Age != 0 {
			t.Errorf("seed %d: %d deep after %v, %v old after %v, at last %+v", seed, q.Deepest, q.DeepestAt, q.Oldest, q.OldestAt, last)
		}
	}
}

// A dead-letter queue with a consumer plays too: what is moved there is received
// there.
func TestDeadLettersAreReceived(t *testing.T) {
	rep := queued(t, "../items/template-queued.yaml", backlog(t, 1_000), "ConsumerTimeout=3", "VisibilityTimeout=3", "MaxReceiveCount=1")
	q, dead, parked := &rep.Queues[0], &rep.Queues[1], &rep.Queues[2]
	if q.Dead < 10 || dead.Moved != q.Dead || dead.Done != dead.Moved || dead.P50 < q.P50 || parked.Queue != "ParkedWrites" || parked.Moved != 0 || !rep.Lost() {
		t.Errorf("%d dead; %d moved to %s, where %d are done; %d moved to %s", q.Dead, dead.Moved, dead.Queue, dead.Done, parked.Moved, parked.Queue)
	}
}

// Throttles alone bring messages to the dead-letter queue: their receive counts
// rise while no function runs.
func TestThrottlesKill(t *testing.T) {
	q := &queued(t, queuedTemplate, backlog(t, 100), "ReservedConcurrency=0").Queues[0]
	if m := &q.Mappings[0]; q.Dead != 100 || q.Done != 0 || m.Invocations != 0 || m.Throttled == 0 {
		t.Errorf("%d dead, %d done, %d invocations, %d throttled, want all dead by throttles", q.Dead, q.Done, m.Invocations, m.Throttled)
	}
	between(t, "first dead", q.FirstDead, seconds(90), seconds(200))
}

// Messages are lost when their retention is over, and an hour after the traffic
// the rest is left.
func TestUnwritten(t *testing.T) {
	q := &queued(t, queuedTemplate, backlog(t, 100), "ReservedConcurrency=0", "Retention=60", "MaxReceiveCount=1000").Queues[0]
	if q.Expired != 100 || q.Left != 0 {
		t.Errorf("%d lost after a retention of a minute, %d left, want 100 and 0", q.Expired, q.Left)
	}
	rep := queued(t, queuedTemplate, backlog(t, 100), "ReservedConcurrency=0", "MaxReceiveCount=1000")
	if q := &rep.Queues[0]; q.Left != 100 || q.Empty != 0 || !rep.Lost() {
		t.Errorf("%d left, empty after %v, want 100 and never", q.Left, q.Empty)
	}
}

// Each message is done, dead, lost or left, whatever the settings; what is done
// was let in by the table once, if functions report failures.
func TestMessagesAreAccountedFor(t *testing.T) {
	const seed = 1
	rng := rand.New(rand.NewPCG(seed, 0))
	yes := []string{"yes", "no"}
	for range 40 {
		o := options(t, fmt.Sprintf("constant:%d/s", 1+rng.IntN(100)))
		o.For, o.Seed, o.Backlog = time.Duration(1+rng.IntN(120))*time.Second, rng.Uint64(), rng.Int64N(500)
		o.Drained, o.Pessimistic = rng.IntN(2) == 0, rng.IntN(3) == 0
		o.ServiceTime = time.Duration(rng.IntN(500)) * time.Millisecond
		parameters := []string{
			"BatchSize=" + strconv.Itoa(1+rng.IntN(10)), "Reports=" + yes[rng.IntN(2)], "GivesBack=" + yes[rng.IntN(2)],
			"MaximumConcurrency=" + []string{"0", "2", "20"}[rng.IntN(3)], "MaxReceiveCount=" + strconv.Itoa(1+rng.IntN(10)),
			"RetryMode=" + modes[rng.IntN(len(modes))], "Visibility=" + strconv.Itoa(5+rng.IntN(60)),
		}
		rep := queued(t, queuedTemplate, o, parameters...)
		q, dead := &rep.Queues[0], &rep.Queues[1]
		if q.Sent != rep.Routes[0].Served || q.Backlog != o.Backlog || dead.Moved != q.Dead || dead.Left != q.Dead ||
			q.Backlog+q.Sent != q.Done-q.DeadDone+q.Dead+q.Expired+q.Left {
			t.Errorf("seed %d, %+v, %v: %+v", seed, o, parameters, q)
		}
		var let int64
		for i := range rep.Functions {
			for _, c := range rep.Functions[i].Calls {
				let += c.Attempts - c.AttemptsRefused
			}
		}
		if let != q.Done+q.DoneAgain || q.DoneAgain > 0 && parameters[1] == "Reports=yes" && !o.Pessimistic {
			t.Errorf("seed %d, %+v, %v: the table let in %d, done %d, again %d", seed, o, parameters, let, q.Done, q.DoneAgain)
		}
		if got := q.Received - q.Failed; got != q.Done+q.DoneAgain {
			t.Errorf("seed %d, %+v, %v: %d receives without failure, %d done, %d again", seed, o, parameters, got, q.Done, q.DoneAgain)
		}
	}
}

// The same seed gives the same report of a queue, byte for byte.
func TestSeedOfQueues(t *testing.T) {
	run := func(seed uint64) string {
		o := options(t, "constant:60/s")
		o.For, o.Seed, o.Pessimistic = 40*time.Second, seed, true
		rep := queued(t, queuedTemplate, o, "GivesBack=yes")
		var b bytes.Buffer
		if err := rep.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		return b.String() + text(t, rep)
	}
	if diff := cmp.Diff(run(1), run(1)); diff != "" {
		t.Errorf("run again (-first +second):\n%s", diff)
	}
	if run(1) == run(2) {
		t.Error("two seeds give the same report")
	}
}

// The text of reports with queues.
func TestReportsOfQueues(t *testing.T) {
	for _, tt := range []struct {
		name, template string
		parameters     []string
		set            func(*rehearse.Options)
	}{
		{"queued", "../items/template-queued.yaml", nil, func(o *rehearse.Options) { o.For = 40 * time.Second }},
		{"over_pull", queuedTemplate, []string{"GivesBack=yes"}, func(o *rehearse.Options) { *o = backlog(t, 5_000) }},
		{"batches_fail", queuedTemplate, []string{"Reports=no", "WriteCapacityUnits=20", "ReservedConcurrency=7"}, func(o *rehearse.Options) { o.For = time.Minute }},
		{"several", queuedTemplate, []string{"MaximumConcurrency=2", "Visibility=60"}, func(o *rehearse.Options) {
			o.For = time.Minute
			o.Also = make([]rehearse.Also, 1)
			if err := o.Also[0].UnmarshalText([]byte("GET /item/7=constant:12/s")); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := options(t, "constant:60/s")
			o.Drained = true
			tt.set(&o)
			got := text(t, answer(t, loaded(t, tt.template, o, tt.parameters...)))
			for line := range strings.Lines(got) {
				if n := len(strings.TrimSuffix(line, "\n")); n > 80 {
					t.Errorf("%d columns: %s", n, line)
				}
			}
			scripttest.Golden(t, filepath.Join("testdata", "report", tt.name+".txt"), got)
		})
	}
}

// Two queues that are the dead-letter queue of each other, each with a consumer
// that does not run: messages go round until the end.
func TestRoundOfDeadLetters(t *testing.T) {
	const stack = `  QOne: {Type: AWS::SQS::Queue, Properties: {QueueName: one, RedrivePolicy: {deadLetterTargetArn: "arn:aws:sqs:us-east-1:123456789012:two", maxReceiveCount: 1}}}
  QTwo: {Type: AWS::SQS::Queue, Properties: {QueueName: two, RedrivePolicy: {deadLetterTargetArn: !GetAtt QOne.Arn, maxReceiveCount: 1}}}
  A: {Type: AWS::Serverless::Function, Properties: {ReservedConcurrentExecutions: 0, Events: {E: {Type: SQS, Properties: {Queue: !GetAtt QOne.Arn}}}}}
  B: {Type: AWS::Serverless::Function, Properties: {ReservedConcurrentExecutions: 0, Events: {E: {Type: SQS, Properties: {Queue: "arn:aws:sqs:us-east-1:123456789012:two"}}}}}
  S: {Type: AWS::Serverless::Function, Properties: {Policies: [SQSSendMessagePolicy: {QueueName: one}], Events: {P: {Type: Api, Properties: {Path: /, Method: post}}}}}
`
	file := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(file, []byte(head+stack+only), 0o600); err != nil {
		t.Fatal(err)
	}
	rep := queued(t, file, backlog(t, 10))
	one, two := &rep.Queues[0], &rep.Queues[1]
	if one.Dead != two.Moved || two.Dead != one.Moved || one.Left+two.Left != 10 || two.Dead < 100 {
		t.Errorf("%+v\n%+v", one, two)
	}
}

// If consumers take too much, the remedy is a MaximumConcurrency: the largest with
// which nothing is lost. If that does not help, it is more throughput.
func TestRemedyOfConsumers(t *testing.T) {
	for seed := range uint64(3) {
		o := backlog(t, 1_500)
		o.Seed = seed
		m := answer(t, loaded(t, queuedTemplate, o, "Timeout=11", "MaxReceiveCount=5", "GivesBack=yes")).Remedy
		if m == nil || m.Outcome != report.Found || m.Concurrency == nil || m.Concurrency.Function != "Write" || len(m.Raise) > 0 {
			t.Fatalf("seed %d: %+v", seed, m)
		}
		found := m.Concurrency.MaximumConcurrency
		between(t, "of 50 units while consumers work", found, 5, 8)
		for more, lost := range []bool{false, true} {
			with := fmt.Sprintf("MaximumConcurrency=%d", found+int64(more))
			if rep := queued(t, queuedTemplate, o, "Timeout=11", "MaxReceiveCount=5", "GivesBack=yes", with); rep.Lost() != lost {
				t.Errorf("seed %d: %s: %d dead; %d are said to hold", seed, with, rep.Queues[0].Dead, found)
			}
		}
	}
	o := backlog(t, 200)
	o.ServiceTime = 3_500 * time.Millisecond
	m := answer(t, loaded(t, queuedTemplate, o, "MaximumConcurrency=2", "MaxReceiveCount=1")).Remedy
	if m == nil || m.Outcome != report.Found || m.Concurrency != nil || len(m.Raise) != 1 || m.Raise[0].Resource != "items" {
		t.Errorf("with a MaximumConcurrency of 2 that loses: %+v", m)
	}
}
