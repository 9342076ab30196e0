package scripttest_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"lullaby/internal/scripttest"
)

// A heard test keeps what it is told, and does not fail.
type heard struct {
	testing.TB
	told []string
}

func (h *heard) Helper()                        {}
func (h *heard) Errorf(format string, a ...any) { h.told = append(h.told, fmt.Sprintf(format, a...)) }

func (h *heard) Logf(format string, a ...any) { h.told = append(h.told, fmt.Sprintf(format, a...)) }
func (h *heard) Fatal(a ...any)               { panic(fmt.Sprint(a...)) }

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "script.txt")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// echo answers with each word, and with an empty answer to "blank".
func echo(command string) []string {
	_, words, _ := strings.Cut(command, " ")
	if command == "blank" {
		return []string{""}
	}
	return strings.Fields(words)
}

func TestAnswers(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"as written", "# a comment\n\necho a b\n= a\n= b\nblank\n=\necho\n", ""},
		{"without an end of line", "echo a\n= a", ""},
		{"another answer", "\necho a b\n= a\n= c", "2: echo a b\ngot\n= a\n= b\nwant\n= a\n= c"},
		{"an answer too few", "echo a b\n= a\n", "1: echo a b\ngot\n= a\n= b\nwant\n= a"},
		{"an answer too many", "echo a\n= a\n=\n", "1: echo a\ngot\n= a\nwant\n= a\n="},
		{"none", "echo a\n", "1: echo a\ngot\n= a\nwant\n"},
		{"an answer to a comment", "# echo\n= a\n", "1: # echo\ngot\n\nwant\n= a"},
		{"an answer to nothing", "\n= a\n", "1: \ngot\n\nwant\n= a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name, h := file(t, tt.script), &heard{TB: t}
			scripttest.Answers(h, name, echo)
			if tt.want != "" {
				tt.want = name + ":" + tt.want
			}
			if diff := cmp.Diff(tt.want, strings.Join(h.told, "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// An answer of lines is as many lines of the script.
func TestAnswersOfLines(t *testing.T) {
	h := &heard{TB: t}
	scripttest.Answers(h, file(t, "say\n= a\n=\n= b\n"), func(string) []string { return []string{"a\n\nb\n"} })
	if h.told != nil {
		t.Errorf("told %q", h.told)
	}
}

func TestLines(t *testing.T) {
	name, h, played := file(t, "# first\n\n good # as it is\nbad\ngood\n"), &heard{TB: t}, 0
	scripttest.Lines(h, name, func(line string) error {
		played++
		if line != "good" {
			return errors.New("not good")
		}
		return nil
	})
	if diff := cmp.Diff([]string{name + ":4: bad: not good"}, h.told); diff != "" || played != 3 {
		t.Errorf("played %d lines (-want +got):\n%s", played, diff)
	}
}

// A command that panics, or ends the test, is named by its line.
func TestPanicHasItsLine(t *testing.T) {
	name, h := file(t, "fine\nworse\n"), &heard{TB: t}
	func() {
		defer func() { _ = recover() }()
		scripttest.Answers(h, name, func(command string) []string {
			if command == "worse" {
				panic("at this")
			}
			return nil
		})
	}()
	if diff := cmp.Diff([]string{name + ":2: worse"}, h.told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// With Update a script has what it answered, and is otherwise as it was.
func TestUpdate(t *testing.T) {
	defer func(was bool) { *scripttest.Update = was }(*scripttest.Update)
	*scripttest.Update = true
	h := &heard{TB: t}
	script, golden, archive := file(t, "# c\n= x\necho a b\n= b\n\necho\n= a"), file(t, "old"), file(t, "")
	scripttest.Answers(h, script, echo)
	scripttest.Golden(h, golden, "new\n")
	scripttest.Want(h, archive, &txtar.Archive{Comment: []byte("c\n"), Files: []txtar.File{{Name: "a"}}}, "new\n")
	for name, want := range map[string]string{script: "# c\necho a b\n= a\n= b\n\necho", golden: "new\n", archive: "c\n-- a --\n-- want --\nnew\n"} {
		got, err := os.ReadFile(name)
		if err != nil || string(got) != want {
			t.Errorf("%s is %q (%v), want %q", name, got, err, want)
		}
	}
	if h.told != nil {
		t.Errorf("told %q", h.told)
	}
}

func TestGolden(t *testing.T) {
	h := &heard{TB: t}
	a := &txtar.Archive{Files: []txtar.File{{Name: "want", Data: []byte("a\n")}}}
	scripttest.Golden(h, file(t, "a"), "a")
	scripttest.Want(h, "", a, "a\n")
	if h.told != nil {
		t.Errorf("told %q", h.told)
	}
	scripttest.Golden(h, file(t, "a"), "b")
	scripttest.Want(h, "", a, "b\n")
	if len(h.told) != 2 {
		t.Errorf("told %q, want two differences", h.told)
	}
}

func TestEach(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.txt", "b.txt", "c.json"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	scripttest.Each(t, filepath.Join(dir, "*.txt"), func(t *testing.T, file string) { got = append(got, t.Name()+" "+filepath.Base(file)) })
	if diff := cmp.Diff([]string{"TestEach/a a.txt", "TestEach/b b.txt"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExpand(t *testing.T) {
	const text = `<x*3> ["a"]*2 [{}]*1 <y*99999999999999999999> [1] * 2`
	if got, want := scripttest.Expand(text), `xxx ["a","a"] [{}] <y*99999999999999999999> [1] * 2`; got != want {
		t.Errorf("Expand(%q) = %q, want %q", text, got, want)
	}
}
