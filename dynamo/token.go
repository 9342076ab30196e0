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

// tokenLife is how long a ClientRequestToken makes a repeated transaction
// harmless (API Reference, "TransactWriteItems"). The token is stored in the
// batch of its transaction, so both are committed or neither.
const tokenLife = 10 * time.Minute

// A token is the ClientRequestToken of a running transaction. The nil token
// stands for none.
type token struct {
	e    *Engine
	name string
	sum  [sha256.Size]byte
	over instant.Instant // when an earlier use expired; zero: none is stored
}

// A usedToken is the stored state of a token: the hash of the request, and the
// sizes of the items written, by which a repetition is charged.
type usedToken struct {
	Sum   [sha256.Size]byte
	Until instant.Instant
	Sizes []int64 // by action
}

// beginToken reserves the token of a request until end. It returns the stored use
// if the same request already succeeded. Both are nil if the request has no
// token. The error is refusal.InProgress, refusal.Mismatch, or of storage.
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

// end releases the token. It does nothing for the nil token.
func (k *token) end() {
	if k != nil {
		k.e.tokens.Delete(k.name)
	}
}

// stage adds the use of the token at now to the batch of its transaction. It does
// nothing for the nil token. The error is of storage.
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

// expireTokens removes a few expired tokens: more than one transaction adds.
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

// The storage keys of tokens: by name, and by instant of expiry.
func tokenKey(name string) []byte { return append([]byte{storage.Tokens, 'n'}, name...) }

func expiryKey(until instant.Instant, name string) []byte {
	key := binary.BigEndian.AppendUint64([]byte{storage.Tokens, 'u'}, uint64(int64(until)/int64(time.Millisecond)))
	return append(key, name...)
}

// replay charges the repetition of a transaction as reads of the items that it
// wrote.
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
