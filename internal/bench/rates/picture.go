package main

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"lullaby/rehearse/report"
)

// Measures of the picture, in pixels.
const (
	width  = 760
	panel  = 390 // of a table, with its margin
	margin = 40  // left of a plot
	plot   = 295 // width of a plot
	high   = 200 // height of a plot
	top    = 60
	line   = 18 // of the figures below a plot
)

// shown is how much time a plot shows.
const shown = 10 * time.Minute

// ink is a grey that can be read on white and on black.
const ink = "#888"

// colour returns the colour of a pace: one of each concurrency, red for too many.
func (p pace) colour() string {
	switch p.concurrency {
	case 2:
		return "#2f6db3"
	case 5:
		return "#3a7d44"
	case 10:
		return "#e0a526"
	}
	return "#b3372f"
}

// dashes returns how the line of a pace is drawn: dashed for single messages.
func (p pace) dashes() string {
	if p.batch == 1 {
		return ` stroke-dasharray="5 4"`
	}
	return ""
}

// picture draws the messages that are not written over time, a plot for each table,
// and the figures of each pace below.
func picture(rows []row) []byte {
	var b bytes.Buffer
	height := bottom(len(paces)) + 32
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" fill="%s">`+"\n", width, height, ink)
	fmt.Fprintln(&b, `<title>How fast consumers of a queue write, by concurrency and batch size</title>`)
	fmt.Fprintf(&b, `<text x="0" y="18" font-size="15">2,400 messages in a queue: how many are left, by MaximumConcurrency x BatchSize</text>`+"\n")
	for i, units := range tables {
		x := i*panel + margin
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="13">a table of %d write units</text>`+"\n", x, top-12, units)
		axes(&b, x)
		figures(&b, x, "", ink, [4]string{"writes/s", "throttles", "dead", "empty"}, 0)
		n := 0
		for j := range rows {
			r := &rows[j]
			if r.units != units {
				continue
			}
			n++
			curve(&b, x, r)
			q := r.queue()
			figures(&b, x, fmt.Sprintf("%d x %d", r.concurrency, r.batch), r.colour(), [4]string{
				decimal(r.tenths()), strconv.FormatInt(r.throttles(), 10), strconv.FormatInt(q.Dead, 10), report.Span(time.Duration(q.Empty).Round(time.Second)).String(),
			}, n)
			fmt.Fprintf(&b, `<path d="M%d %dh20" stroke="%s" stroke-width="2"%s/>`+"\n", x-30, bottom(n)-4, r.colour(), r.dashes())
		}
	}
	fmt.Fprintf(&b, `<text x="0" y="%d">A line that falls steeply at its end: the rest goes to the dead-letter queue.</text>`+"\n", height-6)
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// axes draws the frame of a plot, with its scales.
func axes(b *bytes.Buffer, x int) {
	fmt.Fprintf(b, `<path d="M%d %dv%dh%d" fill="none" stroke="%s"/>`+"\n", x, top, high, plot, ink)
	for _, n := range []int{0, backlog / 2, backlog} {
		fmt.Fprintf(b, `<text x="%d" y="%d" font-size="11" text-anchor="end">%d</text>`+"\n", x-4, level(int64(n))+4, n)
	}
	for m := time.Duration(0); m <= shown; m += 2 * time.Minute {
		fmt.Fprintf(b, `<text x="%d" y="%d" font-size="11" text-anchor="middle">%d min</text>`+"\n", x+place(m), top+high+15, m/time.Minute)
	}
}

// place returns how far right an instant is in a plot.
func place(at time.Duration) int { return int(at * plot / shown) }

// level returns the height of a number of messages.
func level(n int64) int { return top + high - int(n*high/backlog) }

// curve draws the messages of a row that wait, over time.
func curve(b *bytes.Buffer, x int, r *row) {
	fmt.Fprint(b, `<path d="`)
	verb := "M"
	for _, m := range r.queue().Moments {
		if time.Duration(m.At) > shown {
			break
		}
		fmt.Fprintf(b, "%s%d %d", verb, x+place(time.Duration(m.At)), level(m.Visible+m.InFlight+m.Delayed))
		verb = "L"
	}
	fmt.Fprintf(b, `" fill="none" stroke="%s" stroke-width="2"%s/>`+"\n", r.colour(), r.dashes())
}

// bottom returns where line n of the figures below a plot is.
func bottom(n int) int { return top + high + 44 + line*n }

// figures writes line n of the figures below a plot.
func figures(b *bytes.Buffer, x int, name, colour string, values [4]string, n int) {
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s">%s</text>`, x, bottom(n), colour, name)
	for i, v := range values {
		fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end">%s</text>`, x+plot-3*70+70*i, bottom(n), v)
	}
	fmt.Fprintln(b)
}
