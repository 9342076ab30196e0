package main

import (
	"encoding/json"
	"io"
	"strings"
	"sync"
	"time"

	"lullaby/pager"
	"lullaby/pager/send"
	"lullaby/stack"
)

// An output is what up writes to stdout: lines for people, or with --json a JSON object a
// line, whose member type says what it is. Safe for concurrent use.
type output struct {
	mu   sync.Mutex
	to   io.Writer
	json bool
	rest string // of a message that has no end yet
}

// A line is a line of JSON. One of its members is set, besides Type.
type line struct {
	Type string `json:"type"` // message, ready or page

	Text string `json:"text,omitempty"` // of a message

	HTTP []string          `json:"http,omitempty"` // of ready: URLs
	AWS  string            `json:"aws,omitempty"`
	Data string            `json:"data,omitempty"` // empty: in memory
	Keys map[string]string `json:"keys,omitempty"` // API keys that the template gives no value, by logical id

	Page *send.Document `json:"page,omitempty"`
}

// Write writes messages for people.
func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.json {
		return o.to.Write(text)
	}
	o.rest += string(text)
	for {
		message, rest, whole := strings.Cut(o.rest, "\n")
		if !whole {
			return len(text), nil
		}
		o.rest = rest
		if err := o.encode(line{Type: "message", Text: message}); err != nil {
			return 0, err
		}
	}
}

func (o *output) encode(l line) error { return json.NewEncoder(o.to).Encode(l) }

// page writes a page, whole.
func (o *output) page(p pager.Page) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.json {
		d := send.DocumentOf(&p)
		_ = o.encode(line{Type: "page", Page: &d}) // nobody reads it
		return
	}
	_, _ = io.WriteString(o.to, strings.Join(p.Lines(time.Local, columns), "\n")+"\n")
}

// ready says that everything answers.
func (o *output) ready(s *stack.Stack) {
	if o.json {
		o.mu.Lock()
		defer o.mu.Unlock()
		_ = o.encode(line{Type: "ready", HTTP: s.HTTPURLs(), AWS: s.AWSURL(), Data: s.Data(), Keys: madeKeys(s.Template())})
		return
	}
	announce(o, s)
}
