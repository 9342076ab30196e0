package web

import "lullaby/pager"

// keptPages is how many pages the page shows: those of a bad night.
const keptPages = 20

// A Page is a page that went out, as the live page shows it.
type Page struct {
	At    int64
	Kind  string // trigger or recovery
	Alarm string
	Says  string // what happened, in a sentence
}

// Paged notes a page.
func (s *Server) Paged(p pager.Page) {
	s.pages.add(Page{At: millis(p.At), Kind: string(p.Kind), Alarm: p.Alarm, Says: saying(&p)}, keptPages)
}

// saying says in a sentence what happened: the worst finding, else what was measured,
// else AWS's reason.
func saying(p *pager.Page) string {
	switch {
	case p.Kind == pager.Recovery:
		return "It was on for " + pager.Lasting(p.Lasted()) + "."
	case len(p.Findings) > 0:
		return p.Findings[0].Text()
	case p.Measured != "":
		return p.Measured
	}
	return p.Reason
}
