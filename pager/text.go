package pager

import (
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
)

// Summary returns the page in one line: "items: high went off: table items-table refused
// 62 writes: ...".
func (p *Page) Summary() string {
	text := p.Stack + ": " + Line(p.Alarm) + " went off"
	switch {
	case p.Kind == Recovery:
		text = p.Stack + ": " + Line(p.Alarm) + " is over after " + Lasting(p.Lasted())
	case len(p.Findings) > 0:
		text += ": " + Line(p.Findings[0].Text())
	case p.Measured != "":
		text += ": " + Line(p.Measured)
	}
	if p.Test {
		text = "Test: " + text
	}
	return text
}

// Lines returns the page as lines of at most width columns, the zone's time in them. A
// width of 0 breaks no line.
func (p *Page) Lines(zone *time.Location, width int) []string {
	b := block{width: width}
	at, head := p.At.Time().In(zone), "PAGE  "
	if p.Test {
		head = "TEST  "
	}
	if p.Kind == Recovery {
		b.add(head, at.Format("15:04:05 MST ")+Line(p.Alarm)+" is over. It was on for "+Lasting(p.Lasted())+", since "+clock(p.Since, p.At, zone)+".")
	} else {
		text := at.Format("15:04:05 MST ") + Line(p.Alarm) + " went off"
		if !p.Began.IsZero() {
			text += ", bad since " + clock(p.Began, p.At, zone)
		}
		b.add(head, text+".")
	}
	b.label("about", p.Description)
	said := p.Measured
	if said == "" {
		said = p.Reason
	}
	b.label("alarm", said)
	for _, f := range p.Findings {
		b.label("cause", f.Text())
		b.label("look at", f.Look)
		b.label("ends by", f.Ends)
	}
	if p.Kind == Trigger && len(p.Findings) == 0 && !p.Test {
		b.label("cause", "no limit of the stack refused anything in the last minutes")
	}
	for _, n := range p.Notes {
		b.label("note", n)
	}
	return b.lines
}

// clock writes an instant as the time of its day, with the date if that is not the day
// of another instant.
func clock(at, other instant.Instant, zone *time.Location) string {
	here := at.Time().In(zone)
	if here.Format(time.DateOnly) == other.Time().In(zone).Format(time.DateOnly) {
		return here.Format("15:04:05")
	}
	return here.Format("2006-01-02 15:04:05")
}

// A block is lines of labels and texts.
type block struct {
	width int // 0: lines are not broken
	lines []string
}

const indent = "      "

func (b *block) label(label, text string) {
	if text != "" {
		b.add(indent+label+strings.Repeat(" ", max(1, 9-len(label))), Line(text))
	}
}

// add adds a text behind a label, and breaks it between words.
func (b *block) add(label, text string) {
	now, room := label, false
	for word := range strings.FieldsSeq(text) {
		if room && b.width > 0 && columns(now)+1+columns(word) > b.width {
			b.lines = append(b.lines, now)
			now, room = strings.Repeat(" ", columns(label)), false
		}
		if room {
			now += " "
		}
		now, room = now+word, true
	}
	b.lines = append(b.lines, now)
}

func columns(text string) int { return len([]rune(text)) }

// Line makes one line of a text that others wrote, without characters that a terminal
// obeys.
func Line(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case !strconv.IsPrint(r):
			return '?'
		}
		return r
	}, text)
}

// Lasting writes a duration to the minute, or to the second below one.
func Lasting(d time.Duration) string {
	if d < time.Minute {
		return Counted(int64(d/time.Second), "second")
	}
	hours, minutes := int64(d/time.Hour), int64(d%time.Hour/time.Minute)
	switch {
	case hours == 0:
		return Counted(minutes, "minute")
	case minutes == 0:
		return Counted(hours, "hour")
	}
	return Counted(hours, "hour") + " and " + Counted(minutes, "minute")
}

// Counted writes a number of things: "1,204 writes".
func Counted(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Grouped(n) + " " + thing + "s"
}

// Times writes how often something happened.
func Times(n int64) string {
	if n == 1 {
		return "once"
	}
	return Grouped(n) + " times"
}

// Grouped writes a number with a comma between thousands.
func Grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return sign + text
}
