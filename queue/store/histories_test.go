package store_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"lullaby/internal/longtest"
	"lullaby/queue/request"
	"lullaby/queue/store"
	"lullaby/storage"
)

// A call is a request to a FIFO queue with one message group: a send of a message by
// its MessageDeduplicationId, a receive of one message, or the delete of a message.
type call struct {
	verb  string // Send, Receive, Delete
	queue int
	token string // of Send
	id    string // of Delete: the SequenceNumber of the message
}

// A fifoState is what a FIFO queue with one group is: the messages in order, whether
// the first is in flight, the last that was sent, and which message a token stands
// for.
type fifoState struct {
	messages []string
	flying   bool
	last     string
	known    map[string]string
}

// fifoModel is a FIFO queue. Its answers are SequenceNumbers, "" for none.
var fifoModel = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := make([][]porcupine.Operation, fifoQueues)
		for _, op := range history {
			queue := op.Input.(call).queue
			parts[queue] = append(parts[queue], op)
		}
		return parts
	},
	Init: func() any { return fifoState{} },
	Step: func(state, in, out any) (bool, any) {
		s, c, id := state.(fifoState), in.(call), out.(string)
		switch c.verb {
		case "Send":
			return s.send(c.token, id)
		case "Receive":
			if id == "" {
				return len(s.messages) == 0 || s.flying, s
			}
			fine := len(s.messages) > 0 && !s.flying && s.messages[0] == id
			s.flying = true
			return fine, s
		default:
			if len(s.messages) == 0 || s.messages[0] != c.id {
				return false, s
			}
			s.messages, s.flying = s.messages[1:], false
			return true, s
		}
	},
	Equal: func(a, b any) bool {
		x, y := a.(fifoState), b.(fifoState)
		return x.flying == y.flying && x.last == y.last && slices.Equal(x.messages, y.messages) && maps.Equal(x.known, y.known)
	},
	DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v -> %v", in, out) },
}

// send sends a message, or finds that its token is known.
func (s fifoState) send(token, id string) (fine bool, after fifoState) {
	if first, known := s.known[token]; known {
		return first == id, s
	}
	after = fifoState{append(slices.Clone(s.messages), id), s.flying, id, maps.Clone(s.known)}
	if after.known == nil {
		after.known = map[string]string{}
	}
	after.known[token] = id
	return id > s.last, after
}

const fifoQueues = 4

// The answers of FIFO queues to many clients at once have one explanation: messages
// come in the order in which they were sent, none while another is in flight, and a
// message that is sent twice is there once.
func TestHistoriesOfFIFO(t *testing.T) {
	for range longtest.Histories(3, 20) {
		seed := rand.Uint64()
		history := fifoHistory(t, seed)
		if got := porcupine.CheckOperationsTimeout(fifoModel, history, time.Minute); got != porcupine.Ok {
			slices.SortFunc(history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
			for _, op := range history {
				t.Logf("%d to %d: %s", op.Call, op.Return, fifoModel.DescribeOperation(op.Input, op.Output))
			}
			t.Fatalf("seed %d: the history is %s", seed, got)
		}
	}
}

// fifoHistory has clients use FIFO queues, and returns what they did.
func fifoHistory(t *testing.T, seed uint64) []porcupine.Operation {
	t.Helper()
	w := newWorld(t, storage.Process, store.Options{Unlimited: true})
	for queue := range fifoQueues {
		in := &request.CreateQueueInput{QueueName: fifoName(queue), Attributes: map[string]string{"FifoQueue": "true"}}
		if _, err := w.engine.CreateQueue(t.Context(), now(), in); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	var mu sync.Mutex
	var history []porcupine.Operation
	var clients sync.WaitGroup
	var tokens atomic.Int64
	for i := range 4 * fifoQueues {
		rng := rand.New(rand.NewPCG(seed, uint64(i))) //nolint:gosec // a seed
		queue := i % fifoQueues
		note := func(c call, begin time.Time, id string) {
			mu.Lock()
			defer mu.Unlock()
			history = append(history, porcupine.Operation{ClientId: i, Input: c, Call: int64(begin.Sub(start)), Output: id, Return: int64(time.Since(start))})
		}
		clients.Go(func() {
			for range 40 {
				begin := time.Now()
				if rng.IntN(2) == 0 {
					token := strconv.FormatInt(max(0, tokens.Add(1)-rng.Int64N(12)), 10)
					note(call{verb: "Send", queue: queue, token: token}, begin, fifoSend(t, w.engine, queue, token))
					continue
				}
				id, handle := fifoReceive(t, w.engine, queue)
				note(call{verb: "Receive", queue: queue}, begin, id)
				if id != "" {
					begin = time.Now()
					fifoDelete(t, w.engine, queue, handle)
					note(call{verb: "Delete", queue: queue, id: id}, begin, "")
				}
			}
		})
	}
	clients.Wait()
	return history
}

func fifoName(queue int) string { return strconv.Itoa(queue) + ".fifo" }

func fifoSend(t *testing.T, e *store.Engine, queue int, token string) (id string) {
	in := &request.SendMessageInput{QueueUrl: fifoName(queue), Message: request.Message{MessageBody: token, MessageGroupId: "g", MessageDeduplicationId: token}}
	out, err := e.SendMessage(context.Background(), now(), in)
	if err != nil {
		t.Error(err)
		return ""
	}
	return out.SequenceNumber
}

func fifoReceive(t *testing.T, e *store.Engine, queue int) (id, handle string) {
	out, err := e.ReceiveMessage(context.Background(), now(), &request.ReceiveMessageInput{
		QueueUrl: fifoName(queue), MessageSystemAttributeNames: []string{"SequenceNumber"},
	})
	if err != nil {
		t.Error(err)
		return "", ""
	}
	if len(out.Messages) == 0 {
		return "", ""
	}
	return out.Messages[0].Attributes["SequenceNumber"], out.Messages[0].ReceiptHandle
}

func fifoDelete(t *testing.T, e *store.Engine, queue int, handle string) {
	if _, err := e.DeleteMessage(context.Background(), now(), &request.DeleteMessageInput{QueueUrl: fifoName(queue), ReceiptHandle: handle}); err != nil {
		t.Error(err)
	}
}
