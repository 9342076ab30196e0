package queue

// How badly a standard queue behaves that was made with chance
// (docs/aws/sqs.md#short-polls, docs/aws/sqs.md#order-and-duplicates).
//
// Assumed: all of them, AWS gives no figures.
const (
	disorder  = 16    // messages among which chance chooses the next one
	repeats   = 100   // one in so many messages is delivered again at once
	fewQueued = 1_000 // visible messages below which a short poll may find nothing (AWS's figure)
	blind     = 4     // one in so many short polls of such a queue finds nothing
)

// see returns how many of most messages a receive finds, and takes the messages
// out of their runs among which chance chooses.
func (q *Queue) see(most int, long bool, got *Received) int {
	back := &q.groups.list[0].back
	for back.len() < disorder {
		id, found := q.plain.front()
		if !found {
			break
		}
		q.enter(q.last, entryOf(id, q.plain.takeFront(), 0))
		got.Passed = append(got.Passed, id)
		got.took(id)
	}
	q.rank(0)
	if long {
		return most
	}
	if q.plain.due+q.grouped.due+q.back < fewQueued && q.rng.IntN(blind) == 0 {
		return 0
	}
	return 1 + q.rng.IntN(most)
}

// repeat makes some of the messages visible again that were just received.
func (q *Queue) repeat(got *Received) {
	for i := range got.Deliveries {
		ref, found := q.entries.byID[got.Deliveries[i].ID]
		if found && q.entries.list[ref].phase == flying && q.rng.IntN(repeats) == 0 {
			q.uncount(ref)
			q.show(ref)
			q.rank(q.entries.list[ref].group)
		}
	}
}
