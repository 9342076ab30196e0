package store

import (
	"context"
	"math"

	"lullaby/instant"
	"lullaby/queue/request"
)

// DeleteQueueOutput is the output of DeleteQueue.
type DeleteQueueOutput struct{}

// DeleteQueue deletes a queue with its messages. Polls that wait end with a
// refusal. The error is a refusal, or of storage.
func (e *Engine) DeleteQueue(_ context.Context, now instant.Instant, in *request.DeleteQueueInput) (*DeleteQueueOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	b := e.db.NewBatch()
	b.UseReserve()
	b.Delete(namedKey(descriptions, q.name))
	b.Delete(numberedKey(cursors, q.number))
	deleteMessages(b, q.number, 0, math.MaxUint64)
	deleteTasks(b, q.number)
	delete(e.moves, q.number)
	if !e.opts.Instant {
		stageDeparture(b, q.name, now)
	}
	s, err := q.end(b)
	if err != nil {
		return nil, err
	}
	e.queues.Delete(q.name)
	e.depart(q.name, now)
	e.relink(now, q.arn)
	return &DeleteQueueOutput{}, s.Wait()
}
