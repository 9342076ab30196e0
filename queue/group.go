package queue

import "lullaby/instant"

// A group is the messages with one MessageGroupId, or those without. Each message
// of it is in back, in fresh, or an entry that is hidden or leaves.
type group struct {
	name    string
	back    heap // visible entries, by order
	fresh   ids  // messages in runs; of the group without a name, queue.plain
	flying  int  // entries
	leaving int  // entries
	all     int  // entries
	waits   bool // it is in soon

	sent instant.Instant // when the last message came in
}

// ids is a queue of IDs.
type ids struct {
	list []ID
	head int
}

func (s *ids) push(id ID) {
	if s.head == len(s.list) {
		s.list, s.head = s.list[:0], 0
	}
	s.list = append(s.list, id)
}

func (s *ids) pop() {
	if s.head++; s.head >= 64 && s.head > len(s.list)/2 {
		s.list = append(make([]ID, 0, len(s.list)), s.list[s.head:]...)
		s.head = 0
	}
}

func (s *ids) len() int { return len(s.list) - s.head }

func (s *ids) front() (ID, bool) {
	if s.head == len(s.list) {
		return 0, false
	}
	return s.list[s.head], true
}

// groups are the groups of a queue by name, and by ref.
type groups struct {
	list   []group // the first is that of messages without a name
	spare  []uint32
	byName map[string]uint32

	ready heap     // groups of which a message can be received now, by order of that message
	soon  heap     // groups of FIFO queues whose next message is not due, by the same
	place []uint32 // by ref: where in ready or soon, or nowhere

	crowded map[uint32]struct{} // groups that could be noisy
}

const nowhere = ^uint32(0)

func newGroups() groups {
	return groups{list: make([]group, 1), byName: map[string]uint32{}, place: []uint32{nowhere}, crowded: map[uint32]struct{}{}}
}

// ref returns the group of that name, a new one if there is none.
func (s *groups) ref(name string) uint32 {
	if name == "" {
		return 0
	}
	if ref, found := s.byName[name]; found {
		return ref
	}
	var ref uint32
	if n := len(s.spare); n > 0 {
		ref = s.spare[n-1]
		s.spare = s.spare[:n-1]
	} else {
		ref = uint32(len(s.list)) //nolint:gosec // a message has more bytes than a ref
		s.list, s.place = append(s.list, group{}), append(s.place, nowhere)
	}
	s.list[ref].name = name
	s.byName[name] = ref
	return ref
}

// rank puts a group where its next message belongs, and forgets a group without
// messages. Call it after every change of a group.
func (q *Queue) rank(ref uint32) {
	g, place := &q.groups.list[ref], q.groups.place[ref]
	order, due, found := q.next(ref)
	stays := found && (!q.set.FIFO || g.flying+g.leaving == 0)
	from, to := q.groups.heap(g.waits), q.groups.heap(!due)
	switch {
	case stays && place != nowhere && from == to:
		if to.items[place].key != order {
			to.reset(q.groups.place, place, order)
		}
		return
	case place != nowhere:
		from.remove(q.groups.place, place)
		q.groups.place[ref] = nowhere
	}
	if stays {
		g.waits = !due
		to.push(q.groups.place, order, ref)
	} else if !found && g.all == 0 && g.name != "" {
		delete(q.groups.byName, g.name)
		*g = group{}
		q.groups.spare = append(q.groups.spare, ref)
	}
}

func (s *groups) heap(soon bool) *heap {
	if soon {
		return &s.soon
	}
	return &s.ready
}

// first returns the first group of ready or soon, after those are gone whose next
// message was lost.
func (q *Queue) first(h *heap) (item, bool) {
	for h.len() > 0 {
		top := h.items[0]
		if q.rank(top.ref); h.len() > 0 && h.items[0] == top {
			return top, true
		}
	}
	return item{}, false
}

// next returns the order of the message of a group that is received next, and
// whether it is due: a message that came back is. It drops lost messages from
// fresh.
func (q *Queue) next(ref uint32) (order uint64, due, found bool) {
	g := &q.groups.list[ref]
	id, fresh := q.freshOf(ref)
	order = uint64(id)
	if g.back.len() > 0 && (!fresh || g.back.items[0].key < order) {
		return g.back.items[0].key, true, true
	}
	return order, ref == 0 || q.grouped.isDue(id), fresh
}

// freshOf returns the first message of a group that is in a run.
func (q *Queue) freshOf(ref uint32) (ID, bool) {
	if ref == 0 {
		return q.plain.front()
	}
	g := &q.groups.list[ref]
	for {
		id, found := g.fresh.front()
		if !found || q.grouped.find(id) != nil {
			return id, found
		}
		g.fresh.pop()
	}
}
