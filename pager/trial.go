package pager

import (
	"time"

	"lullaby/instant"
)

// Trial returns a trigger and its recovery that say that nothing happened, for whoever
// tries the receivers of a stack.
func Trial(stack, region string, now instant.Instant) (trigger, recovery Page) {
	const alarm = "lullaby-page-test"
	trigger = Page{
		Kind: Trigger, Key: Key(stack, alarm), Stack: stack, Region: region, Alarm: alarm,
		Description: "Somebody tries the receivers of pages. Nothing is wrong.", Since: now, At: now, Reason: "lullaby page --test", Test: true,
	}
	recovery = trigger
	recovery.Kind, recovery.At = Recovery, now.Add(time.Second)
	return trigger, recovery
}
