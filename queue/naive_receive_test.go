package queue_test

import (
	"cmp"
	"slices"

	"lullaby/queue"
)

// choose returns the messages that can be received now, the next one first, without
// those taken; of a FIFO queue at most so many.
func (n *naive) choose(taken map[*message]bool, most int) []*message {
	var all []*message
	for _, m := range n.messages {
		if !m.leaving && n.hidden(m) == 0 && !taken[m] {
			all = append(all, m)
		}
	}
	if n.set.FIFO {
		return n.chooseInGroups(all, most)
	}
	slices.SortStableFunc(all, func(a, b *message) int {
		if a.Receives >= 3 != (b.Receives >= 3) {
			return cmp.Compare(min(a.Receives, 3), min(b.Receives, 3))
		}
		return cmp.Compare(a.id, b.id)
	})
	// The first of a quiet group, else of the noisy group with the fewest in flight.
	var fewest *message
	for i, m := range all {
		if !n.noisy(m) {
			return append([]*message{m}, slices.Delete(slices.Clone(all), i, i+1)...)
		}
		if fewest == nil || n.flying(m.sent.Group) < n.flying(fewest.sent.Group) {
			fewest = m
		}
	}
	if fewest == nil {
		return nil
	}
	return []*message{fewest}
}

// chooseInGroups returns messages of groups that are not blocked: all of the group
// with the first message, then of the next one.
func (n *naive) chooseInGroups(all []*message, most int) []*message {
	var chosen []*message
	seen := map[string]bool{}
	for _, first := range all {
		group := first.sent.Group
		if seen[group] || n.held(group) > 0 {
			continue
		}
		seen[group] = true
		for _, m := range n.messages {
			if m.sent.Group != group {
				continue
			}
			if n.hidden(m) != 0 || len(chosen) == most {
				break // what follows waits for it
			}
			chosen = append(chosen, m)
		}
	}
	return chosen
}

func (n *naive) isDead(m *message) bool {
	return n.set.Redrive != nil && m.Receives >= uint32(n.set.Redrive.MaxReceiveCount) //nolint:gosec // small
}

func (n *naive) receive(ask queue.Ask) string {
	n.undo = nil
	if room := queue.MaxInFlight - n.counts(func(*message) bool { return true }).InFlight; room == 0 {
		if n.set.FIFO || ask.Long {
			return "nothing"
		}
		return "over limit"
	}
	visibility := ask.Visibility
	if visibility < 0 {
		visibility = n.set.Visibility
	}
	var received, dead []queue.ID
	taken, was := map[*message]bool{}, map[*message]message{}
	take := func(m *message) {
		was[m], taken[m] = *m, true
		if n.isDead(m) {
			m.leaving = true
			dead = append(dead, m.id)
			return
		}
		if m.Receives++; m.First == 0 {
			m.First = n.now
		}
		m.Last, m.Until = n.now, n.now.Add(visibility)
		n.last[m.id] = m.Receives
		received = append(received, m.id)
	}
	if n.set.FIFO {
		deadGroups := map[string]bool{}
		for _, m := range n.choose(nil, 1_000_000) {
			if len(received) == ask.Max || len(dead) == 10 {
				break
			}
			if deadGroups[m.sent.Group] && !n.isDead(m) {
				continue
			}
			deadGroups[m.sent.Group] = deadGroups[m.sent.Group] || n.isDead(m)
			take(m)
		}
	} else {
		for len(received) < ask.Max && len(dead) < 10 {
			all := n.choose(taken, 1)
			if len(all) == 0 {
				break
			}
			take(all[0])
		}
	}
	n.undo = n.back(was)
	return found(received, dead)
}

// back returns what takes a receive or a draw back.
func (n *naive) back(was map[*message]message) func() {
	return func() {
		for m, before := range was {
			delete(n.left, m.id)
			if !m.leaving && n.last[m.id] == before.Receives+1 {
				n.last[m.id]--
			}
			if m.leaving == before.leaving && m.Receives != before.Receives+1 {
				continue // received again
			}
			*m = before
			m.Until, m.back = 0, true
		}
	}
}

func (n *naive) draw(most int) string {
	var drawn []queue.ID
	was := map[*message]message{}
	take := func(m *message) {
		was[m] = *m
		m.leaving = true
		drawn = append(drawn, m.id)
	}
	if n.set.FIFO {
		for _, m := range n.choose(nil, most) {
			take(m)
		}
	}
	for !n.set.FIFO && len(drawn) < most {
		all := n.choose(nil, 1)
		if len(all) == 0 {
			break
		}
		take(all[0])
	}
	n.undo = n.back(was)
	return found(drawn, nil)
}
