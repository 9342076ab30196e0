package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"lullaby/internal/longtest"
	"lullaby/queue/store"
	"lullaby/storage"
)

// Whatever a queue has been through, an engine that is restarted again and again
// answers as one that never was. What differs is left out: the time of a restart
// decides when plain messages are late by less than a second, and what was received
// by a ReceiveRequestAttemptId is forgotten.
func TestRestarts(t *testing.T) {
	for seed := range longtest.Histories[uint64](25, 100) {
		h := newHistory(seed)
		lines := h.lines(120)
		if playTwins(t, lines) == "" {
			continue
		}
		lines = shrink(lines, func(some []string) bool { return playTwins(t, some) != "" })
		t.Fatalf("seed %d: %s\n%s", seed, playTwins(t, lines), strings.Join(lines, "\n"))
	}
}

// playTwins plays a script in two worlds, of which one leaves the restarts out, and
// returns the first difference.
func playTwins(t *testing.T, lines []string) (difference string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		still := &script{t: t, world: newWorld(t, storage.Disk, store.Options{Unlimited: true})}
		restarted := &script{t: t, world: newWorld(t, storage.Disk, store.Options{Unlimited: true})}
		for i, line := range lines {
			switch line {
			case "restart":
				restarted.do(line)
				continue
			case "crash":
				restarted.world.crash()
				continue
			}
			want := still.do(line)
			if verb, _, _ := strings.Cut(line, " "); verb == "after" {
				continue // for both
			}
			if got := restarted.do(line); got != want {
				difference = fmt.Sprintf("line %d: %s\n= %s\nwithout restarts\n= %s", i+1, line, got, want)
				return
			}
		}
	})
	return difference
}

// shrink returns the lines that still fail when others are left out.
func shrink(lines []string, fails func(some []string) bool) []string {
	for size := len(lines) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(lines); {
			if rest := slices.Delete(slices.Clone(lines), at, at+size); fails(rest) {
				lines = rest
			} else {
				at += size
			}
		}
	}
	return lines
}

// A history makes a random script with a standard queue, a FIFO queue, and a
// dead-letter queue of each.
type history struct {
	rng   *rand.Rand
	sent  int
	taken int // handles, or a few more
}

func newHistory(seed uint64) *history { return &history{rng: rand.New(rand.NewPCG(seed, 0))} }

func (h *history) lines(n int) []string {
	const attributes = `"VisibilityTimeout":"10","RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:%s\",\"maxReceiveCount\":4}"`
	lines := []string{
		`CreateQueue {"QueueName":"dead"}`,
		`CreateQueue {"QueueName":"dead.fifo","Attributes":{"FifoQueue":"true"}}`,
		`CreateQueue {"QueueName":"q","Attributes":{` + fmt.Sprintf(attributes, "dead") + `}}`,
		`CreateQueue {"QueueName":"q.fifo","Attributes":{"FifoQueue":"true",` + fmt.Sprintf(attributes, "dead.fifo") + `}}`,
	}
	for len(lines) < n {
		lines = append(lines, h.line())
	}
	for _, queue := range []string{"q", "q.fifo", "dead", "dead.fifo"} {
		lines = append(lines, `GetQueueAttributes {"QueueUrl":"`+queue+`","AttributeNames":["All"]}`)
	}
	return lines
}

func (h *history) line() string {
	queue := h.pick("q", "q", "q.fifo", "q.fifo", "dead", "dead.fifo")
	switch n := h.rng.IntN(100); {
	case n < 8:
		return "restart"
	case n < 14:
		return "crash"
	case n < 24:
		return "after " + h.pick("1s", "3s", "5s", "11s", "2m")
	case n < 50:
		return h.send(queue)
	case n < 75:
		h.taken += 3
		return fmt.Sprintf(`ReceiveMessage {"QueueUrl":%q,"MaxNumberOfMessages":%d%s,"MessageSystemAttributeNames":["All"]}`,
			queue, 1+h.rng.IntN(4), h.pick("", "", `,"VisibilityTimeout":0`, `,"VisibilityTimeout":60`))
	case n < 85:
		return fmt.Sprintf(`DeleteMessage {"QueueUrl":%q,"ReceiptHandle":%q}`, queue, h.handle())
	case n < 92:
		return fmt.Sprintf(`ChangeMessageVisibility {"QueueUrl":%q,"ReceiptHandle":%q,"VisibilityTimeout":%s}`, queue, h.handle(), h.pick("0", "5", "60"))
	case n < 95:
		return fmt.Sprintf(`StartMessageMoveTask {"SourceArn":"arn:aws:sqs:us-east-1:123456789012:%s"}`, h.pick("dead", "dead.fifo"))
	case n < 97:
		return fmt.Sprintf(`PurgeQueue {"QueueUrl":%q}`, queue)
	default:
		return fmt.Sprintf(`GetQueueAttributes {"QueueUrl":%q,"AttributeNames":["All"]}`, queue)
	}
}

func (h *history) send(queue string) string {
	entries := make([]string, 1+h.rng.IntN(3))
	for i := range entries {
		h.sent++
		entries[i] = fmt.Sprintf(`{"Id":"%d","MessageBody":"body %d"`, i, h.sent)
		if strings.HasSuffix(queue, ".fifo") {
			entries[i] += fmt.Sprintf(`,"MessageGroupId":%q,"MessageDeduplicationId":"%d"}`, h.pick("a", "b", "c"), h.sent-h.rng.IntN(3))
		} else {
			entries[i] += h.pick("}", "}", "}", `,"DelaySeconds":4}`, `,"DelaySeconds":90}`, `,"MessageGroupId":"a"}`, `,"MessageGroupId":"b"}`)
		}
	}
	return fmt.Sprintf(`SendMessageBatch {"QueueUrl":%q,"Entries":[%s]}`, queue, strings.Join(entries, ","))
}

// handle returns the name of a handle, mostly a late one.
func (h *history) handle() string {
	return fmt.Sprintf("handle %d", max(1, h.taken/2-h.rng.IntN(6)))
}

func (h *history) pick(some ...string) string { return some[h.rng.IntN(len(some))] }
