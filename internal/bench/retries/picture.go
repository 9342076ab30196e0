package main

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"lullaby/rehearse/report"
)

// Measures of the picture, in pixels.
const (
	width   = 760
	left    = 190 // of the bars
	bar     = 16
	spacing = 58 // of the modes
	top     = 64
)

// A part is a share of a bar.
type part struct {
	count  int64
	colour string
}

// The colours of answers: good, later, lost.
const (
	served  = "#3a7d44"
	refused = "#e0a526"
	late    = "#b3372f"
	ink     = "#888"
)

// picture draws what the clients of each mode got, measured and rehearsed. Its
// text is of a grey that can be read on white and on black.
func picture(rows []row, d time.Duration) []byte {
	var b bytes.Buffer
	height := top + spacing*len(rows) + 20
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" fill="%s">`+"\n", width, height, ink)
	fmt.Fprintf(&b, `<title>What clients get from a full table, by retry mode</title>`+"\n")
	fmt.Fprintf(&b, `<text x="0" y="18" font-size="15">20 writes a second at 5 write units for %v, burst drained: what clients get</text>`+"\n", report.Span(d))
	x := left
	for _, l := range []struct{ colour, name string }{{served, "201"}, {refused, "503"}, {late, "504 after 29 s"}} {
		fmt.Fprintf(&b, `<rect x="%d" y="34" width="12" height="12" fill="%s"/><text x="%d" y="45">%s</text>`+"\n", x, l.colour, x+18, l.name)
		x += 40 + 8*len(l.name)
	}
	for i := range rows {
		s, r := &rows[i].live, &rows[i].rehearsed.Routes[0]
		y := top + spacing*i
		fmt.Fprintf(&b, `<text x="0" y="%d">%v</text>`+"\n", y+13, rows[i].mode)
		draw(&b, y, "measured", int64(s.offered), []part{
			{int64(s.status[http.StatusCreated]), served},
			{int64(s.status[http.StatusServiceUnavailable]), refused},
			{int64(s.status[http.StatusGatewayTimeout]), late},
		})
		draw(&b, y+bar+6, "rehearsed", r.Offered, []part{{r.Served, served}, {r.Refused, refused}, {r.TimedOut, late}})
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// draw draws a bar, with the numbers of the parts that have room for them.
func draw(b *bytes.Buffer, y int, name string, whole int64, parts []part) {
	const room = width - left - 80
	x := int64(left)
	for _, p := range parts {
		w := p.count * room / max(whole, 1)
		if w == 0 {
			continue
		}
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`, x, y, w, bar, p.colour)
		if w > 40 {
			fmt.Fprintf(b, `<text x="%d" y="%d" font-size="11" fill="#fff">%d</text>`, x+5, y+12, p.count)
		}
		x += w
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" font-size="11">%s</text>`+"\n", x+6, y+12, name)
}
