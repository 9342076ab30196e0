package pager

import (
	"time"

	"lullaby/instant"
)

// Trial returns a trigger of a minute ago and its recovery that say that nothing happened,
// for whoever tries the receivers of a stack.
func Trial(stack, region string, now instant.Instant) (trigger, recovery Page) {
	const alarm = "lullaby-page-test"
	began := now.Add(-time.Minute)
	trigger = Page{
		Kind: Trigger, Key: Key(stack, alarm), Stack: stack, Region: region, Alarm: alarm,
		Description: "Somebody tries the receivers of pages. Nothing is wrong.", Since: began, At: began, Reason: "lullaby page --test", Test: true,
	}
	recovery = trigger
	recovery.Kind, recovery.At = Recovery, now
	return trigger, recovery
}
