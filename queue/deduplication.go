package queue

import (
	"crypto/sha256"
	"time"

	"lullaby/instant"
)

// DeduplicationTime is how long a FIFO queue remembers what it was sent, from the
// send on (docs/aws/sqs.md#deduplication).
const DeduplicationTime = 5 * time.Minute

// A Token stands for a MessageDeduplicationId: the beginning of a digest, so that
// a token that is remembered costs little.
type Token [16]byte

// TokenOf returns the token of a MessageDeduplicationId. Within a group, if the
// queue has ids for each group, the same ID is another token.
func TokenOf(perGroup bool, group, id string) Token {
	if !perGroup {
		group = ""
	}
	sum := sha256.Sum256([]byte(group + "\x00" + id)) // neither has a zero byte
	return Token(sum[:16])
}

// A Deduplication remembers the tokens of the messages of a FIFO queue, received,
// deleted and lost ones too. The zero Deduplication is empty. Not safe for
// concurrent use: the owner locks.
type Deduplication struct {
	clock
	known map[Token]original
	order []remembered // by when they were sent
	head  int          // the first of order that counts
}

type original struct {
	id   ID
	sent instant.Instant
}

type remembered struct {
	token Token
	sent  instant.Instant
}

// Find returns the message that was sent with a token less than five minutes before
// now.
func (d *Deduplication) Find(now instant.Instant, t Token) (ID, bool) {
	now = d.follow(now)
	o, found := d.known[t]
	return o.id, found && now < o.sent.Add(DeduplicationTime)
}

// Remember remembers a message that was sent at an instant, not before the last
// one. A token that was known stands for the new message.
func (d *Deduplication) Remember(sent instant.Instant, t Token, id ID) {
	sent = d.follow(sent)
	if d.known == nil {
		d.known = map[Token]original{}
	}
	d.known[t] = original{id, sent}
	d.order = append(d.order, remembered{t, sent})
}

// Forget forgets the token of a message that was not sent after all.
func (d *Deduplication) Forget(t Token) { delete(d.known, t) }

// Expire forgets tokens whose time is over at now, no more than most, and appends them
// to dst. more says whether there are others: call it again.
func (d *Deduplication) Expire(now instant.Instant, most int, dst []Token) (_ []Token, more bool) {
	limit := d.follow(now).Add(-DeduplicationTime)
	for ; d.head < len(d.order) && d.order[d.head].sent <= limit; d.head++ {
		if most == 0 {
			return dst, true
		}
		most--
		r := d.order[d.head]
		if o, found := d.known[r.token]; found && o.sent == r.sent {
			delete(d.known, r.token)
			dst = append(dst, r.token)
		}
	}
	if d.head > len(d.order)/2 {
		d.order = append([]remembered(nil), d.order[d.head:]...)
		d.head = 0
	}
	return dst, false
}

// Clear forgets everything, as a purge does (docs/aws/sqs.md#deduplication).
func (d *Deduplication) Clear() { *d = Deduplication{clock: d.clock} }
