package autoscale_test

import (
	"fmt"
	"strings"
	"time"

	"lullaby/autoscale"
	"lullaby/instant"
)

// tellActivity tells an activity. One that ends when it began is told once, and a failure
// like the one before without its text.
func (w *world) tellActivity(a *autoscale.Activity) {
	begun := *a
	begun.Status = autoscale.InProgress
	before := clock(w.now) + " " + activity(&begun)
	if n := len(w.told); n > 0 && a.Status == autoscale.Failed && w.told[n-1] == before {
		w.told = w.told[:n-1]
	}
	text := activity(a)
	if a.Status == autoscale.Failed && a.NotScaledReasons == nil {
		if a.StatusMessage == w.failure {
			text = strings.Replace(text, a.StatusMessage, "as before", 1)
		}
		w.failure = a.StatusMessage
	}
	w.tell("%s", text)
}

func activity(a *autoscale.Activity) string {
	text := fmt.Sprintf("%s: %s (%s)", a.Status, strings.TrimSuffix(a.Description, "."), short(a.Cause))
	if a.NotScaledReasons != nil {
		text += reason(&a.NotScaledReasons[0])
	}
	if a.Status == autoscale.Failed && a.NotScaledReasons == nil {
		text += "; " + a.StatusMessage
	}
	return text
}

func reason(r *autoscale.NotScaledReason) string {
	switch {
	case r.MinCapacity != 0:
		return fmt.Sprintf(" %s min=%d", r.Code, r.MinCapacity)
	case r.MaxCapacity != 0:
		return fmt.Sprintf(" %s max=%d", r.Code, r.MaxCapacity)
	case r.CurrentCapacity != 0:
		return fmt.Sprintf(" %s current=%d", r.Code, r.CurrentCapacity)
	}
	return " " + r.Code
}

// short shortens AWS's cause of an action of an alarm.
func short(cause string) string {
	cause = strings.ReplaceAll(cause, "TargetTracking-table/", "")
	return strings.ReplaceAll(strings.ReplaceAll(cause, "monitor alarm ", ""), " in state ALARM triggered policy ", " by ")
}

func (w *world) tell(format string, args ...any) {
	w.told = append(w.told, fmt.Sprintf("%s %s", clock(w.now), fmt.Sprintf(format, args...)))
}

// clock returns the time of day, and the day if it is another than the first.
func clock(at instant.Instant) string {
	text := strings.TrimSuffix(at.Time().Format("15:04:05.000"), ".000")
	if days := at.Truncate(24*time.Hour).Sub(midnight) / (24 * time.Hour); days != 0 {
		return fmt.Sprintf("%s+%d", text, days)
	}
	return text
}
