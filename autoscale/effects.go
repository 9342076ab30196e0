package autoscale

import (
	"slices"

	"lullaby/watch"
)

// Effects are what the caller does after a call of a [Scaler], in this order.
// Their zero value is nothing to do.
type Effects struct {
	Changed    []Resource // targets whose durable state is another: [Scaler.Target] has it, or not any more
	Activities []Activity // that are new or changed
	Forgotten  []int64    // numbers of activities that are too old to be kept

	DeleteAlarms []string
	PutAlarms    []watch.MetricAlarm

	Orders []Order
}

// An Order asks for a change of units, by UpdateTable, of one direction; what the
// table has in the other stays. The caller reports its end with [Scaler.Finish]. No
// two orders for one resource are under way at a time.
type Order struct {
	Activity string // its id
	Resource Resource
	Units    int64
}

// changed notes that the durable state of a target is another.
func (e *Effects) changed(t *target) {
	if !slices.Contains(e.Changed, t.Resource) {
		e.Changed = append(e.Changed, t.Resource)
	}
}

// tell notes that an activity is new or changed.
func (e *Effects) tell(a *Activity) {
	for i := range e.Activities {
		if e.Activities[i].ID == a.ID {
			e.Activities[i] = *a
			return
		}
	}
	e.Activities = append(e.Activities, *a)
}
