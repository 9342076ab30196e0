package interpreter_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"lullaby/internal/scripttest"
	"lullaby/lambda"
	"lullaby/lambda/host"
	"lullaby/lambda/interpreter"
)

// TestConversations runs the functions in testdata. A file is a package; its comment
// says how it runs and which events it gets, and its last part, want, has the
// answers and the log.
func TestConversations(t *testing.T) {
	for _, language := range []string{"python", "node"} {
		need(t, language)
		files, err := filepath.Glob(filepath.Join("testdata", language, "*.txtar"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no conversations: %v", err)
		}
		for _, file := range files {
			t.Run(language+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				t.Parallel()
				converse(t, file)
			})
		}
	}
}

// need skips a test whose interpreter this machine lacks. The gate has them all.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, name := range programs {
		if name == "python" {
			name = "python3"
		}
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
}

func converse(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range archive.Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	f := interpreter.Function{ID: "F", Code: dir, MemorySize: 512}
	h := host.Function{Name: "f", Timeout: 20 * time.Second, MemorySize: 512, Environment: map[string]string{}}
	var events []event
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch key {
		case "runtime":
			f.Runtime = value
		case "handler":
			h.Handler = value
		case "env":
			name, text, _ := strings.Cut(value, "=")
			h.Environment[name] = text
		case "layer":
			f.Layers = append(f.Layers, interpreter.Layer{ID: value, Path: filepath.Join(dir, value)})
		case "bundle":
			f.Bundle = &interpreter.Bundle{EntryPoints: strings.Fields(value)}
		case "invoke", "stream":
			events = append(events, event{value, key == "stream"})
		}
	}
	scripttest.Want(t, file, archive, record(t, f, h, events))
}

// An event is that of one invocation.
type event struct {
	text   string // JSON, and perhaps " client=" with a client context
	stream bool   // its answer is read as it comes
}

// answer returns what a function answers to an event. On a busy machine the one sandbox
// may still end the invocation before.
func (e event) answer(t *testing.T, machine *host.Host) string {
	t.Helper()
	for {
		text, err := e.ask(t, machine)
		if _, busy := errors.AsType[*lambda.ThrottleError](err); busy {
			time.Sleep(time.Millisecond)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
}

func (e event) ask(t *testing.T, machine *host.Host) (string, error) {
	t.Helper()
	in := lambda.InvokeInput{FunctionName: "f", Payload: []byte(e.text)}
	if text, client, ok := strings.Cut(e.text, " client="); ok {
		in.Payload, in.ClientContext = []byte(text), client
	}
	if e.stream {
		s, err := machine.InvokeStream(t.Context(), in)
		if err != nil {
			return "", err
		}
		defer func() { _ = s.Close() }()
		text, err := io.ReadAll(s)
		if err != nil {
			return "", err
		}
		return strings.TrimSpace(fmt.Sprintf("~ %s %q %s", s.ContentType(), text, s.Result().Payload)), nil
	}
	out, err := machine.Invoke(t.Context(), in)
	if err != nil {
		return "", err
	}
	if out.FunctionError != "" {
		return fmt.Sprintf("! %s", out.Payload), nil
	}
	return fmt.Sprintf("= %s", out.Payload), nil
}

// record returns the log and the answers of the events.
func record(t *testing.T, f interpreter.Function, h host.Function, events []event) string {
	t.Helper()
	built := build(t, f, interpreter.Options{})
	h.Dir, h.Command, h.Defaults = built.Dir, built.Command, built.Environment
	var log lockedBuffer
	machine, err := host.New(host.Options{Log: &log, MaxSandboxes: 1}, []host.Function{h})
	if err != nil {
		t.Fatal(err)
	}
	answers := make([]string, 0, len(events))
	for _, e := range events {
		answers = append(answers, e.answer(t, machine))
	}
	if err := machine.Close(); err != nil {
		t.Error(err)
	}
	return normal(built, strings.Join(answers, "\n")+"\n"+log.String())
}

// build builds a function in a scratch folder of the test.
func build(t *testing.T, f interpreter.Function, o interpreter.Options) interpreter.Built {
	t.Helper()
	o.Scratch = t.TempDir()
	if o.Say == nil {
		o.Say = func(text string) { t.Log(text) }
	}
	built, err := interpreter.New(o).Build(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

var changing = []struct {
	is      *regexp.Regexp
	becomes string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`), "ID"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "TIME"},
	{regexp.MustCompile(`\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]+`), "STREAM"},
	{regexp.MustCompile(`(LAMBDA_WARNING: Unhandled exception\.).*`), "$1 ..."},
	{regexp.MustCompile(`(?m)^f \| (START|END) .*\n`), ""},
	{regexp.MustCompile(`(?m)^f \| REPORT .*?(\tStatus: .*)?$\n`), "f | REPORT$1\n"},
	{regexp.MustCompile(`(?m)^f \| INIT_REPORT Init Duration: \S+ ms`), "f | INIT_REPORT"},
	{regexp.MustCompile(`(?m)^lullaby \| throttled by this machine.*\n`), ""}, // see answer
	// Frames of the client and of the interpreter differ from version to version.
	{regexp.MustCompile(`,"    at [^"]*(bootstrap\.cjs|node:)[^"]*"`), ""},
	{regexp.MustCompile(`(?m)^f \| +at .*(bootstrap\.cjs|node:).*\n`), ""},
	{regexp.MustCompile(`"  File \\"[^"]*(importlib|frozen)[^"]*\\"[^"]*(\\"[^"]*)*?", `), ""},
	{regexp.MustCompile(`(?m)^f \| [ \x{a0}]+File "[^"]*(importlib|frozen).*\n(f \| [ \x{a0}]{4}.*\n)?`), ""},
}

// normal returns text without what changes from one run to the next.
func normal(built interpreter.Built, text string) string {
	text = strings.ReplaceAll(text, built.Dir, "TASK")
	text = strings.ReplaceAll(text, filepath.Dir(built.Command[len(built.Command)-1]), "CLIENT")
	for _, c := range changing {
		text = c.is.ReplaceAllString(text, c.becomes)
	}
	return strings.ReplaceAll(text, "f | REPORT\n", "")
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
