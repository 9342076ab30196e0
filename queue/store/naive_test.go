package store_test

import (
	"cmp"
	"crypto/md5" //nolint:gosec // AWS's digest of bodies
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/queue/store"
)

// A naive does what an engine does, by looking at all messages each time. It stores
// nothing. Time is in whole seconds, and standard queues have no groups.
type naive struct {
	queues map[string]*naiveQueue
	number int // of the newest queue
	sends  int // makes MessageIDs
	tasks  int
}

type naiveQueue struct {
	name       string
	number     int
	visibility time.Duration
	delay      time.Duration
	retention  time.Duration
	dead       string // the name of the dead-letter queue
	receives   int    // after which a message is dead; 0: never
	messages   []*naiveMessage
	places     int
	known      map[string]naiveSend // by MessageDeduplicationId
	fifo       bool
}

type naiveMessage struct {
	place               int
	id, body            string
	group, once, source string
	sent, kept, since   instant.Instant // at first; from which retention counts; to this queue
	due, until          instant.Instant // when its own delay and its last receive end
	first               instant.Instant // receive, of all queues
	receives, before    int             // in this queue and others
}

// A naiveSend is what a FIFO queue remembers of a message.
type naiveSend struct {
	id    string
	place int
	at    instant.Instant
}

const naiveScope = "arn:aws:sqs:us-east-1:123456789012:"

// add gives a message its place in the queue.
func (q *naiveQueue) add(m *naiveMessage) {
	q.places++
	m.place = q.places
	q.messages = append(q.messages, m)
}

// expire drops what is over its retention.
func (q *naiveQueue) expire(now instant.Instant) {
	q.messages = slices.DeleteFunc(q.messages, func(m *naiveMessage) bool { return !m.kept.Add(q.retention).After(now) })
}

func (q *naiveQueue) flies(m *naiveMessage, now instant.Instant) bool {
	return m.receives > 0 && m.until.After(now)
}

func (q *naiveQueue) delayed(m *naiveMessage, now instant.Instant) bool {
	due := m.due
	if q.fifo {
		due = m.since.Add(q.delay)
	}
	return m.receives == 0 && due.After(now)
}

// visible returns what can be received, the next one first.
func (q *naiveQueue) visible(now instant.Instant) []*naiveMessage {
	var all []*naiveMessage
	for _, m := range q.messages {
		if !q.flies(m, now) && !q.delayed(m, now) {
			all = append(all, m)
		}
	}
	if q.fifo {
		return q.inGroups(all, now)
	}
	slices.SortStableFunc(all, func(a, b *naiveMessage) int { return cmp.Compare(a.receives/3, b.receives/3) })
	worn := slices.IndexFunc(all, func(m *naiveMessage) bool { return m.receives >= 3 })
	if worn >= 0 {
		slices.SortFunc(all[worn:], func(a, b *naiveMessage) int { return cmp.Compare(a.place, b.place) })
	}
	return all
}

// inGroups returns the messages of groups of which none is in flight, group by group,
// up to the first of each that is delayed.
func (q *naiveQueue) inGroups(all []*naiveMessage, now instant.Instant) (chosen []*naiveMessage) {
	seen := map[string]bool{}
	for _, first := range all {
		if seen[first.group] {
			continue
		}
		seen[first.group] = true
		var group []*naiveMessage
		for _, m := range q.messages {
			if m.group == first.group {
				group = append(group, m)
			}
		}
		if slices.ContainsFunc(group, func(m *naiveMessage) bool { return q.flies(m, now) }) {
			continue
		}
		if end := slices.IndexFunc(group, func(m *naiveMessage) bool { return q.delayed(m, now) }); end >= 0 {
			group = group[:end]
		}
		chosen = append(chosen, group...)
	}
	return chosen
}

// receive receives messages and moves dead ones: with ten of them it ends.
func (n *naive) receive(q *naiveQueue, now instant.Instant, most int, visibility time.Duration) []*naiveMessage {
	for {
		q.expire(now)
		var got, dead []*naiveMessage
		target := n.queues[q.dead]
		deadGroups := map[string]bool{}
		for _, m := range q.visible(now) {
			isDead := target != nil && q.receives > 0 && m.receives >= q.receives
			switch {
			case len(got) == most || len(dead) == 10:
			case isDead:
				dead = append(dead, m)
				deadGroups[m.group] = true
			case q.fifo && deadGroups[m.group]: // it waits until that one is gone
			default:
				got = append(got, m)
			}
		}
		for _, m := range got {
			if m.receives++; m.first == 0 {
				m.first = now
			}
			m.until = now.Add(visibility)
		}
		for _, m := range dead {
			q.drop(m)
			m.before, m.receives = m.before+m.receives, 0
			m.source, m.since, m.due = naiveScope+q.name, now, 0
			if target.fifo {
				m.kept = now
			}
			target.add(m)
		}
		if len(got) > 0 || len(dead) == 0 {
			return got
		}
	}
}

func (q *naiveQueue) drop(m *naiveMessage) {
	q.messages = slices.DeleteFunc(q.messages, func(other *naiveMessage) bool { return other == m })
}

// move moves what is visible back to where it came from, until a message came from
// nowhere, or from a queue that is gone.
func (n *naive) move(q *naiveQueue, now instant.Instant) {
	q.expire(now)
	for _, m := range q.visible(now) {
		to := n.queues[strings.TrimPrefix(m.source, naiveScope)]
		if m.source == "" || to == nil {
			return
		}
		q.drop(m)
		n.sends++
		*m = naiveMessage{id: n.messageID(), body: m.body, group: m.group, once: m.once, sent: now, kept: now, since: now}
		to.add(m)
	}
}

func (n *naive) messageID() string { return fmt.Sprintf("m%d.", n.sends) }

// show returns a message as a receiver sees it who asks for all.
func (q *naiveQueue) show(m *naiveMessage) store.Message {
	attributes := map[string]string{
		"SenderId": "123456789012", "SentTimestamp": naiveTime(m.sent), "ApproximateFirstReceiveTimestamp": naiveTime(m.first),
		"ApproximateReceiveCount": strconv.Itoa(m.before + m.receives),
	}
	if q.fifo {
		attributes["MessageGroupId"], attributes["MessageDeduplicationId"], attributes["SequenceNumber"] = m.group, m.once, naiveSequence(m.place)
	}
	if m.source != "" {
		attributes["DeadLetterQueueSourceArn"] = m.source
	}
	return store.Message{
		MessageId: m.id, ReceiptHandle: fmt.Sprintf("h%d.%d.%d.", q.number, m.place, m.receives),
		MD5OfBody: naiveDigest(m.body), Body: m.body, Attributes: attributes,
	}
}

func naiveTime(at instant.Instant) string { return strconv.FormatInt(int64(at)/1_000_000, 10) }

func naiveSequence(place int) string { return fmt.Sprintf("188500000000%08d", place) }

func naiveDigest(body string) string {
	sum := md5.Sum([]byte(body)) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}
