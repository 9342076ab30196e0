package rehearse

import (
	"fmt"
	"math"

	"lullaby/capacity"
	"lullaby/lambda"
	esm "lullaby/lambda/mapping"
	sqs "lullaby/queue"
	"lullaby/template"
)

// A builder makes the parts of a world, each once.
type builder struct {
	r      *Rehearsal
	w      *world
	setup  *setup
	admits map[*template.Function]*lambda.Function
}

// newWorld returns the changed stack at the start, without traffic. It includes
// functions that no request reaches, since their reserved concurrency is missing
// to the others.
func (r *Rehearsal) newWorld(s *setup) (*world, error) {
	o := &r.options
	w := &world{options: o, start: o.start()}
	w.now, w.worked, w.horizon = w.start, w.start, w.start.Add(r.lasts())
	w.watching = math.MaxUint16
	w.limit = w.horizon.Add(max(o.For, Aftermath))
	b := &builder{r: r, w: w, setup: s, admits: map[*template.Function]*lambda.Function{}}
	account := lambda.NewAccount(lambda.Limits{Unlimited: o.Unlimited})
	for _, f := range r.template.Functions {
		var err error
		if b.admits[f], err = account.AddFunction(f.Name, f.ReservedConcurrency); err != nil {
			return nil, fmt.Errorf("%v: function %s: %w", f.Pos(), f.LogicalID, err)
		}
	}
	throttle := newThrottle(o)
	for i := range r.paths {
		p := &r.paths[i]
		f, err := b.function(p.function)
		if err != nil {
			return nil, err
		}
		c := b.call(f, p.table, p.direction)
		if c.queue, err = b.queue(r.linkOf(p.queue)); err != nil {
			return nil, err
		}
		w.stages = append(w.stages, p.newStage(f, c, o, throttle))
	}
	return w, nil
}

// function returns the function of a template's.
func (b *builder) function(of *template.Function) (*function, error) {
	for _, f := range b.w.functions {
		if f.of == of {
			return f, nil
		}
	}
	m, err := findMode(of, b.w.options)
	if err != nil {
		return nil, err
	}
	f := &function{of: of, admits: b.admits[of], mode: m, rng: b.w.options.chance(chanceOfDelays, of.LogicalID)}
	f.number = b.w.add(f)
	b.w.functions = append(b.w.functions, f)
	return f, nil
}

// call adds a call of a table to a function; nil: of none.
func (b *builder) call(f *function, of *template.Table, d capacity.Direction) *call {
	c := &call{}
	if of != nil {
		name := f.of.LogicalID
		if n := len(f.calls); n > 0 {
			name = fmt.Sprintf("%s %d", name, n)
		}
		c.operation = newOperation(b.table(of), d, b.w.options, b.w.options.chance(chanceOfKeys, name))
	}
	f.calls = append(f.calls, c)
	return c
}

// table returns the table of a template's.
func (b *builder) table(of *template.Table) *table {
	for _, t := range b.w.tables {
		if t.of == of {
			return t
		}
	}
	p := b.setup.planOf(of)
	t := newTable(of, &p, b.w.options)
	t.number = b.w.add(t)
	b.w.tables = append(b.w.tables, t)
	return t
}

// queue returns the queue of a link, with its mappings and with the queues behind
// it; nil for nil.
func (b *builder) queue(l *link) (*queue, error) {
	if l == nil {
		return nil, nil
	}
	for _, q := range b.w.queues {
		if q.of == l.of {
			return q, nil
		}
	}
	o := b.w.options
	q := &queue{of: l.of, settings: l.settings, ledger: ledger{}, took: newLatencies(longestAge), over: history{every: 1}}
	q.messages = sqs.New(&q.settings, nil)
	if o.Pessimistic {
		q.messages = sqs.New(&q.settings, o.chance(chanceOfReceives, l.of.LogicalID))
	}
	if l.settings.FIFO && !o.Unlimited {
		q.limit = sqs.NewThroughput(b.w.start, l.region, &q.settings)
	}
	q.number = b.w.add(q)
	b.w.queues = append(b.w.queues, q)
	first := l.of == b.r.paths[0].queue
	if first {
		for q.backlog < o.Backlog {
			q.put(b.w, b.w.start, b.w.start)
			q.backlog++
		}
	}
	for _, c := range l.consumers {
		if err := b.mapping(q, c, first); err != nil {
			return nil, err
		}
	}
	var err error
	q.dead, err = b.queue(b.r.linkOf(l.dead))
	return q, err
}

// mapping adds a mapping to a queue. first says whether it is that of the first
// path.
func (b *builder) mapping(q *queue, c *consumer, first bool) error {
	f, err := b.function(c.function)
	if err != nil {
		return err
	}
	m := &mapping{of: c, queue: q, function: f, call: b.call(f, c.table, c.direction)}
	pace := c.pace
	if first && b.setup.concurrency > 0 {
		pace.MaximumConcurrency = b.setup.concurrency
	}
	m.poller = esm.NewPoller[message](b.w.start, pace)
	m.rng = b.w.options.chance(chanceOfReturns, q.of.LogicalID+" "+c.function.LogicalID)
	m.number = b.w.add(m)
	q.consumers = append(q.consumers, m)
	m.due = b.w.start
	b.w.schedule(m.due, m.number, pollerWakes, 0)
	return nil
}
