package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/instant"
	"lullaby/internal/longtest"
	"lullaby/queue/store"
	"lullaby/storage"
)

// Random histories of four queues, with restarts and crashes among the requests, have
// the same answers from an engine as from a naive one. LULLABY_LONG=1 plays many,
// LULLABY_SEED that of a seed.
func TestHistories(t *testing.T) {
	seed, histories := rand.Uint64(), longtest.Histories[uint64](10, 100)
	if s, err := strconv.ParseUint(os.Getenv("LULLABY_SEED"), 10, 64); err == nil {
		seed, histories = s, 1
	}
	for i := range histories {
		h := naiveHistory{newHistory(seed + i)}
		lines := h.lines(200)
		if playNaive(t, lines) == "" {
			continue
		}
		lines = shrink(lines, func(some []string) bool { return playNaive(t, some) != "" })
		t.Fatalf("seed %d: %s\n%s", seed+i, playNaive(t, lines), strings.Join(lines, "\n"))
	}
}

// playNaive plays a script with an engine and a naive one, and returns the first
// difference.
func playNaive(t *testing.T, lines []string) (difference string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		untilLate()
		s := &script{t: t, world: newWorld(t, storage.Disk, store.Options{Unlimited: true, Instant: true})}
		n := &naive{queues: map[string]*naiveQueue{}}
		var expected names
		for i, line := range lines {
			untilLate()
			if line == "crash" {
				s.world.crash()
				continue
			}
			now := instant.Of(time.Now())
			got := s.do(line)
			if verb, _, _ := strings.Cut(line, " "); operations[verb] == nil {
				continue
			}
			if strings.HasPrefix(line, "SetQueueAttributes") {
				time.Sleep(time.Second) // until then another retention brings back what was over the last one
				synctest.Wait()
			}
			if want := expected.in(n.call(expected.out(line), now)); got != want {
				difference = fmt.Sprintf("line %d: %s\n= %s\nwant\n= %s", i+1, line, got, want)
				return
			}
		}
	})
	return difference
}

// untilLate waits for the end of the second. A restart forgets when in a second a
// message was sent: it counts from the end.
func untilLate() {
	at := time.Now()
	time.Sleep(at.Truncate(time.Second).Add(time.Second - 1).Sub(at))
}

// A naiveHistory makes a random script of what a naive engine knows.
type naiveHistory struct{ *history }

func (h naiveHistory) lines(n int) []string {
	lines := []string{h.create("dead"), h.create("dead.fifo"), h.create("q"), h.create("q.fifo")}
	for len(lines) < n {
		lines = append(lines, h.line())
	}
	return lines
}

// create makes a queue, the other two with one of these as dead-letter queue.
func (h naiveHistory) create(queue string) string {
	var attributes []string
	if strings.HasSuffix(queue, ".fifo") {
		attributes = append(attributes, `"FifoQueue":"true"`)
	}
	if queue[0] == 'q' {
		attributes = append(attributes, `"VisibilityTimeout":"10"`, h.redrive(queue))
	}
	return fmt.Sprintf(`CreateQueue {"QueueName":%q,"Attributes":{%s}}`, queue, strings.Join(attributes, ","))
}

func (h naiveHistory) redrive(queue string) string {
	return fmt.Sprintf(`"RedrivePolicy":"{\"deadLetterTargetArn\":\"%sdead%s\",\"maxReceiveCount\":%s}"`, naiveScope, queue[1:], h.pick("1", "2", "5"))
}

func (h naiveHistory) line() string {
	queue := h.pick("q", "q", "q", "q.fifo", "q.fifo", "q.fifo", "dead", "dead.fifo")
	switch n := h.rng.IntN(100); {
	case n < 6:
		return "restart"
	case n < 12:
		return "crash"
	case n < 22:
		return "after " + h.pick("1s", "3s", "5s", "11s", "61s", "5m")
	case n < 42:
		sends := h.send(queue)
		if !strings.HasSuffix(queue, ".fifo") {
			sends = groupless.Replace(sends)
		}
		return sends
	case n < 70:
		h.taken += 3
		return fmt.Sprintf(`ReceiveMessage {"QueueUrl":%q,"MaxNumberOfMessages":%d%s%s,"MessageSystemAttributeNames":["All"]}`, queue,
			1+h.rng.IntN(4), h.pick("", "", `,"VisibilityTimeout":0`, `,"VisibilityTimeout":60`), h.pick("", "", `,"WaitTimeSeconds":4`, `,"WaitTimeSeconds":20`))
	case n < 80:
		return fmt.Sprintf(`DeleteMessage {"QueueUrl":%q,"ReceiptHandle":%q}`, queue, h.handle())
	case n < 87:
		return fmt.Sprintf(`ChangeMessageVisibility {"QueueUrl":%q,"ReceiptHandle":%q,"VisibilityTimeout":%s}`, queue, h.handle(), h.pick("0", "5", "60"))
	case n < 90:
		return fmt.Sprintf(`StartMessageMoveTask {"SourceArn":"%s%s"}`, naiveScope, h.pick("dead", "dead.fifo"))
	default:
		return h.change(queue)
	}
}

// groupless takes the groups out of sends.
var groupless = strings.NewReplacer(`,"MessageGroupId":"a"`, "", `,"MessageGroupId":"b"`, "")

// change changes a queue, or counts what it has.
func (h naiveHistory) change(queue string) string {
	switch h.rng.IntN(10) {
	case 0:
		return fmt.Sprintf(`PurgeQueue {"QueueUrl":%q}`, queue)
	case 1:
		return fmt.Sprintf(`DeleteQueue {"QueueUrl":%q}`, h.pick("dead", "dead.fifo"))
	case 2, 3:
		return h.create(h.pick("dead", "dead.fifo"))
	case 4:
		if queue[0] == 'q' {
			return fmt.Sprintf(`SetQueueAttributes {"QueueUrl":%q,"Attributes":{%s}}`, queue, h.pick(h.redrive(queue), `"RedrivePolicy":""`))
		}
		fallthrough
	case 5:
		return fmt.Sprintf(`SetQueueAttributes {"QueueUrl":%q,"Attributes":{%s}}`, queue, h.pick(
			`"VisibilityTimeout":"5"`, `"VisibilityTimeout":"0"`, `"DelaySeconds":"3"`, `"DelaySeconds":"0"`,
			`"MessageRetentionPeriod":"60"`, `"MessageRetentionPeriod":"300"`, `"MessageRetentionPeriod":"345600"`))
	default:
		return fmt.Sprintf(`GetQueueAttributes {"QueueUrl":%q,"AttributeNames":["ApproximateNumberOfMessages",`+
			`"ApproximateNumberOfMessagesNotVisible","ApproximateNumberOfMessagesDelayed"]}`, queue)
	}
}
