package send

import (
	"net/http"
	"net/url"
	"time"

	"lullaby/pager"
)

// Characters of the texts of a Document, so that no page is larger than receivers take
// (docs/aws/paging.md#pagerduty).
const (
	longDocument = 20_480 // all of it
	longLine     = 1_024  // each of its parts
)

// A Document is a page as JSON of our own: what a plain URL gets. Members may be added,
// none is changed or taken away while Version is 1.
type Document struct {
	Version     int       `json:"version"`
	ID          string    `json:"id"`   // the same whenever this page is sent again
	Kind        string    `json:"kind"` // trigger or recovery
	Key         string    `json:"key"`  // the same in a trigger and in its recovery
	Stack       string    `json:"stack"`
	Region      string    `json:"region"`
	Alarm       string    `json:"alarm"`
	AlarmARN    string    `json:"alarm_arn,omitempty"`
	Description string    `json:"description,omitempty"`
	At          string    `json:"at"`                  // RFC 3339, UTC: when the alarm changed
	Since       string    `json:"since"`               // when it went off
	BadSince    string    `json:"bad_since,omitempty"` // when the oldest datapoint that decided began
	Summary     string    `json:"summary"`
	Reason      string    `json:"reason"`             // in CloudWatch's words
	Measured    string    `json:"measured,omitempty"` // the same in ours
	Findings    []Finding `json:"findings,omitempty"`
	Notes       []string  `json:"notes,omitempty"`
	Text        string    `json:"text"` // all of it, for people
	Test        bool      `json:"test,omitempty"`
}

// A Finding is a limit that refused, or what failed for it.
type Finding struct {
	Resource string `json:"resource"`
	Limit    string `json:"limit"` // the metric that says so, by AWS's name
	Count    int64  `json:"count,omitempty"`
	Minutes  int    `json:"minutes,omitempty"` // in which Count was counted
	Text     string `json:"text"`
	Look     string `json:"look_at,omitempty"`
	Ends     string `json:"ends_by,omitempty"`
}

// DocumentOf returns the document of a page.
func DocumentOf(p *pager.Page) Document {
	d := Document{
		Version: 1, ID: p.ID(), Kind: string(p.Kind), Key: p.Key, Stack: p.Stack, Region: p.Region, Alarm: p.Alarm, AlarmARN: p.AlarmARN,
		Description: cut(p.Description, longLine), At: p.At.Time().Format(time.RFC3339Nano), Since: p.Since.Time().Format(time.RFC3339Nano),
		Summary: cut(p.Summary(), longLine), Reason: cut(p.Reason, longLine), Measured: cut(p.Measured, longLine),
		Notes: p.Notes, Text: cut(text(p), longDocument), Test: p.Test,
	}
	if !p.Began.IsZero() {
		d.BadSince = p.Began.Time().Format(time.RFC3339Nano)
	}
	for i := range p.Findings {
		f := &p.Findings[i]
		d.Findings = append(d.Findings, Finding{
			cut(f.Resource, longLine), f.Limit, f.Count, f.Minutes, cut(f.Text(), longLine), cut(f.Look, longLine), cut(f.Ends, longLine),
		})
	}
	return d
}

func webhook(to *url.URL, key string) format {
	return format{
		url: to, bearer: key,
		body: func(p *pager.Page) any { return DocumentOf(p) },
		took: func(status int, _ []byte) (bool, string) { return true, http.StatusText(status) },
	}
}
