package report

import (
	"fmt"
	"strings"
)

// A Queue is what became of the messages of a queue. Instants and counts are from
// the start of the traffic to the end of what it began, when functions and queues
// have no more to do; one hour after the traffic, or after as long as it lasted, no
// message is received any more.
type Queue struct {
	Queue           string `json:"queue"`             // logical id
	DeadLetterQueue string `json:"dead_letter_queue"` // logical id, an ARN if it is out of the template; empty: none
	Visibility      Span   `json:"visibility_seconds"`
	MaxReceives     int64  `json:"max_receives"` // 0: no dead-letter queue

	Backlog      int64 `json:"backlog"`       // messages at the start
	Sent         int64 `json:"sent"`          // besides
	SendsRefused int64 `json:"sends_refused"` // by the queue
	Moved        int64 `json:"moved"`         // here, from queues whose dead-letter queue it is

	Received         int64 `json:"received"`             // a message that is received twice counts twice
	ReceivedMessages int64 `json:"received_messages"`    // each counts once
	AllReceived      Span  `json:"all_received_seconds"` // when the last message was received for the first time
	Failed           int64 `json:"failed"`               // receives whose call did not succeed

	Done      int64 `json:"done"`               // messages whose call has succeeded
	DoneAgain int64 `json:"done_again"`         // calls that succeeded for a message that was done, or no longer in the queue
	Dead      int64 `json:"dead"`               // moved to the dead-letter queue
	DeadDone  int64 `json:"dead_done"`          // of those, messages whose call had succeeded
	FirstDead Span  `json:"first_dead_seconds"` // 0: none
	Expired   int64 `json:"expired"`            // over their retention
	Left      int64 `json:"left"`               // at the end
	Empty     Span  `json:"empty_seconds"`      // when the last message left; 0: none has, or some are left

	Deepest   int64 `json:"deepest"` // the most visible messages that a look found
	DeepestAt Span  `json:"deepest_seconds"`
	Oldest    Span  `json:"oldest_seconds"` // the highest age of the oldest message, as its metric has it
	OldestAt  Span  `json:"oldest_at_seconds"`

	// From the send of a message to the success of its call, as of a Route.
	P50 Span `json:"p50_seconds"`
	P95 Span `json:"p95_seconds"`
	P99 Span `json:"p99_seconds"`

	Mappings []Mapping `json:"mappings"`
	Moments  []Moment  `json:"moments"` // at most 120, with equal time between them but for the last
}

// A Mapping is who received from a queue, and with what settings.
type Mapping struct {
	Function           string `json:"function"` // logical id
	BatchSize          int64  `json:"batch_size"`
	MaximumConcurrency int64  `json:"maximum_concurrency"` // 0: none
	ReportsFailures    bool   `json:"reports_failures"`
	GiveBack           Span   `json:"give_back_seconds"` // 0: what failed waits for the visibility timeout

	Invocations   int64 `json:"invocations"`
	Throttled     int64 `json:"throttled"` // by Lambda, besides
	Errors        int64 `json:"errors"`    // of the invocations
	EmptyReceives int64 `json:"empty_receives"`
}

// A Moment is what a queue was like at an instant.
type Moment struct {
	At       Span  `json:"at_seconds"`
	Visible  int64 `json:"visible"`
	InFlight int64 `json:"in_flight"`
	Delayed  int64 `json:"delayed"`
	Age      Span  `json:"age_seconds"` // of the oldest message, as its metric has it
	Done     int64 `json:"done"`        // so far
	Dead     int64 `json:"dead"`        // so far
}

// all returns how many messages there were.
func (q *Queue) all() int64 { return q.Backlog + q.Sent + q.Moved }

// left returns how many messages are left that somebody should have received.
func (q *Queue) left() int64 {
	if len(q.Mappings) == 0 {
		return 0
	}
	return q.Left
}

func (r *Report) lostMessages() bool {
	for i := range r.Queues {
		if q := &r.Queues[i]; q.Dead+q.Expired+q.left() > 0 {
			return true
		}
	}
	return false
}

// verdictOfQueues returns what became of requests and messages, in one sentence.
func (r *Report) verdictOfQueues(all *Route) string {
	var parts []string
	link := ""
	switch {
	case all.lost():
		parts, link = []string{all.failure("requests")}, "and "
	case all.Offered > 0:
		parts, link = []string{"No request fails"}, "but "
	}
	if r.lostMessages() {
		for i := range r.Queues {
			parts = append(parts, r.Queues[i].losses(&link)...)
		}
	} else {
		parts = append(parts, r.Queues[0].kept(len(parts) > 0))
	}
	text := strings.Join(parts, ", ")
	return strings.ToUpper(text[:1]) + text[1:] + r.Remedy.advice(r.direction())
}

// kept returns that nothing of the queue is lost.
func (q *Queue) kept(further bool) string {
	text := "no message is lost"
	if q.all() == 0 {
		text = "no message came"
	}
	if further {
		text = "and " + text
	}
	if q.Empty > 0 {
		text += fmt.Sprintf("; %s is empty after %v", q.Queue, q.Empty)
	}
	return text
}

// losses returns how many messages the queue lost, and how. The first begins with
// link, which is then empty.
func (q *Queue) losses(link *string) (parts []string) {
	some := func(n int64, verb string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s%s of %s %s", *link, lower(share(n, q.all(), "messages")), q.Queue, verb))
			*link = ""
		}
	}
	some(q.Dead, fmt.Sprintf("go to %s %s", q.DeadLetterQueue, from(q.FirstDead)))
	some(q.Expired, "are lost after their retention")
	some(q.left(), "are left")
	return parts
}

func lower(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// chains writes what receives from each queue, as path does for routes.
func (w *rows) chains(r *Report) {
	for i := range r.Queues {
		q := &r.Queues[i]
		for j := range q.Mappings {
			m := &q.Mappings[j]
			steps := []string{q.Queue, m.Function}
			if tables := r.tables(m.Function); tables != nil {
				steps = append(steps, strings.Join(tables, ", "))
			}
			w.row("queue", "%s", strings.Join(steps, " -> "))
			w.row("", "%s", m.settings())
		}
		if len(q.Mappings) > 0 {
			w.row("", "%s", q.settings())
		}
	}
}

func (m *Mapping) settings() string {
	text := "batches of " + grouped(m.BatchSize)
	if m.MaximumConcurrency > 0 {
		text += ", concurrency " + grouped(m.MaximumConcurrency)
	}
	if m.ReportsFailures {
		text += ", failures reported"
	}
	return text
}

func (q *Queue) settings() string {
	text := fmt.Sprintf("hidden for %v", q.Visibility)
	switch q.MaxReceives {
	case 0:
	case 1:
		text += ", after a receive to " + q.DeadLetterQueue
	default:
		text += fmt.Sprintf(", after %s receives to %s", grouped(q.MaxReceives), q.DeadLetterQueue)
	}
	return text
}

// queues writes what became of the messages of each queue that had some.
func (w *rows) queues(queues []Queue) {
	for i := range queues {
		if q := &queues[i]; q.all() > 0 {
			w.queue(q)
		}
	}
}

func (w *rows) queue(q *Queue) {
	width := len(grouped(max(q.all(), q.Received)))
	count := func(label string, n int64, what string) { w.row(label, "%*s %s", width, grouped(n), what) }
	some := func(n int64, what string) {
		if n > 0 {
			count("", n, what)
		}
	}
	count("messages", q.all(), "of "+q.Queue)
	if q.ReceivedMessages > 0 {
		count("received", q.Received, fmt.Sprintf("times, each message once within %v", q.AllReceived))
		some(q.Failed, "receives without success")
	}
	if len(q.Mappings) > 0 {
		count("done", q.Done, "messages")
		some(q.DoneAgain, "times for a message that was done or gone")
	}
	if q.Dead > 0 {
		count("dead", q.Dead, fmt.Sprintf("messages, the first after %v", q.FirstDead))
		some(q.DeadDone, "of them were done")
	}
	some(q.Expired, "messages lost after their retention")
	some(q.Left, "messages left at the end")
	if q.Empty > 0 {
		w.row("empty", "after %v", q.Empty)
	}
	if q.Done > 0 {
		w.row("took", "%v p50, %v p95, %v p99 of those done", q.P50, q.P95, q.P99)
	}
	for i := range q.Mappings {
		w.mapping(&q.Mappings[i])
	}
	if len(q.Mappings) > 0 && q.Deepest > 0 {
		w.row("depth", "%s visible at most, after %v", grouped(q.Deepest), q.DeepestAt)
		w.row("age", "%v at most, after %v", q.Oldest, q.OldestAt)
		w.moments(q.Moments)
	}
}

func (w *rows) mapping(m *Mapping) {
	text := fmt.Sprintf("%s of %s, %s empty receives", grouped(m.Invocations), m.Function, grouped(m.EmptyReceives))
	if m.Throttled > 0 {
		text += fmt.Sprintf(", %s throttled", grouped(m.Throttled))
	}
	if m.Errors > 0 {
		text += fmt.Sprintf(", %s failed", grouped(m.Errors))
	}
	w.row("invocations", "%s", text)
}

// mostRows is how many moments the text has at most besides the
// last.
const mostRows = 10

// moments writes a queue over time.
func (w *rows) moments(all []Moment) {
	w.row("over time", "%9s %11s %11s %9s %11s %9s", "after", "visible", "in flight", "oldest", "done", "dead")
	step := (len(all) + mostRows - 2) / mostRows
	for i := range all {
		if i%max(1, step) != 0 && i != len(all)-1 {
			continue
		}
		m := &all[i]
		w.row("", "%9v %11s %11s %9v %11s %9s", m.At, grouped(m.Visible), grouped(m.InFlight), m.Age, grouped(m.Done), grouped(m.Dead))
	}
}
