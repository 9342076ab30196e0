package host_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// The test binary is also the program that the tests run: what its first argument
// says, else a function if Lambda's environment is set.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "warden":
			host.Warden(os.Stdin)
			return
		case "sleep":
			time.Sleep(5 * time.Minute) // longer than any test
			return
		case "take": // a number of MB, for long
			if mb, err := strconv.Atoi(os.Args[2]); err == nil {
				take(mb)
			}
			fmt.Fprintln(os.Stdout, "taken")
			time.Sleep(5 * time.Minute)
			return
		case "escape":
			escape()
			return
		case "host":
			runDoomedHost(os.Args[2], os.Args[3:]...)
			return
		}
	}
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		runFunction(os.Getenv("_HANDLER"))
		return
	}
	os.Exit(m.Run())
}

// testBinary is the path of this program.
func testBinary(tb testing.TB) string {
	tb.Helper()
	path, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

// function returns a Function whose bootstrap is the test binary. handler
// selects its behaviour (see function_test.go).
func function(tb testing.TB, name, handler string) host.Function {
	tb.Helper()
	dir := tb.TempDir()
	if err := os.Symlink(testBinary(tb), filepath.Join(dir, "bootstrap")); err != nil {
		tb.Fatal(err)
	}
	return host.Function{Name: name, Handler: handler, Dir: dir, Timeout: 20 * time.Second}
}

// A testHost is a Host with its log.
type testHost struct {
	*host.Host
	log *logBuffer
}

// start returns a Host that is closed at the end of the test.
func start(tb testing.TB, options host.Options, functions ...host.Function) testHost {
	tb.Helper()
	log := &logBuffer{}
	if options.Log == nil {
		options.Log = log
	}
	if options.MaxSandboxes == 0 {
		options.MaxSandboxes = 8
	}
	h, err := host.New(options, functions)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := h.Close(); err != nil {
			tb.Errorf("Close: %v", err)
		}
		if tb.Failed() {
			tb.Logf("log:\n%s", log)
		}
	})
	return testHost{h, log}
}

// invoke runs one invocation and fails the test on an error of the Host's.
func (h testHost) invoke(tb testing.TB, function, payload string) lambda.InvokeOutput {
	tb.Helper()
	out, err := h.Invoke(tb.Context(), lambda.InvokeInput{FunctionName: function, Payload: []byte(payload)})
	if err != nil {
		tb.Fatalf("invoke %s: %v", function, err)
	}
	return out
}

// succeed is like invoke, for a function that must not fail. It decodes the
// result.
func (h testHost) succeed(tb testing.TB, function, payload string) answer {
	tb.Helper()
	out := h.invoke(tb, function, payload)
	var a answer
	if out.FunctionError != "" {
		tb.Fatalf("invoke %s %s: %s %s", function, payload, out.FunctionError, out.Payload)
	}
	if err := json.Unmarshal(out.Payload, &a); err != nil {
		tb.Fatalf("invoke %s %s: %v in %s", function, payload, err, out.Payload)
	}
	return a
}

// A logBuffer is an io.Writer that may be read while it is written to.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// await waits for the log to contain text.
func (b *logBuffer) await(tb testing.TB, text string) {
	tb.Helper()
	eventually(tb, "the log has "+text, func() bool { return strings.Contains(b.String(), text) })
}

// patience is how long a test waits for something that must happen. It is long,
// since a busy machine is no error.
const patience = 15 * time.Second

// eventually waits for a condition.
func eventually(tb testing.TB, what string, is func() bool) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	for !is() {
		select {
		case <-ctx.Done():
			tb.Fatalf("not so after %v: %s", patience, what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
