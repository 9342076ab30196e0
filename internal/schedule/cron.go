package schedule

import (
	"errors"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The years that a schedule may name.
const (
	firstYear = 1970
	lastYear  = 2199
)

// A cron is a schedule of six fields: minutes, hours, days of the month, months, days of
// the week (1 is Sunday), years. One of the two fields of days is "?".
type cron struct {
	minutes, hours, months set
	years                  years
	days                   []dayRule // any of them
}

// A set has numbers from 0 to 63.
type set uint64

func (s set) has(n int) bool { return s>>n&1 == 1 }

// years are a set of years.
type years [(lastYear-firstYear)/64 + 1]uint64

func (y *years) add(year int)      { y[(year-firstYear)/64] |= 1 << ((year - firstYear) % 64) }
func (y *years) has(year int) bool { return y[(year-firstYear)/64]>>((year-firstYear)%64)&1 == 1 }

// A dayRule matches days of a month.
type dayRule struct {
	kind dayKind
	set  set // of days of the month or of the week
	n    int
	week int // day of the week, 1 is Sunday
}

type dayKind uint8

const (
	inMonth     dayKind = iota // set
	inWeek                     // set
	beforeLast                 // n days before the last of the month: L, L-3
	nearest                    // the weekday nearest to day n: 15W
	lastWeekday                // LW
	lastOf                     // the last such day of the month: 6L
	nth                        // the n-th such day of the month: 6#3
)

// A field has bounds and names.
type field struct {
	name        string
	least, most int
	names       []string // of least and those that follow
}

var (
	minuteField = field{"minutes", 0, 59, nil}
	hourField   = field{"hours", 0, 23, nil}
	dayField    = field{"day of month", 1, 31, nil}
	monthField  = field{"month", 1, 12, []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}}
	weekField   = field{"day of week", 1, 7, []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}}
	yearField   = field{"year", firstYear, lastYear, nil}
)

var (
	errFields = errors.New("cron takes six fields: minutes, hours, day of month, month, day of week, year")
	errDays   = errors.New("exactly one of day of month and day of week must be ?")
)

type fieldError struct{ field, text string }

func (e *fieldError) Error() string {
	return strconv.Quote(e.text) + " is no " + e.field + " of a cron expression"
}

func parseCron(text string) (*cron, error) {
	fields := strings.Fields(strings.ToUpper(text))
	if len(fields) != 6 {
		return nil, errFields
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		return nil, errDays
	}
	c := &cron{}
	for _, f := range []struct {
		of   *field
		text string
		to   *set
	}{{&minuteField, fields[0], &c.minutes}, {&hourField, fields[1], &c.hours}, {&monthField, fields[3], &c.months}} {
		if err := f.of.list(f.text, func(n int) { *f.to |= 1 << n }); err != nil {
			return nil, err
		}
	}
	if err := yearField.list(fields[5], c.years.add); err != nil {
		return nil, err
	}
	days, rule, of := fields[2], monthDay, &dayField
	if days == "?" {
		days, rule, of = fields[4], weekDay, &weekField
	}
	for part := range strings.SplitSeq(days, ",") {
		r, ok := rule(part)
		if !ok {
			return nil, &fieldError{of.name, days}
		}
		c.days = append(c.days, r)
	}
	return c, nil
}

// list reads a field that is a list, and calls add with each number that it has.
func (f *field) list(text string, add func(n int)) error {
	for part := range strings.SplitSeq(text, ",") {
		if !f.part(part, add) {
			return &fieldError{f.name, text}
		}
	}
	return nil
}

// part reads *, 5, 5-9, FRI-MON, and any of them with a step such as /2; 5/2 is from 5 on.
func (f *field) part(text string, add func(n int)) bool {
	span, stepText, stepped := strings.Cut(text, "/")
	step := 1
	if stepped {
		n, err := strconv.Atoi(stepText)
		if err != nil || n < 1 || stepText[0] == '+' {
			return false
		}
		step = min(n, f.most+1)
	}
	first, last := f.least, f.most
	if span != "*" {
		from, to, ranged := strings.Cut(span, "-")
		var ok bool
		if first, ok = f.number(from); !ok {
			return false
		}
		switch {
		case ranged:
			if last, ok = f.number(to); !ok {
				return false
			}
		case !stepped:
			last = first
		}
	}
	if last < first {
		if f == &yearField {
			return false
		}
		last += f.most - f.least + 1 // around: FRI-MON, 22-2
	}
	for n := first; n <= last; n += step {
		if n > f.most {
			add(n - (f.most - f.least + 1))
		} else {
			add(n)
		}
	}
	return true
}

// number reads a number within the bounds, or a name.
func (f *field) number(text string) (n int, ok bool) {
	if i := slices.Index(f.names, text); i >= 0 {
		return f.least + i, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= f.least && n <= f.most && text[0] != '+' && text[0] != '-'
}

// monthDay reads a part of the days of the month.
func monthDay(text string) (r dayRule, ok bool) {
	switch {
	case text == "L":
		return dayRule{kind: beforeLast}, true
	case text == "LW":
		return dayRule{kind: lastWeekday}, true
	case strings.HasPrefix(text, "L-"):
		n, ok := dayField.number(text[2:])
		return dayRule{kind: beforeLast, n: n}, ok && n <= 30
	case strings.HasSuffix(text, "W"):
		n, ok := dayField.number(strings.TrimSuffix(text, "W"))
		return dayRule{kind: nearest, n: n}, ok
	}
	r.kind = inMonth
	ok = dayField.part(text, func(n int) { r.set |= 1 << n })
	return r, ok
}

// weekDay reads a part of the days of the week.
func weekDay(text string) (r dayRule, ok bool) {
	day, count, numbered := strings.Cut(text, "#")
	switch {
	case text == "L": // the last of the week
		return dayRule{kind: inWeek, set: 1 << 7}, true
	case numbered:
		week, ok := weekField.number(day)
		n, err := strconv.Atoi(count)
		return dayRule{kind: nth, n: n, week: week}, ok && err == nil && len(count) == 1 && n >= 1 && n <= 5
	case strings.HasSuffix(text, "L"):
		week, ok := weekField.number(strings.TrimSuffix(text, "L"))
		return dayRule{kind: lastOf, week: week}, ok
	}
	r.kind = inWeek
	ok = weekField.part(text, func(n int) { r.set |= 1 << n })
	return r, ok
}

// next returns when the schedule is due first after an instant.
func (c *cron) next(after time.Time, zone *time.Location) (due time.Time, ok bool) {
	local := after.In(zone)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC).AddDate(0, 0, -1) // whose last hour may be today's
	if day.Year() < firstYear {
		day = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	for day.Year() <= lastYear {
		switch {
		case !c.years.has(day.Year()):
			day = time.Date(day.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
			continue
		case !c.months.has(int(day.Month())):
			day = time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, time.UTC)
			continue
		}
		if slices.ContainsFunc(c.days, func(r dayRule) bool { return r.matches(day) }) {
			if due, ok = c.within(day, after, zone); ok {
				return due, true
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

// within returns when the schedule is due first after an instant on a day.
func (c *cron) within(day, after time.Time, zone *time.Location) (due time.Time, ok bool) {
	offset := offsetAt(day.Add(-furthest), zone)
	steady := offset == offsetAt(day.Add(24*time.Hour+furthest), zone)
	for hour := range 24 {
		over := steady && !day.Add(time.Duration(hour+1)*time.Hour-offset).After(after)
		if over || !c.hours.has(hour) {
			continue
		}
		for left := uint64(c.minutes); left != 0; left &= left - 1 {
			wall := day.Add(time.Duration(hour*60+bits.TrailingZeros64(left)) * time.Minute)
			at := wall.Add(-offset)
			if !steady {
				at = instantOf(wall, zone) // times that are left out come after some that follow them
			}
			if at.After(after) && (!ok || at.Before(due)) {
				due, ok = at, true
				if steady {
					return due, true
				}
			}
		}
	}
	return due, ok
}

// matches reports whether a day, in UTC, follows the rule.
func (r *dayRule) matches(day time.Time) bool {
	d, week := day.Day(), int(day.Weekday())+1
	last := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	weekOf := func(d2 int) int { return ((week-1+d2-d)%7+7)%7 + 1 }
	switch r.kind {
	case inMonth:
		return r.set.has(d)
	case inWeek:
		return r.set.has(week)
	case beforeLast:
		return d == last-r.n
	case nearest:
		return r.n <= last && d == weekdayNear(r.n, last, weekOf(r.n))
	case lastWeekday:
		return d == weekdayNear(last, last, weekOf(last))
	case lastOf:
		return week == r.week && d+7 > last
	case nth:
		return week == r.week && (d-1)/7+1 == r.n
	}
	return false
}

// weekdayNear returns the day from Monday to Friday that is nearest to a day of the
// month, which is a day of the week. It is in the same month.
func weekdayNear(d, last, week int) int {
	const sunday, saturday = 1, 7
	switch {
	case week == saturday && d == 1:
		return 3
	case week == saturday:
		return d - 1
	case week == sunday && d == last:
		return d - 2
	case week == sunday:
		return d + 1
	}
	return d
}
