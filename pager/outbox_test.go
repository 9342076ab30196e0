package pager_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/pager"
)

// Half of a wait is chance, so that receivers that failed together are not asked
// together.
func TestWaitsAreSpread(t *testing.T) {
	var least, most time.Duration
	for seed := range uint64(200) {
		o := pager.Outbox{Rand: rand.New(rand.NewPCG(seed, 0))} //nolint:gosec // no secret
		o.Add(midnight, 1, pager.Page{Kind: pager.Trigger, Key: "a"})
		var wait time.Duration
		for range 5 {
			now := max(o.Wake(), midnight)
			if o.Next(now) == nil {
				t.Fatalf("seed %d: nothing is due at %v, when Wake said so", seed, now)
			}
			o.Done(now, pager.Report{Outcome: pager.Failed})
			wait = o.Wake().Sub(now)
		}
		if least == 0 || wait < least {
			least = wait
		}
		most = max(most, wait)
	}
	if least < 8*time.Second || least > 9*time.Second || most < 15*time.Second || most > 16*time.Second {
		t.Errorf("fifth waits are %v to %v, want all of 8s to 16s", least, most)
	}
}

// Keys are as long as receivers take them, and those of long names differ.
func TestKeys(t *testing.T) {
	if got := pager.Key("items", "high"); got != "items/high" {
		t.Errorf("key %q", got)
	}
	seen := map[string]string{}
	for n := range 4 {
		name := strings.Repeat("ü", 120+n) + strconv.Itoa(n)
		key := pager.Key("items", name)
		if len(key) > pager.MaxKey || seen[key] != "" || !strings.HasPrefix(key, "items/ü") || strings.ToValidUTF8(key, "") != key {
			t.Errorf("key %q of %q and %q", key, name, seen[key])
		}
		seen[key] = name
	}
}

// However an alarm behaves while its receiver is down, the outbox has at most two
// pages of it, and its person is told once.
func TestManyChangesAreFew(t *testing.T) {
	s := newStage()
	s.play("receiver phone failed")
	minutes := 0
	for range 60 {
		s.play(fmt.Sprintf("high ALARM at %dm", minutes))
		s.play(fmt.Sprintf("high OK at %dm", minutes+1))
		if n := s.receivers[0].outbox.Len(); n > 2 || len(s.receivers[0].saved) > 2 {
			t.Fatalf("after %d minutes %d pages wait, %d are saved", minutes, n, len(s.receivers[0].saved))
		}
		minutes += 2
	}
	s.play("receiver phone delivered")
	got := s.play(fmt.Sprintf("high ALARM at %dm", minutes))
	got = append(got, s.play(fmt.Sprintf("run to %dm", minutes+5))...)
	if len(got) != 1 || !strings.HasSuffix(got[0], "trigger high: delivered") {
		t.Errorf("afterwards %q", got)
	}
}
