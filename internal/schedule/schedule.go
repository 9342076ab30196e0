// Package schedule reads AWS's schedules: at(2026-01-15T08:00:00), rate(5 minutes) and
// cron(0 8 ? * MON-FRI *), and says when they are due.
//
// The package is internal: it may change whenever its users do.
package schedule

import (
	"errors"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a machine without a database of time zones has this one
)

// A Schedule is a parsed schedule. Its zero value is never due.
type Schedule struct {
	at   time.Time     // or
	rate time.Duration // or
	cron *cron

	zone *time.Location
}

// Errors of Parse.
var (
	errForm = errors.New("it is none of at(yyyy-mm-ddThh:mm:ss), rate(value unit) and cron(fields)")
	errAt   = errors.New("at takes a time such as 2026-01-15T08:00:00")
	errRate = errors.New("rate takes a positive number and one of minute, minutes, hour, hours, day and days")
)

// Parse reads a schedule, whose times are of a zone.
func Parse(text string, zone *time.Location) (Schedule, error) {
	kind, rest, _ := strings.Cut(text, "(")
	fields, closed := strings.CutSuffix(rest, ")")
	if !closed {
		return Schedule{}, errForm
	}
	s := Schedule{zone: zone}
	var err error
	switch kind {
	case "at":
		if s.at, err = parseAt(fields, zone); err != nil {
			return Schedule{}, err
		}
	case "rate":
		if s.rate, err = parseRate(fields); err != nil {
			return Schedule{}, err
		}
	case "cron":
		if s.cron, err = parseCron(fields); err != nil {
			return Schedule{}, err
		}
	default:
		return Schedule{}, errForm
	}
	return s, nil
}

func parseAt(text string, zone *time.Location) (time.Time, error) {
	wall, err := time.Parse("2006-01-02T15:04:05", text)
	if err != nil || wall.Year() < firstYear || wall.Year() > lastYear {
		return time.Time{}, errAt
	}
	return instantOf(wall, zone), nil
}

// units are those of rates.
var units = map[string]time.Duration{
	"minute": time.Minute, "minutes": time.Minute, "hour": time.Hour, "hours": time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
}

// maxRate is a hundred years, so that nothing overflows.
const maxRate = 100 * 366 * 24 * time.Hour

func parseRate(text string) (time.Duration, error) {
	value, unit, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(value)
	of := units[unit]
	if err != nil || n < 1 || of == 0 || n > int(maxRate/of) {
		return 0, errRate
	}
	return time.Duration(n) * of, nil
}

// Once reports whether the schedule is due a single time.
func (s *Schedule) Once() bool { return !s.at.IsZero() }

// Next returns when the schedule is due first after an instant, false if never more.
// A rate is counted from an anchor, at which it is due too.
func (s *Schedule) Next(after, anchor time.Time) (due time.Time, ok bool) {
	switch {
	case !s.at.IsZero():
		return s.at, s.at.After(after)
	case s.rate > 0:
		if after.Before(anchor) {
			return anchor, true
		}
		return anchor.Add((after.Sub(anchor)/s.rate + 1) * s.rate), true
	case s.cron != nil:
		return s.cron.next(after, s.zone)
	}
	return time.Time{}, false
}

// errZone is returned for what is no name of a time zone.
var errZone = errors.New("it is no name of the IANA time zone database")

// Zone returns the zone of a name such as Europe/London, UTC for none. Its rules are
// those of this machine's database, or of the program's if it has none. The error is for a
// user to read.
func Zone(name string) (*time.Location, error) {
	if name == "Local" {
		return nil, errZone // it means the zone of this machine
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, errZone
	}
	return zone, nil
}

// furthest is further than any zone is from UTC.
const furthest = 26 * time.Hour

// offsetAt returns how far ahead of UTC a zone is at an instant.
func offsetAt(at time.Time, zone *time.Location) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// instantOf returns the instant of a time of day in a zone, which wall has as if it
// were UTC. A time that a change of clocks leaves out is as much later as it leaves
// out; of a time that there is twice it is the first.
func instantOf(wall time.Time, zone *time.Location) time.Time {
	before := wall.Add(-offsetAt(wall.Add(-furthest), zone))
	after := wall.Add(-offsetAt(wall.Add(furthest), zone))
	if offsetAt(before, zone) != wall.Sub(before) && offsetAt(after, zone) == wall.Sub(after) {
		return after
	}
	return before
}
