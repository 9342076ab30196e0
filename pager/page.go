package pager

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
)

// A Kind is what a page says.
type Kind string

// The kinds of pages.
const (
	Trigger  Kind = "trigger"  // an alarm went off
	Recovery Kind = "recovery" // it is over
)

// A Page tells a person that an alarm went off, or that it is over. It does not change
// once it is made, and goes to all receivers alike.
type Page struct {
	Kind Kind
	Key  string // of the incident, which trigger and recovery share: see Key

	Stack       string
	Region      string
	Alarm       string
	AlarmARN    string
	Description string          `json:",omitzero"` // of the alarm
	Since       instant.Instant // when the alarm went off
	At          instant.Instant // when it changed: Since, or when it was over
	Reason      string          // why it changed, in AWS's words
	Measured    string          `json:",omitzero"` // the same in ours, if the alarm is on a metric
	Began       instant.Instant `json:",omitzero"` // of the oldest datapoint that decided; zero: it is not known
	Findings    []Finding       `json:",omitzero"` // the worst first
	Notes       []string        `json:",omitzero"` // what its reader would not expect
	Test        bool            `json:",omitzero"` // nothing happened: somebody tries the receivers
}

// A Finding is what the metrics say of a resource: a limit that refused, or what
// failed for it.
type Finding struct {
	Resource string // table orders
	Limit    string // the metric that says so, by AWS's name
	Did      string // refused 62 writes
	Count    int64  `json:",omitzero"` // of requests, in Minutes
	Minutes  int    `json:",omitzero"` // before the alarm went off
	Why      string `json:",omitzero"` // it has 5 write units a second and no burst left
	Look     string `json:",omitzero"` // what to look at
	Ends     string `json:",omitzero"` // what would end it
}

// Text returns the finding as a sentence.
func (f *Finding) Text() string {
	text := f.Resource + " " + f.Did
	if f.Minutes > 0 {
		text += " in " + Counted(int64(f.Minutes), "minute")
	}
	if f.Why != "" {
		text += ": " + f.Why
	}
	return text
}

// MaxKey is how many bytes a key has at most: as many as PagerDuty takes for a
// dedup_key (docs/aws/paging.md#pagerduty).
const MaxKey = 255

// Key returns the key of an alarm's incidents: its stack and its name. One that would
// be too long ends with a digest in place of its end.
func Key(stack, alarm string) string {
	key := stack + "/" + alarm
	if len(key) <= MaxKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	digest := "-" + hex.EncodeToString(sum[:8])
	return strings.ToValidUTF8(key[:MaxKey-len(digest)], "") + digest
}

// ID returns what tells a page from every other, and is the same whenever it is sent
// again. It has letters and digits.
func (p *Page) ID() string {
	sum := sha256.Sum256([]byte(string(p.Kind) + " " + strconv.FormatInt(int64(p.At), 10) + " " + p.Key))
	return hex.EncodeToString(sum[:16])
}

// Lasted returns how long the alarm was on, for a recovery.
func (p *Page) Lasted() time.Duration { return p.At.Sub(p.Since) }
