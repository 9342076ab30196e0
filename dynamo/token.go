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
	"lullaby/storage"
)

// A transaction's ClientRequestToken makes its repetition harmless for ten
// minutes (API Reference, "TransactWriteItems"). It is kept in the batch of the
// transaction, so that neither is there without the other.
const (
	tokenLife = 10 * time.Minute
	maxToken  = 36
)

// A token is that of a transaction that is under way, or nothing.
type token struct {
	e    *Engine
	name string
	sum  [sha256.Size]byte
	over time.Time // when the time of an earlier use was over; zero: none is kept
}

// A usedToken is what is kept of a token: what the request was, and the items
// that it wrote, whose sizes its repetition is charged by.
type usedToken struct {
	Sum   [sha256.Size]byte
	Until time.Time
	Sizes []int64 // by action
}

// beginToken returns what stands for the request's token until end, or what is
// kept of the same request that was performed already.
func (e *Engine) beginToken(in *TransactWriteItemsInput) (*token, *usedToken, error) {
	k := &token{e: e}
	if in.ClientRequestToken == nil {
		return k, nil, nil
	}
	text, err := jsonv2.Marshal(in.TransactItems, jsonv2.Deterministic(true))
	if err != nil {
		return nil, nil, fmt.Errorf("sum of request: %w", err)
	}
	name := *in.ClientRequestToken
	if _, taken := e.tokens.LoadOrStore(name, true); taken {
		return nil, nil, refusal.InProgress
	}
	k.name, k.sum = name, sha256.Sum256(text)
	var used usedToken
	found, err := e.db.Get(tokenKey(name), func(v []byte) error { return json.Unmarshal(v, &used) })
	switch {
	case err != nil:
		k.end()
		return nil, nil, fmt.Errorf("token: %w", err)
	case !found:
		return k, nil, nil
	case time.Now().After(used.Until):
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
	if k.name != "" {
		k.e.tokens.Delete(k.name)
	}
}

// stage adds the token to the batch of its transaction.
func (k *token) stage(b *storage.Batch, actions []*action) error {
	if k.name == "" {
		return nil
	}
	now := time.Now()
	used := usedToken{Sum: k.sum, Until: now.Add(tokenLife)}
	for _, a := range actions {
		used.Sizes = append(used.Sizes, a.outcome.after.size)
	}
	value, err := json.Marshal(used)
	if err != nil {
		return err
	}
	if err := k.e.forget(b, now); err != nil {
		return err
	}
	if !k.over.IsZero() {
		b.Delete(expiryKey(k.over, k.name)) // or it would be forgotten by that
	}
	b.Set(tokenKey(k.name), value)
	b.Set(expiryKey(used.Until, k.name), nil)
	return nil
}

// forget removes a few tokens whose time is over: more than come with one
// transaction.
func (e *Engine) forget(b *storage.Batch, now time.Time) error {
	const few = 4
	n := 0
	return e.db.Scan(expiryKey(time.Unix(0, 0), ""), expiryKey(now, ""), func(key, _ []byte) (bool, error) {
		b.Delete(key)
		b.Delete(tokenKey(string(key[len(expiryKey(now, "")):])))
		n++
		return n < few, nil
	})
}

// The keys of tokens: by name, and by when their time is over.
func tokenKey(name string) []byte { return append([]byte{storage.Tokens, 'n'}, name...) }

func expiryKey(until time.Time, name string) []byte {
	key := binary.BigEndian.AppendUint64([]byte{storage.Tokens, 'u'}, uint64(until.UnixMilli()))
	return append(key, name...)
}

// replay charges the repetition of a transaction as reads of what it wrote.
func (e *Engine) replay(used *usedToken, actions []*action, want *string) []*ConsumedCapacity {
	for i, a := range actions {
		cost := capacity.ReadCost(used.Sizes[i], capacity.Transactional)
		a.outcome = &outcome{costs: costs{table: cost}}
		e.charge(a.t, a.t.readDemand(nil, a.key, cost))
	}
	var told []*ConsumedCapacity
	for _, s := range costsByTable(actions) {
		if c := s.consumed(want, s.name); c != nil {
			c.transactional(capacity.Read)
			told = append(told, c)
		}
	}
	return told
}
