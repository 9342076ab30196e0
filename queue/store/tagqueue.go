package store

import (
	"context"
	"maps"

	"lullaby/instant"
	"lullaby/queue/request"
)

// TagQueueOutput is the output of TagQueue.
type TagQueueOutput struct{}

// TagQueue sets tags of a queue. The error is a refusal, or of storage.
func (e *Engine) TagQueue(_ context.Context, now instant.Instant, in *request.TagQueueInput) (*TagQueueOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	return &TagQueueOutput{}, e.retag(now, in.QueueUrl, func(tags map[string]string) { maps.Copy(tags, in.Tags) })
}

// retag changes the tags of a queue. The error is a refusal, or of storage.
func (e *Engine) retag(now instant.Instant, url string, change func(tags map[string]string)) error {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	q, err := e.find(url)
	if err != nil {
		return err
	}
	d := q.desc.Load().tagged(change)
	if err := request.CheckTagCount(q.name, len(d.Tags)); err != nil {
		return err
	}
	return e.replace(now, e.db.NewBatch(), q, d)
}
