package report

import (
	"fmt"
	"strings"
)

// A Capacity is the units that a table or an index is provisioned with in one
// direction, over time.
type Capacity struct {
	Resource  string `json:"resource"`
	Direction string `json:"direction"` // read or write
	Steps     []Step `json:"steps"`     // the first at the start
}

// A Step is a change of a Capacity.
type Step struct {
	At    Span   `json:"at_seconds"`
	Units int64  `json:"units"`
	Why   string `json:"why"` // the cause in AWS's words; empty: as the template has it
}

// An Activity is a scaling activity, in AWS's words. Activities without a change that
// follow each other, alike, are one.
type Activity struct {
	Resource    string `json:"resource"`
	Direction   string `json:"direction"` // read or write
	Description string `json:"description"`
	Cause       string `json:"cause"`
	At          Span   `json:"at_seconds"`
	Ended       Span   `json:"ended_seconds"`
	Status      string `json:"status"` // Successful, Failed or InProgress
	Message     string `json:"message"`

	NotScaled string `json:"not_scaled"` // AWS's reason; empty: units were asked for
	Times     int64  `json:"times"`      // how many activities it is
	Last      Span   `json:"last_seconds"`
}

// The statuses of activities.
const (
	statusSuccessful = "Successful"
	statusFailed     = "Failed"
)

// AddActivity adds an activity, which began after all others.
func (r *Report) AddActivity(a Activity) {
	for i := len(r.Scaling) - 1; i >= 0 && a.NotScaled != ""; i-- {
		last := &r.Scaling[i]
		if last.Resource != a.Resource || last.Direction != a.Direction {
			continue
		}
		if last.NotScaled == a.NotScaled {
			last.Times, last.Last, last.Ended = last.Times+a.Times, a.At, a.Ended
			return
		}
		break
	}
	r.Scaling = append(r.Scaling, a)
}

// capacities writes the units of what was scaled.
func (w *rows) capacities(r *Report) {
	label := "capacity"
	for i := range r.Tables {
		for _, c := range r.Tables[i].Capacity {
			w.row(label, "%s", r.capacity(&c))
			label = ""
		}
	}
}

// capacity returns the row of a capacity.
func (r *Report) capacity(c *Capacity) string {
	parts := []string{fmt.Sprintf("%s %s units of %s", grouped(c.Steps[0].Units), c.Direction, c.Resource)}
	for i, s := range c.Steps[1:] {
		if left := len(c.Steps) - 1 - i; i == mostSteps && left > 1 {
			parts = append(parts, fmt.Sprintf("and %d more changes", left))
			break
		}
		parts = append(parts, fmt.Sprintf("%s from %s", grouped(s.Units), r.clock(s.At)))
	}
	return strings.Join(parts, ", ")
}

// mostSteps is how many changes of a capacity the text lists, and mostActivities how many
// rows of activities.
const (
	mostSteps      = 12
	mostActivities = 12
)

// scaling writes the activities, without those that asked for nothing since all was as
// it should be. Failures that follow each other, alike, are one row.
func (w *rows) scaling(r *Report) {
	var told []Activity
	for _, a := range r.Scaling {
		if a.NotScaled == alreadyLeast || a.NotScaled == alreadyThere {
			continue
		}
		if n := len(told) - 1; n >= 0 && a.Status == statusFailed && alike(&told[n], &a) {
			told[n].Times, told[n].Last = told[n].Times+1, a.At
			continue
		}
		told = append(told, a)
	}
	label := "scaling"
	for i := range told {
		if i == mostActivities {
			w.row(label, "and %d more, which --json lists", len(told)-i)
			break
		}
		w.row(label, "%s", r.activity(&told[i]))
		label = ""
	}
}

// Reasons for which nothing is to be told.
const (
	alreadyLeast = "AlreadyAtMinCapacity"
	alreadyThere = "AlreadyAtDesiredCapacity"
)

func alike(a, b *Activity) bool {
	return a.Resource == b.Resource && a.Direction == b.Direction && a.Status == b.Status && a.Description == b.Description
}

// activity returns the row of an activity.
func (r *Report) activity(a *Activity) string {
	text := r.clock(a.At)
	if a.Times > 1 {
		text = fmt.Sprintf("%s to %s, %s times", text, r.clock(a.Last), grouped(a.Times))
	}
	of := strings.TrimSuffix(a.Description, ".") + " of " + a.Resource
	switch {
	case a.NotScaled != "":
		return fmt.Sprintf("%s no change of %s units of %s: %s", text, a.Direction, a.Resource, a.NotScaled)
	case a.Status == statusSuccessful:
		return text + " " + of
	}
	return fmt.Sprintf("%s %s: %s: %s", text, a.Status, of, a.Message)
}
