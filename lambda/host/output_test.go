package host

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"lullaby/instant"
	"lullaby/lambda"
)

// A stuck writer blocks until it is released.
type stuck struct {
	release chan struct{}
	text    strings.Builder
}

func (w *stuck) Write(p []byte) (int, error) {
	<-w.release
	return w.text.Write(p)
}

func TestSlowLogDropsLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &stuck{release: make(chan struct{})}
		l := newLineLog(w)
		l.line("f | ", "first")
		synctest.Wait() // the line is being written
		line := strings.Repeat("x", 1_000)
		for range 2_000 {
			l.line("f | ", line)
		}
		close(w.release)
		synctest.Wait()
		l.line("f | ", "last")
		l.close()
		l.line("f | ", "too late")

		text := w.text.String()
		kept := strings.Count(text, "f | xxx")
		want := fmt.Sprintf("lullaby | %d lines of the log were dropped: it is read too slowly\nf | last\n", 2_000-kept)
		if !strings.HasPrefix(text, "f | first\n") || !strings.HasSuffix(text, want) || kept < 1_000 || kept > 1_050 {
			t.Errorf("kept %d of 2,000 lines of 1 KB; the end is %q", kept, text[max(0, len(text)-200):])
		}
	})
}

// TestLogOfMany writes lines from many goroutines. Each must arrive whole and
// once.
func TestLogOfMany(t *testing.T) {
	var text strings.Builder
	l := newLineLog(&text)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for j := range 500 {
				l.line("", fmt.Sprint(i, " ", j))
			}
		})
	}
	all.Wait()
	l.close()
	next := [4]int{}
	for line := range strings.Lines(text.String()) {
		var i, j int
		if _, err := fmt.Sscan(line, &i, &j); err != nil || j != next[i] {
			t.Fatalf("line %q, %v, want number %d", line, err, next[i])
		}
		next[i]++
	}
	if next != [4]int{500, 500, 500, 500} {
		t.Errorf("lines = %v", next)
	}
}

// TestOutputCutsLongLines writes a line of three times the maximum, in
// characters of three bytes. No character may be cut.
func TestOutputCutsLongLines(t *testing.T) {
	var text strings.Builder
	l := newLineLog(&text)
	o, w, err := newOutput(l, "f | ")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		o.pump()
	}()
	long := strings.Repeat("€", maxLine)
	if _, err := io.WriteString(w, "short\n"+long+"\r\nrest"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	<-done
	o.end("END")
	o.close()
	l.close()
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	var joined strings.Builder
	for i, line := range lines {
		body, ok := strings.CutPrefix(line, "f | ")
		if !ok || len(body) > maxLine || i > 1 && i < 4 && len(body) < maxLine-4 {
			t.Errorf("line %d has %d bytes, begins %.20q", i, len(body), line)
		}
		joined.WriteString(body)
	}
	if joined.String() != "short"+long+"restEND" || len(lines) != 1+4+2 {
		t.Errorf("%d lines, %d bytes, want the same text in 7", len(lines), joined.Len())
	}
}

// Lines that the function writes are handed on, the last without its end too; those of
// the platform are not.
func TestLinesOfTheFunction(t *testing.T) {
	o, w, err := newOutput(nil, "f | ")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	o.lines = func(_ instant.Instant, line string) { got = append(got, line) }
	o.begin(&invocation{id: "8a1b", tail: &tail{}})
	if _, err := io.WriteString(w, "one\r\n{\"_aws\":1}\nthree"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	o.end("END RequestId: 8a1b")
	o.close()
	if want := []string{"one", `{"_aws":1}`, "three"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEndReadsWhatIsThere writes before end, whether pump has seen it or not.
func TestEndReadsWhatIsThere(t *testing.T) {
	for range 200 {
		l := newLineLog(io.Discard)
		o, w, err := newOutput(l, "f | ")
		if err != nil {
			t.Fatal(err)
		}
		var pump sync.WaitGroup
		pump.Go(o.pump)
		inv := &invocation{id: "8a1b", tail: &tail{}}
		o.begin(inv)
		if _, err := io.WriteString(w, "one\ntwo"); err != nil {
			t.Fatal(err)
		}
		o.end(lambda.EndLine("8a1b"))
		if got, want := string(inv.tail.last()), "START RequestId: 8a1b Version: $LATEST\none\ntwo\nEND RequestId: 8a1b\n"; got != want {
			t.Fatalf("tail = %q, want %q", got, want)
		}
		o.close() // while the other end is open, as a grandchild may leave it
		pump.Wait()
		o.end("after close")
		w.Close()
		l.close()
	}
}

func TestOutOfResources(t *testing.T) {
	if outOfResources(errors.New("exec format error")) || outOfResources(nil) {
		t.Error("a bad executable is taken for a full machine")
	}
}
