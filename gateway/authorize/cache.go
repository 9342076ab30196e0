package authorize

import (
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
)

// maxKept is how many answers a Cache keeps. Assumed: AWS publishes no number.
const maxKept = 10_000

// A Cache keeps the answers of one authorizer by the values that identify
// callers. Only the identity counts, not the route: an answer whose policy names
// one method refuses the others until it is forgotten
// (docs/aws/gateway.md#authorizers-answers-are-kept). The zero Cache is empty.
type Cache struct {
	kept  map[string]kept
	order []string // keys, the first to be forgotten first: all live equally long
}

type kept struct {
	answer *Answer
	until  instant.Instant
}

// Find returns the answer for an identity that is kept at now, nil if there is
// none. Without an identity nothing is kept.
func (c *Cache) Find(now instant.Instant, identity []string) *Answer {
	k, ok := c.kept[key(identity)]
	if !ok || now >= k.until {
		return nil
	}
	return k.answer
}

// Keep keeps an answer that came at now for a time. It forgets what is over, and
// the oldest if there are too many.
func (c *Cache) Keep(now instant.Instant, ttl time.Duration, identity []string, a *Answer) {
	if ttl <= 0 || len(identity) == 0 {
		return
	}
	for len(c.order) > 0 && (len(c.order) >= maxKept || now >= c.kept[c.order[0]].until) {
		delete(c.kept, c.order[0])
		c.order = c.order[1:]
	}
	k := key(identity)
	if _, again := c.kept[k]; !again { // another request asked meanwhile
		c.order = append(c.order, k)
	}
	if c.kept == nil {
		c.kept = make(map[string]kept)
	}
	c.kept[k] = kept{a, now.Add(ttl)}
}

// key returns a text that no other identity has.
func key(identity []string) string {
	var b strings.Builder
	for _, value := range identity {
		b.WriteString(strconv.Itoa(len(value)))
		b.WriteByte(':')
		b.WriteString(value)
	}
	return b.String()
}
