package rehearse_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lullaby/rehearse"
)

// Parts of templates: a function that sends to a queue, the queue, and a function
// that receives from it.
const (
	sender     = "  S: {Type: AWS::Serverless::Function, Properties: {Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Q.QueueName}], Events: {P: {Type: Api, Properties: {Path: /, Method: post}}}}}\n"
	queueOf    = "  Q: {Type: AWS::SQS::Queue}\n"
	consumerOf = "  C: {Type: AWS::Serverless::Function, Properties: {Environment: {Variables: {TT: one}}, Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}}}\n"
)

func also(tb testing.TB, text string) func(*rehearse.Options) {
	tb.Helper()
	var a rehearse.Also
	if err := a.UnmarshalText([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	return func(o *rehearse.Options) { o.Also = append(o.Also, a) }
}

// The queue of a route is found by what its function may send to, and what is
// behind it by mappings and redrive policies. What is assumed of them is said.
func TestChain(t *testing.T) {
	with := func(part, old, now string) string { return strings.Replace(part, old, now, 1) }
	const gives = "Policies: [SQSPollerPolicy: {QueueName: !GetAtt Q.QueueName}], Environment: {Variables: {TT: one, QU: !Ref Q}}"
	other := strings.NewReplacer("Q:", "R:", "Q.", "R.", "C:", "D:").Replace(queueOf + consumerOf)
	for _, tt := range []struct {
		name, resources string
		set             func(*rehearse.Options)
		want            string // route, queues with what is behind them; then assumptions
	}{
		{"policies", sender + queueOf + consumerOf + only, nil, "S -> Q; Q -> C -> One"},
		{"environment", with(sender, "Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Q.QueueName}]", "Environment: {Variables: {QU: !Ref Q}}") + queueOf + consumerOf + only, nil, "S -> Q; Q -> C -> One"},
		{"neither", with(sender, "SQSSendMessagePolicy", "SQSPollerPolicy") + queueOf + consumerOf + only, nil, "C -> One; no route leads to a table, so C is invoked itself"},
		{"no consumer", sender + queueOf + only, nil, "S -> One; S names no table and calls One, the only one"},
		{"a consumer that is off", sender + queueOf + with(consumerOf, "Properties: {Queue:", "Properties: {Enabled: false, Queue:") + only, nil, "C -> One; no route leads to a table, so C is invoked itself"},
		{"a table, then a queue", with(sender, "Properties: {Policies", "Properties: {Environment: {Variables: {TT: two}}, Policies") + queueOf + consumerOf + tables, nil, "S -> Two -> Q; Q -> C -> One"},
		{"no table", sender + queueOf + with(consumerOf, "TT: one", "TT: x") + only, nil, "S -> Q; Q -> C; C names no table: a message takes its time and does not fail"},
		{"a table to read", sender + queueOf + allowed(with(consumerOf, "TT: one", "TT: x"), "DynamoDBReadPolicy", "Two") + tables, nil, "S -> Q; Q -> C -> Two"},
		{"an asked table", sender + queueOf + allowed(with(consumerOf, "TT: one", "TT: two"), "DynamoDBWritePolicy", "One") + tables, func(o *rehearse.Options) { o.Table = "One" }, "S -> Q; Q -> C -> One"},
		{"two queues", with(sender, "}], Events", "}, SQSSendMessagePolicy: {QueueName: !GetAtt R.QueueName}], Events") + queueOf + consumerOf + other + only, nil, "S -> Q; Q -> C -> One; S sends to Q alone, of the 2 queues to which it may send"},
		{"dead letters", sender + with(queueOf, "Queue", "Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt R.Arn, maxReceiveCount: 3}}") + consumerOf + other + only, nil, "S -> Q; Q -> C -> One; R -> D -> One"},
		{"giving back", sender + queueOf + with(consumerOf, "Environment: {Variables: {TT: one}}", gives) + only, nil, "S -> Q; Q -> C -> One; C gives back what it could not do for 1 to 5 s"},
		{"not giving back", sender + queueOf + with(consumerOf, "Environment: {Variables: {TT: one}}", gives) + only, func(o *rehearse.Options) { o.GiveBack = new(time.Duration(0)) }, "S -> Q; Q -> C -> One"},
		{"filters", sender + queueOf + with(consumerOf, "Properties: {Queue:", `Properties: {FilterCriteria: {Filters: [{Pattern: '{"body": ["x"]}'}]}, Queue:`) + only, nil, "S -> Q; Q -> C -> One; all messages pass the filters of C"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "template.yaml")
			if err := os.WriteFile(file, []byte(head+tt.resources), 0o600); err != nil {
				t.Fatal(err)
			}
			o := options(t, "constant:1/s")
			o.For = time.Minute
			if tt.set != nil {
				tt.set(&o)
			}
			rep := queued(t, file, o)
			tables := map[string]string{}
			for i := range rep.Functions {
				for _, c := range rep.Functions[i].Calls {
					tables[rep.Functions[i].Function] += " -> " + c.Table
				}
			}
			route := &rep.Routes[0]
			steps := []string{route.Function + tables[route.Function]}
			if route.Queue != "" {
				steps[0] += " -> " + route.Queue
			}
			for i := range rep.Queues {
				for _, m := range rep.Queues[i].Mappings {
					steps = append(steps, rep.Queues[i].Queue+" -> "+m.Function+tables[m.Function])
				}
				if q := &rep.Queues[i]; q.Done != q.Sent || q.Dead+q.Left > 0 {
					t.Errorf("of %d messages of %s %d are done", q.Sent, q.Queue, q.Done)
				}
			}
			if got := strings.Join(append(steps, rep.Assumed...), "; "); got != tt.want || route.Served != route.Offered {
				t.Errorf("%s, %d of %d served\nwant %s", got, route.Served, route.Offered, tt.want)
			}
		})
	}
}

// A FIFO queue refuses more than 300 sends a second, and the function's clients get
// its 503.
func TestSendsRefused(t *testing.T) {
	fifo := strings.Replace(queueOf, "Queue}", "Queue, Properties: {FifoQueue: true}}", 1)
	file := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(file, []byte(head+sender+fifo+consumerOf+only), 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(t, "constant:400/s")
	o.For = 20 * time.Second
	rep := queued(t, file, o)
	route, q := &rep.Routes[0], &rep.Queues[0]
	between(t, "sent", q.Sent, 300*20, 300*21+1)
	if len(route.Refusals) != 1 || route.Refusals[0].Service != "SQS" || route.Refusals[0].Resource != "Q" || route.Refusals[0].Count != q.SendsRefused ||
		route.Answers[0].Status != 503 || route.Offered != q.Sent+q.SendsRefused || q.Done != q.Sent {
		t.Errorf("%+v\n%+v", route, q)
	}
}

// Routes that play at once have arrivals of their own, and meet at a table: reads
// and writes of one table apart, writes of two routes together.
func TestSeveralRoutes(t *testing.T) {
	o := options(t, "constant:30/s")
	o.For, o.Drained, o.MaxAttempts = 5*time.Minute, true, 1
	alone := play(t, itemsTemplate, o)
	also(t, "GET /item/7=constant:3/s")(&o)
	rep := queued(t, itemsTemplate, o)
	if rep.Routes[0].Offered != alone.Offered || rep.Routes[0].Served != alone.Served || rep.Routes[1].Traffic != "constant:3/s" || rep.Routes[1].Refused > 0 {
		t.Errorf("with reads: %+v\nwithout: %+v", rep.Routes, alone.Route)
	}
	o.Also = nil
	also(t, "PUT /one=constant:30/s")(&o)
	rep = queued(t, itemsTemplate, o)
	if both := rep.Routes[0].Served + rep.Routes[1].Served; both < 5*300-10 || both > 5*300+10 || rep.Routes[1].Served < 5*300/3 || len(rep.Tables) != 1 {
		t.Errorf("two routes that write: %+v", rep.Routes)
	}
	if rep.Routes[1].Offered == rep.Routes[0].Offered {
		t.Error("two routes have the same arrivals")
	}
}

// Errors about queues and further routes name the place.
func TestErrorsOfQueues(t *testing.T) {
	smallMessages := filepath.Join(t.TempDir(), "small.yaml")
	if err := os.WriteFile(smallMessages, []byte(head+sender+strings.Replace(queueOf, "Q: {Type: AWS::SQS::Queue", "Q: {Type: AWS::SQS::Queue, Properties: {QueueName: q, MaximumMessageSize: 1024}", 1)+
		consumerOf+only), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, template string
		set            func(*rehearse.Options)
		want           string
	}{
		{"a backlog of no queue", itemsTemplate, func(o *rehearse.Options) { o.Backlog = 1 }, "--backlog: PutItem sends to no queue of the template that has a consumer"},
		{"a backlog too large", queuedTemplate, func(o *rehearse.Options) { o.Backlog = 5_000_001 }, "--backlog: a queue has 0 to 5000000 messages, not 5000001"},
		{"giving back without a queue", itemsTemplate, func(o *rehearse.Options) { o.GiveBack = new(time.Second) }, "--give-back: PutItem sends to no queue"},
		{"giving back in part of a second", queuedTemplate, func(o *rehearse.Options) { o.GiveBack = new(1500 * time.Millisecond) }, "--give-back: messages are hidden for whole seconds up to 12h0m0s, not 1.5s"},
		{"a slow consumer", queuedTemplate, func(o *rehearse.Options) { o.ServiceTime = 4 * time.Second }, "--service-time: 4s is all of the Timeout of Write, 5s (testdata/queued.yaml:43), but for the 1s of its answer: every message would fail"},
		{"a large message", smallMessages, func(o *rehearse.Options) { o.ItemBytes = 1_025 }, "--item-bytes: a message of Q has at most 1024 bytes"},
		{"a route twice", itemsTemplate, also(t, "POST /item=constant:1/s"), "--also: POST /item is played already"},
		{"another route that is none", itemsTemplate, also(t, "GET /nothing=constant:1/s"), "no route \"GET /nothing\", but:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := options(t, "constant:50/s")
			tt.set(&o)
			_, err := rehearse.New(load(t, tt.template), o)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want %s", err, tt.want)
			}
		})
	}
	for text, want := range map[string]string{
		"GET /":              `"GET /" is not METHOD PATH=TRAFFIC, such as GET /item/7=constant:50/s`,
		"GET /a=b=constant:": `traffic "constant:": want constant:R/s, `,
	} {
		if err := new(rehearse.Also).UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// A queue's delay and a mapping's window make messages late, and a window makes
// batches large.
func TestDelayAndWindow(t *testing.T) {
	file := filepath.Join(t.TempDir(), "template.yaml")
	delayed := strings.Replace(queueOf, "Queue}", "Queue, Properties: {DelaySeconds: 60}}", 1)
	gathered := strings.Replace(consumerOf, "Properties: {Queue:", "Properties: {BatchSize: 100, MaximumBatchingWindowInSeconds: 30, Queue:", 1)
	if err := os.WriteFile(file, []byte(head+sender+delayed+gathered+only), 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(t, "constant:10/s")
	o.For = 5 * time.Minute
	q := &queued(t, file, o).Queues[0]
	between(t, "half are late by", q.P50, seconds(65), seconds(95))
	between(t, "few are later than", q.P99, seconds(85), seconds(115))
	if size := q.Done / q.Mappings[0].Invocations; q.Done != q.Sent || size < 20 || q.Received != q.Sent {
		t.Errorf("%d of %d done, received %d times, in batches of %d", q.Done, q.Sent, q.Received, size)
	}
}
