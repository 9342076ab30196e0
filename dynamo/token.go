package dynamo

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"lullaby/capacity"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
)

// A transaction's ClientRequestToken makes its repetition harmless for ten
// minutes (API Reference, "TransactWriteItems"). It is kept in the batch of the
// transaction, so that neither is there without the other.
const tokenLife = 10 * time.Minute

// A token is that of a transaction that is under way, nil if it has none.
type token struct {
	e    *Engine
	name string
	sum  [sha256.Size]byte
	over instant.Instant // when the time of an earlier use was over; zero: none is kept
}

// A usedToken is what is kept of a token: what the request was, and the items
// that it wrote, whose sizes its repetition is charged by.
type usedToken struct {
	Sum   [sha256.Size]byte
	Until instant.Instant
	Sizes []int64 // by action
}

// beginToken takes the request's token until end, and returns what is kept of it
// if the same request was performed already; both are nil if there is no token.
// The error is refusal.InProgress, refusal.Mismatch or of storage.
func (e *Engine) beginToken(now instant.Instant, in *request.TransactWriteItemsInput) (*token, *usedToken, error) {
	if in.ClientRequestToken == nil {
		return nil, nil, nil
	}
	text, err := jsonv2.Marshal(in.TransactItems, jsonv2.Deterministic(true))
	if err != nil {
		return nil, nil, fmt.Errorf("sum of request: %w", err)
	}
	name := *in.ClientRequestToken
	if _, taken := e.tokens.LoadOrStore(name, true); taken {
		return nil, nil, refusal.InProgress
	}
	k := &token{e: e, name: name, sum: sha256.Sum256(text)}
	var used usedToken
	found, err := e.db.Get(tokenKey(name), func(v []byte) error { return json.Unmarshal(v, &used) })
	switch {
	case err != nil:
		k.end()
		return nil, nil, fmt.Errorf("token: %w", err)
	case !found:
		return k, nil, nil
	case now.After(used.Until):
		k.over = used.Until
		return k, nil, nil
	case used.Sum != k.sum:
		k.end()
		return nil, nil, refusal.Mismatch
	}
	return k, &used, nil
}

// end lets the token be used again. The nil token has nothing to end.
func (k *token) end() {
	if k != nil {
		k.e.tokens.Delete(k.name)
	}
}

// stage adds the token, used at now, to the batch of its transaction. The nil
// token adds nothing.
func (k *token) stage(b *storage.Batch, now instant.Instant, outcomes []*outcome) error {
	if k == nil {
		return nil
	}
	used := usedToken{Sum: k.sum, Until: now.Add(tokenLife)}
	for _, o := range outcomes {
		used.Sizes = append(used.Sizes, o.after.size)
	}
	value, err := json.Marshal(used)
	if err != nil {
		return err
	}
	if err := k.e.expireTokens(b, now); err != nil {
		return err
	}
	if !k.over.IsZero() {
		b.Delete(expiryKey(k.over, k.name)) // or the new use would expire with the old
	}
	b.Set(tokenKey(k.name), value)
	b.Set(expiryKey(used.Until, k.name), nil)
	return nil
}

// expireTokens removes a few tokens whose time is over: more than come with one
// transaction.
func (e *Engine) expireTokens(b *storage.Batch, now instant.Instant) error {
	const few = 4
	n := 0
	return e.db.Scan(expiryKey(0, ""), expiryKey(now, ""), func(key, _ []byte) (bool, error) {
		b.Delete(key)
		b.Delete(tokenKey(string(key[len(expiryKey(now, "")):])))
		n++
		return n < few, nil
	})
}

// The keys of tokens: by name, and by when their time is over.
func tokenKey(name string) []byte { return append([]byte{storage.Tokens, 'n'}, name...) }

func expiryKey(until instant.Instant, name string) []byte {
	key := binary.BigEndian.AppendUint64([]byte{storage.Tokens, 'u'}, uint64(int64(until)/int64(time.Millisecond)))
	return append(key, name...)
}

// replay charges the repetition of a transaction as reads of what it wrote.
func (e *Engine) replay(now instant.Instant, used *usedToken, actions []*action, want *string) []*ConsumedCapacity {
	for i, a := range actions {
		cost := capacity.ReadCost(used.Sizes[i], capacity.Transactional)
		a.outcome = &outcome{costs: costs{table: cost}}
		e.charge(now, a.t, a.t.readDemand(nil, a.key, cost))
	}
	var out []*ConsumedCapacity
	for _, s := range costsByTable(actions) {
		if c := s.consumed(want, s.name); c != nil {
			c.transactional(capacity.Read)
			out = append(out, c)
		}
	}
	return out
}
