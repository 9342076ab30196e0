package store

import (
	"context"
	"maps"
	"strconv"
	"time"

	"lullaby/instant"
	"lullaby/queue/request"
)

// GetQueueAttributesOutput is the output of GetQueueAttributes.
type GetQueueAttributesOutput struct {
	Attributes map[string]string `json:",omitempty" query:"Attribute,Name,Value"`
}

// GetQueueAttributes returns the attributes of a queue that the names ask for. The
// counts of messages are exact; on AWS they lag behind by a minute. The error is a
// refusal.
func (e *Engine) GetQueueAttributes(_ context.Context, now instant.Instant, in *request.GetQueueAttributesInput) (*GetQueueAttributesOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if len(in.AttributeNames) == 0 {
		return &GetQueueAttributesOutput{}, nil
	}
	if err := in.CheckFor(&q.desc.Load().settings); err != nil {
		return nil, err
	}
	all, err := q.attributes(now)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(all, func(name, _ string) bool { return !in.Wants(name) })
	return &GetQueueAttributesOutput{all}, nil
}

// attributes returns all attributes of the queue.
func (q *queue) attributes(now instant.Instant) (map[string]string, error) {
	counts, err := q.counts(now)
	if err != nil {
		return nil, err
	}
	d := q.desc.Load()
	all := d.settings.Attributes()
	all["QueueArn"] = q.arn
	for name, at := range map[string]instant.Instant{"CreatedTimestamp": d.Created, "LastModifiedTimestamp": d.Modified} {
		all[name] = strconv.FormatInt(int64(at)/int64(time.Second), 10)
	}
	for name, n := range map[string]int{
		"ApproximateNumberOfMessages":           counts.Visible,
		"ApproximateNumberOfMessagesDelayed":    counts.Delayed,
		"ApproximateNumberOfMessagesNotVisible": counts.InFlight,
	} {
		all[name] = strconv.Itoa(n)
	}
	return all, nil
}
