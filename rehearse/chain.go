package rehearse

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lullaby/capacity"
	esm "lullaby/lambda/mapping"
	"lullaby/queue/request"
	"lullaby/template"
)

// A link is a queue that is played, with who receives from it.
type link struct {
	of        *template.Queue
	settings  request.Settings
	region    string          // empty: nobody receives from it
	dead      *template.Queue // nil: out of the template, or no redrive policy
	consumers []*consumer
}

// A consumer is a function that a mapping invokes with messages, and what it does
// for each of them.
type consumer struct {
	function  *template.Function
	table     *template.Table // nil: none
	direction capacity.Direction
	pace      esm.Pace
	reports   bool          // its answer names the messages that failed
	giveBack  time.Duration // it makes them visible after whole seconds from 1 to this; 0: it does not
}

// sendsTo returns the queues with consumers to which a function may send, in the
// order of the file: those of which its policies say so, or else those that its
// environment names and of which they say nothing. What a function sends to the
// queue that it receives from is left out.
func sendsTo(t *template.Template, f *template.Function) (all []*template.Queue) {
	for _, q := range t.Queues {
		mappings := mappingsOf(t, q)
		own := slices.ContainsFunc(mappings, func(m *template.EventSourceMapping) bool { return m.FunctionName == f.Name })
		if len(mappings) == 0 || own {
			continue
		}
		i := slices.IndexFunc(f.QueueGrants, func(g template.QueueGrant) bool { return g.Queue == q.LogicalID })
		if i >= 0 && f.QueueGrants[i].Send || i < 0 && names(f, q) {
			all = append(all, q)
		}
	}
	return all
}

// mappingsOf returns the mappings of a queue that are enabled.
func mappingsOf(t *template.Template, q *template.Queue) (all []*template.EventSourceMapping) {
	for _, m := range t.EventSourceMappings {
		if isQueue(q, m.EventSourceARN) && m.Settings.IsEnabled() {
			all = append(all, m)
		}
	}
	return all
}

// isQueue reports whether an ARN is that of a queue of the template.
func isQueue(q *template.Queue, arn string) bool {
	return strings.HasPrefix(arn, "arn:") && strings.HasSuffix(arn, ":"+q.Name)
}

// names reports whether a variable of the function is the name, the ARN or the URL
// of the queue.
func names(f *template.Function, q *template.Queue) bool {
	for _, value := range f.Environment {
		if value == q.Name || isQueue(q, value) || strings.Contains(value, "://") && strings.HasSuffix(value, "/"+q.Name) {
			return true
		}
	}
	return false
}

// findQueue sets the queue of the path, which is the first to which the function
// sends, if there is one.
func (p *path) findQueue(all []*template.Queue) {
	if len(all) == 0 {
		return
	}
	p.queue = all[0]
	if len(all) > 1 {
		p.assume("%s sends to %s alone, of the %d queues to which it may send", p.function.LogicalID, p.queue.LogicalID, len(all))
	}
}

// link adds a queue to those that are played, and those behind it: where its
// redrive policy moves messages.
func (r *Rehearsal) link(q *template.Queue) error {
	if q == nil || r.linkOf(q) != nil {
		return nil
	}
	settings, err := q.CreateQueue().Settings()
	if err != nil {
		return fmt.Errorf("%v: %s: %w", q.Pos(), q.LogicalID, err)
	}
	if r.options.ItemBytes > settings.MaxMessageSize {
		return fmt.Errorf("--item-bytes: a message of %s has at most %d bytes (%v), not %d",
			q.LogicalID, settings.MaxMessageSize, q.Pos("Attributes", "MaximumMessageSize"), r.options.ItemBytes)
	}
	l := &link{of: q, settings: settings}
	r.links = append(r.links, l)
	for _, m := range mappingsOf(r.template, q) {
		c, err := r.consumer(l, m)
		if err != nil {
			return err
		}
		l.consumers = append(l.consumers, c)
		l.region = strings.Split(m.EventSourceARN, ":")[3] // isQueue has found it to be an ARN
	}
	if settings.Redrive == nil {
		return nil
	}
	i := slices.IndexFunc(r.template.Queues, func(q *template.Queue) bool { return isQueue(q, settings.Redrive.Target) })
	if i < 0 {
		return nil
	}
	l.dead = r.template.Queues[i]
	return r.link(l.dead)
}

// linkOf returns the link of a queue, nil if it is not played or q is nil.
func (r *Rehearsal) linkOf(q *template.Queue) *link {
	for _, l := range r.links {
		if l.of == q {
			return l
		}
	}
	return nil
}

// consumer returns what a mapping of a queue invokes.
func (r *Rehearsal) consumer(l *link, m *template.EventSourceMapping) (*consumer, error) {
	f, o := functionOf(r.template, m.FunctionName), &r.options
	c := &consumer{function: f, pace: m.Settings.Pace(f.Timeout, l.settings.Visibility), reports: m.Settings.ReportsFailures()}
	if o.Pessimistic {
		c.pace.Assumptions = esm.Strict
	}
	if _, err := findMode(f, o); err != nil {
		return nil, err
	}
	if longest := f.Timeout - reserve(f, true); o.ServiceTime >= longest {
		return nil, fmt.Errorf("--service-time: %v is all of the Timeout of %s, %v (%v), but for the %v of its answer: every message would fail",
			o.ServiceTime, f.LogicalID, f.Timeout, f.Pos("Timeout"), f.Timeout-longest)
	}
	r.findTableOf(c)
	if c.giveBack = r.giveBack(l.of, f); c.giveBack > 0 {
		r.assume("%s gives back what it could not do for 1 to %d s", f.LogicalID, c.giveBack/time.Second)
	}
	if criteria := m.Settings.FilterCriteria; criteria != nil && len(criteria.Filters) > 0 {
		r.assume("all messages pass the filters of %s", f.LogicalID)
	}
	return c, nil
}

// GiveBack is for how many seconds a consumer hides what it could not do, if it
// does so and the options do not say for how many. Assumed: as that of items does.
const GiveBack = 5 * time.Second

// giveBack returns for how long a consumer gives back what it could not do.
// Assumed: it does if it may change the visibility of the messages, and its
// environment names the queue, of which it has no other use.
func (r *Rehearsal) giveBack(q *template.Queue, f *template.Function) time.Duration {
	if o := r.options.GiveBack; o != nil {
		return *o
	}
	may := slices.ContainsFunc(f.QueueGrants, func(g template.QueueGrant) bool { return g.Queue == q.LogicalID && g.Hide })
	if may && names(f, q) {
		return GiveBack
	}
	return 0
}

// findTableOf sets the table of a consumer: the one that is asked for, if it uses
// that, or else the first that it may write, or the first that it may read.
func (r *Rehearsal) findTableOf(c *consumer) {
	o := r.options
	uses := usesOf(r.template, c.function, &o)
	if len(uses) == 0 {
		o.Table = ""
		uses = usesOf(r.template, c.function, &o)
	}
	if len(uses) == 0 {
		r.assume("%s names no table: a message takes its time and does not fail", c.function.LogicalID)
		return
	}
	reads := func(u template.Grant) bool { return u.Read && !u.Write }
	i := slices.IndexFunc(uses, func(u template.Grant) bool { return !reads(u) })
	c.direction = capacity.Write
	if i < 0 {
		i, c.direction = 0, capacity.Read
	}
	c.table = tableOf(r.template, uses[i].Table)
	if len(uses) > 1 {
		r.assume("%s calls %s alone, of the %d tables that it names", c.function.LogicalID, c.table.LogicalID, len(uses))
	}
}

func (r *Rehearsal) assume(format string, args ...any) {
	r.assumed = append(r.assumed, fmt.Sprintf(format, args...))
}
