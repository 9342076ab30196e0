// Package scripttest plays scripts: tests that are text, a command a line. The test of
// a package brings the verbs of its scripts. It is for tests alone and may change at
// any time.
package scripttest

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// Update is the flag by which scripts and golden files become what the tests got. Read
// them before they are committed.
var Update = flag.Bool("update", false, "write what the tests got into scripts and golden files; read them before they are committed")

// Each runs a test for each file that a pattern matches, under the name of the file. It
// fails if there is none.
func Each(t *testing.T, pattern string, play func(t *testing.T, file string)) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), func(t *testing.T) { play(t, file) })
	}
}

// Answers plays a script of commands and their answers. A command is a line that is
// neither blank nor begins with #. Each line of its answers stands below it, behind "=
// ", or as "=" if it is blank. play performs a command and returns its answers, nil
// for none. With Update the answers are written down as they are.
func Answers(t testing.TB, file string, play func(command string) []string) {
	t.Helper()
	lines := strings.Split(read(t, file), "\n")
	played := make([]string, 0, len(lines))
	for i := 0; i < len(lines); {
		at, command := i, lines[i]
		for i++; i < len(lines) && strings.HasPrefix(lines[i], "="); {
			i++
		}
		var got []string
		if command != "" && command[0] != '#' {
			perform(t, file, at, command, func() { got = marked(play(command)) })
		}
		if want := lines[at+1 : i]; !*Update && !slices.Equal(got, want) {
			t.Errorf("%s:%d: %.300s\ngot\n%s\nwant\n%s", file, at+1, command, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		played = append(append(played, command), got...)
	}
	if *Update {
		write(t, file, strings.Join(played, "\n"))
	}
}

// marked returns the lines of answers as scripts have them.
func marked(answers []string) []string {
	var all []string
	for _, answer := range answers {
		for line := range strings.SplitSeq(strings.TrimSuffix(answer, "\n"), "\n") {
			if line != "" {
				line = " " + line
			}
			all = append(all, "="+line)
		}
	}
	return all
}

// Lines plays a script whose lines say themselves what they expect. What stands behind
// # is a comment. play plays a line without its comment, and returns what is wrong.
func Lines(t testing.TB, file string, play func(line string) error) {
	t.Helper()
	for i, line := range strings.Split(read(t, file), "\n") {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		perform(t, file, i, line, func() {
			if err := play(line); err != nil {
				t.Errorf("%s:%d: %s: %v", file, i+1, line, err)
			}
		})
	}
}

// perform calls play. If it ends the test or panics, the log has the line.
func perform(t testing.TB, file string, i int, line string, play func()) {
	t.Helper()
	ended := true
	defer func() {
		if ended {
			t.Logf("%s:%d: %.300s", file, i+1, line)
		}
	}()
	play()
	ended = false
}

// Golden compares what a test got with a file. With Update it is written there.
func Golden(t testing.TB, file, got string) {
	t.Helper()
	if *Update {
		write(t, file, got)
	}
	compare(t, file, read(t, file), got)
}

// Want compares what a test got with the last part of an archive, which is named want.
// With Update it is written into the archive's file.
func Want(t testing.TB, file string, a *txtar.Archive, got string) {
	t.Helper()
	if len(a.Files) == 0 || a.Files[len(a.Files)-1].Name != "want" {
		a.Files = append(a.Files, txtar.File{Name: "want"})
	}
	want := &a.Files[len(a.Files)-1]
	if *Update {
		want.Data = []byte(got)
		write(t, file, string(txtar.Format(a)))
	}
	compare(t, file, string(want.Data), got)
}

func compare(t testing.TB, file, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func read(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil { //nolint:gosec // a file of the repository
		t.Fatal(err)
	}
}
