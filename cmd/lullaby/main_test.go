package main

import (
	"context"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"lullaby/internal/longtest"
	"lullaby/internal/uprun"
)

// The test binary is lullaby if it has that name, the warden that its up
// starts, and the function of scripts.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "warden" {
		os.Exit(run(os.Args[1:]))
	}
	if !longtest.Long() {
		// Tests wait for processes most of the time, so more run at once than there are
		// cores. The command line may say otherwise. Long ones, with the race detector,
		// compute.
		if err := flag.Set("test.parallel", "6"); err != nil {
			panic(err)
		}
	}
	testscript.Main(m, map[string]func(){"lullaby": main, "bootstrap": keepItem})
}

// itemsDir is the article's service.
var itemsDir = filepath.Join("..", "..", "items")

// command returns the command of lullaby with args.
func command(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Args[0] = "lullaby"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C at the tests does not reach it
	return cmd
}

// withPorts returns the arguments of an up with free ports.
func withPorts(args []string) []string {
	return append([]string{"up", "--http-addr", "127.0.0.1:0", "--aws-addr", "127.0.0.1:0", "--web-addr", "off"}, args...)
}

// up starts "lullaby up" with free ports and args, and ends it with the test.
func up(t *testing.T, args ...string) *uprun.Process {
	t.Helper()
	p, err := uprun.Start(command(withPorts(args)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Kill() // fails if the test has ended it
		if t.Failed() {
			t.Logf("up wrote:\n%s%s", p.Stdout(), p.Stderr())
		}
	})
	return p
}

// try sends a request with headers of the form NAME:VALUE, and returns the answer's
// status, header and body.
func try(ctx context.Context, method, url, body string, headers ...string) (int, http.Header, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, "", err
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		if req.Header.Set(name, value); name == "Host" {
			req.Host = value
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(text), err
}
