package authorize_test

import (
	"strconv"
	"testing"
	"time"

	"lullaby/gateway/authorize"
	"lullaby/instant"
)

// A cache keeps 10,000 answers, and forgets the oldest for another.
func TestCacheIsBounded(t *testing.T) {
	var c authorize.Cache
	identity := func(i int) []string { return []string{strconv.Itoa(i)} }
	now := instant.Of(time.Unix(1_000, 0))
	for i := range 10_001 {
		c.Keep(now, time.Minute, identity(i), new(authorize.Answer))
	}
	if c.Find(now, identity(0)) != nil || c.Find(now, identity(1)) == nil || c.Find(now, identity(10_000)) == nil {
		t.Error("the oldest answer is kept, or another forgotten")
	}
	if c.Find(now.Add(time.Minute), identity(10_000)) != nil {
		t.Error("an answer is kept for longer than its time")
	}
}
