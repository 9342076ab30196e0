package mapping_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/internal/scripttest"
	"lullaby/lambda/mapping"
)

// A script plays a poller in virtual time against a queue and a function. Its
// first lines set them up; the others are in the order of their instants. The
// words of each line are in world_test.go.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/pollers/*.txt", func(t *testing.T, file string) {
		w := newWorld()
		scripttest.Lines(t, file, func(line string) error { return w.play(strings.Fields(line)) })
	})
}

// play plays a line.
func (w *world) play(words []string) (err error) {
	if words[0] != "at" {
		return w.set(words[0], words[1:])
	}
	d, err := time.ParseDuration(words[1])
	if err != nil {
		return err
	}
	w.run(epoch.Add(d))
	switch words[2] {
	case "send":
		return w.send(words[3:])
	case "expect":
		return w.expect(words[3:])
	case "stop":
		w.poller.Stop(w.now)
	default:
		err = w.set(words[2], words[3:])
		if w.poller != nil {
			w.poller.Start(w.now, w.pace)
		}
	}
	w.drive()
	return err
}

// set sets the queue, the mapping or the function.
func (w *world) set(of string, words []string) (err error) {
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		duration := func(to *time.Duration) { *to, err = time.ParseDuration(value) }
		number := func(to *int) { *to, err = strconv.Atoi(value) }
		switch of + " " + key {
		case "queue visibility":
			duration(&w.pace.Visibility)
		case "queue maxReceiveCount":
			number(&w.maxReceives)
		case "mapping batch":
			number(&w.pace.BatchSize)
		case "mapping window":
			duration(&w.pace.Window)
		case "mapping concurrency":
			number(&w.pace.MaximumConcurrency)
		case "mapping strict":
			w.pace.Assumptions = mapping.Strict
		case "mapping reports":
			w.pace.ReportsFailures = true
		case "function timeout":
			duration(&w.pace.Timeout)
		case "function takes":
			duration(&w.takes)
		case "function reserved":
			number(&w.reserved)
		case "function fails":
			w.fails = value
		case "function writes":
			number(&w.writes)
		default:
			err = fmt.Errorf("unknown setting %q", word)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// send sends messages: their number, and what they are.
func (w *world) send(words []string) error {
	n, err := strconv.Atoi(words[0])
	if err != nil {
		return err
	}
	m := message{bytes: 300}
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "group":
			m.group = value
		case "bytes":
			if m.bytes, err = strconv.ParseInt(value, 10, 64); err != nil {
				return err
			}
		default:
			return fmt.Errorf("unknown word %q", word)
		}
	}
	for range n {
		w.sent++
		sent := m
		sent.id = w.sent
		w.visible = append(w.visible, &sent)
	}
	w.deliver()
	w.drive()
	return nil
}

// expect compares counts: key=value, key<value, key>value, or key~value, which
// is within a twentieth.
func (w *world) expect(words []string) error {
	got := w.counts()
	for _, word := range words {
		i := strings.IndexAny(word, "=<>~")
		key, value := word[:i], word[i+1:]
		have, known := got[key]
		if !known {
			return fmt.Errorf("unknown count %q", key)
		}
		if word[i] == '=' {
			if have != value {
				return fmt.Errorf("%s = %s, want %s (all: %v)", key, have, value, got)
			}
			continue
		}
		a, b, err := numbers(have, value)
		if err != nil {
			return err
		}
		if holds := map[byte]bool{'<': a < b, '>': a > b, '~': 20*max(a-b, b-a) <= b}; !holds[word[i]] {
			return fmt.Errorf("%s = %s, want %s (all: %v)", key, have, word[i:], got)
		}
	}
	return nil
}

func numbers(a, b string) (x, y int, err error) {
	if x, err = strconv.Atoi(a); err == nil {
		y, err = strconv.Atoi(b)
	}
	return x, y, err
}

// epoch is the instant 0s of scripts.
var epoch = instant.Of(time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC))
