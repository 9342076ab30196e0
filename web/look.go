package web

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"lullaby/instant"
	"lullaby/queue/request"
)

// shownRows is how many items or messages one answer has.
const shownRows = 50

// rows are items or messages, and the place where the next ones are: empty if there are
// no more.
type rows[R any] struct {
	Rows []R
	Next string
}

// items returns items of a table or entries of an index that contain a text, as JSON.
func (s *Server) items(r *http.Request) (any, error) {
	q := r.URL.Query()
	from, err := hex.DecodeString(q.Get("from"))
	if err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	text := []byte(q.Get("text"))
	found, next, err := s.services.Tables.Look(instant.Of(time.Now()), q.Get("table"), q.Get("index"), from, shownRows,
		func(item []byte) bool { return bytes.Contains(item, text) })
	if err != nil {
		return nil, err
	}
	out := rows[json.RawMessage]{make([]json.RawMessage, 0, len(found)), hex.EncodeToString(next)}
	for _, item := range found {
		text, err := item.AppendJSON(nil, nil)
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, text)
	}
	return out, nil
}

// A Message is a message of a queue. Instants are milliseconds since 1970.
type Message struct {
	ID, Group, Body string
	Sent            int64
	Hidden          int64 // until when nobody receives it; 0: it is visible
	Receives        uint64
	Attributes      map[string]request.MessageAttributeValue `json:",omitempty"`
}

// messages returns messages of a queue whose bodies contain a text.
func (s *Server) messages(r *http.Request) (any, error) {
	q := r.URL.Query()
	from, err := strconv.ParseUint(cmp.Or(q.Get("from"), "0"), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	found, next, err := s.services.Queues.Peek(instant.Of(time.Now()), q.Get("queue"), from, shownRows, q.Get("text"))
	if err != nil {
		return nil, err
	}
	out := rows[Message]{Rows: make([]Message, 0, len(found))}
	if next != 0 {
		out.Next = strconv.FormatUint(next, 10)
	}
	for _, m := range found {
		out.Rows = append(out.Rows, Message{m.ID, m.Group, m.Body, millis(m.Sent), millis(m.Hidden), m.Receives, m.Attributes})
	}
	return out, nil
}
