package template

import (
	"maps"
	"slices"

	"lullaby/queue/request"
)

// CreateQueue returns the request that makes the queue as CloudFormation would,
// with its policy. What the template does not say is absent.
func (q *Queue) CreateQueue() *request.CreateQueueInput {
	in := &request.CreateQueueInput{QueueName: q.Name, Attributes: maps.Clone(q.Attributes)}
	if q.Policy != "" {
		in.Attributes["Policy"] = q.Policy
	}
	if len(q.Tags) > 0 {
		in.Tags = make(map[string]string, len(q.Tags))
	}
	for _, t := range q.Tags {
		in.Tags[t.Key] = t.Value
	}
	return in
}

// check adds what AWS would refuse of the queue, whose values in has read, where
// it stands.
func (q *Queue) check(in reader) {
	if err := q.CreateQueue().Check(); err != nil {
		in.fail(q.Pos(q.refused()...).Line, "%s%v", in.label, err)
	}
}

// refused returns the field that AWS refuses: the name, or the first attribute with
// which the queue is refused, after FifoQueue, on which others depend.
func (q *Queue) refused() []string {
	const kind = "FifoQueue"
	in := request.CreateQueueInput{QueueName: q.Name, Attributes: make(map[string]string)}
	names := slices.Sorted(maps.Keys(q.Attributes))
	if value, given := q.Attributes[kind]; given {
		in.Attributes[kind] = value
		if (&request.CreateQueueInput{QueueName: "a.fifo", Attributes: in.Attributes}).Check() != nil {
			return []string{"Attributes", kind}
		}
	}
	if in.Check() != nil {
		return []string{"Name"}
	}
	for _, name := range names {
		if in.Attributes[name] = q.Attributes[name]; in.Check() != nil {
			return []string{"Attributes", name}
		}
	}
	return nil
}
