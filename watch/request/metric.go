package request

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/refusal"
)

// Limits of a metric (docs/aws/cloudwatch.md#limits).
const (
	maxName       = 255
	maxDimensions = 30
	maxValue      = 1024 // of a dimension
)

// units are those that AWS has.
const units = " Seconds Microseconds Milliseconds Bytes Kilobytes Megabytes Gigabytes Terabytes Bits Kilobits Megabits Gigabits Terabits " +
	"Percent Count Bytes/Second Kilobytes/Second Megabytes/Second Gigabytes/Second Terabytes/Second Bits/Second Kilobits/Second " +
	"Megabits/Second Gigabits/Second Terabits/Second Count/Second None "

func checkUnit(parameter string, u watch.Unit) error {
	if u != "" && !strings.Contains(units, " "+string(u)+" ") {
		return refusal.Newf(refusal.InvalidParameterValue, "The parameter %s must be a value in the set [%s].",
			parameter, strings.Join(strings.Fields(units), ", "))
	}
	return nil
}

// checkName refuses a namespace or the name of a metric that AWS does not have.
func checkName(parameter, name string) error {
	switch {
	case name == "":
		return refusal.Missing(parameter)
	case len(name) > maxName:
		return refusal.Newf(refusal.InvalidParameterValue, "The parameter %s must be shorter than %d characters.", parameter, maxName+1)
	case !printable(name):
		return refusal.Newf(refusal.InvalidParameterValue, "The parameter %s must contain only ASCII characters.", parameter)
	}
	return nil
}

func printable(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func checkDimensions(parameter string, all []watch.Dimension) error {
	if len(all) > maxDimensions {
		return refusal.Newf(refusal.InvalidParameterValue, "The collection %s must not have a size greater than %d.", parameter, maxDimensions)
	}
	seen := map[string]bool{}
	for i, d := range all {
		at := fmt.Sprintf("%s.member.%d", parameter, i+1)
		if err := checkName(at+".Name", d.Name); err != nil {
			return err
		}
		switch {
		case d.Value == "":
			return refusal.Missing(at + ".Value")
		case len(d.Value) > maxValue || !printable(d.Value):
			return refusal.Newf(refusal.InvalidParameterValue, "The parameter %s.Value must have 1 to %d ASCII characters.", at, maxValue)
		case seen[d.Name]:
			return refusal.Newf(refusal.InvalidParameterValue, "The dimension %s is given twice.", d.Name)
		}
		seen[d.Name] = true
	}
	return nil
}

// maxMagnitude is how far from zero a value is at most.
var maxMagnitude = math.Ldexp(1, 360)

func valid(v float64) bool { return math.Abs(v) <= maxMagnitude } // NaN is not

// finePeriods are the periods of less than a minute, in seconds
// (docs/aws/cloudwatch.md#high-resolution).
var finePeriods = []int{1, 5, 10, 20, 30}

// checkPeriod refuses a period that is no multiple of a minute and none of fine. Alarms
// take none of those.
func checkPeriod(kind refusal.Kind, parameter string, period *int, fine []int) error {
	switch {
	case period == nil:
		if kind == refusal.Validation {
			return refusal.Newf(kind, "%s must not be null", parameter)
		}
		return refusal.Missing(parameter)
	case slices.Contains(fine, *period):
	case slices.Contains(finePeriods, *period):
		return refusal.Lacking(kind, "periods of less than a minute", "The parameter %s is %d seconds: Lullaby has no alarms with a period of less than a minute.", parameter, *period)
	case *period <= 0 || *period%60 != 0:
		return refusal.Newf(kind, "The parameter %s must be a multiple of 60.", parameter)
	case *period > longestOfHours:
		return refusal.Newf(kind, "The parameter %s must be less than or equal to %d.", parameter, longestOfHours)
	}
	return nil
}

// checkReadPeriod refuses a period of a read that is longer than a day
// (docs/aws/cloudwatch.md#limits).
func checkReadPeriod(kind refusal.Kind, parameter string, period int) error {
	if period > longest {
		return refusal.Newf(kind, "The parameter %s must be less than or equal to %d.", parameter, longest)
	}
	return nil
}

// span cuts a time of a request as AWS cuts it: that of seconds to their period
// (docs/aws/cloudwatch.md#periods).
func span(now instant.Instant, from, to Timestamp, period time.Duration) (first, end instant.Instant) {
	step := watch.Levels[min(watch.LevelOf(now, from.Instant), len(watch.Levels)-1)].Step
	if period < step && now.Sub(from.Instant) < watch.FineKept {
		step = period
	}
	return from.Truncate(step), to.Truncate(step)
}
