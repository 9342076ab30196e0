// Package bench is the common part of the benchmarks that measure Lullaby from
// outside: a floor to compare with, a bounded load, and the processor time of a
// process. Figures are ratios within one run, since machines differ and are
// shared. The package is internal: it may change whenever its users do.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// Build builds the program of a source tree into dir, an absolute path, and
// returns the program's path.
func Build(ctx context.Context, tree, dir string) (binary string, err error) {
	binary = filepath.Join(dir, "lullaby")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/lullaby")
	build.Dir = tree
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", tree, err, out)
	}
	return binary, nil
}

// FloorCommand is the argument with which a benchmark's binary runs Floor.
const FloorCommand = "floor"

// Floor is the fastest server to compare with: a bare net/http server that reads
// the body and answers a constant, of as many bytes as the path ends with, if that is
// a number. A request below /wait is answered when one below /wake is, each time one.
// It prints its address to out as up does, and never returns.
func Floor(out io.Writer) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // lives as long as the process
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "ready aws=http://%s\n", ln.Addr())
	handOver := make(chan struct{})                                                       // unbuffered; sent by /wake, never closed
	return http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // the barest there is
		_, _ = io.Copy(io.Discard, r.Body)
		switch path.Dir(r.URL.Path) {
		case "/wait":
			select {
			case <-handOver:
			case <-r.Context().Done():
			}
		case "/wake":
			handOver <- struct{}{}
		}
		size, err := strconv.Atoi(path.Base(r.URL.Path))
		if err != nil {
			size = 2
		}
		w.Header().Set("Content-Length", strconv.Itoa(size))
		_, _ = io.WriteString(w, constant[:min(size, len(constant))])
	}))
}

// constant is Floor's answer; a shorter answer is its beginning.
var constant = strings.Repeat("x", 2<<20)

// FloorProcess returns the command line of Floor for this binary.
func FloorProcess(ctx context.Context) *exec.Cmd {
	return exec.CommandContext(ctx, os.Args[0], FloorCommand)
}

// A Request is the one request of a load.
type Request struct {
	Method, URL string
	Header      map[string]string
	Body        func(n int64) string // of the nth request, from 1
	Status      int                  // of every answer; another voids the run
}

// To returns r with its URL, a path, below that of a server.
func (r Request) To(url string) Request {
	r.URL = url + r.URL
	return r
}

// Load sends r again and again over conns connections for d, and returns the
// number of answers.
func Load(r Request, conns int, d time.Duration) (int64, error) {
	client := &fasthttp.Client{MaxConnsPerHost: conns, NoDefaultUserAgentHeader: true}
	defer client.CloseIdleConnections()
	var sent, answered atomic.Int64
	errs := make(chan error, conns) // of a worker, at most one each
	var workers sync.WaitGroup
	end := time.Now().Add(d)
	for range conns {
		workers.Go(func() {
			req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
			defer fasthttp.ReleaseRequest(req)
			defer fasthttp.ReleaseResponse(resp)
			req.Header.SetMethod(r.Method)
			req.SetRequestURI(r.URL)
			for name, value := range r.Header {
				req.Header.Set(name, value)
			}
			for time.Now().Before(end) {
				req.SetBodyString(r.Body(sent.Add(1)))
				if err := client.Do(req, resp); err != nil {
					errs <- err
					return
				}
				if resp.StatusCode() != r.Status {
					errs <- fmt.Errorf("%s %s: status %d: %s", r.Method, r.URL, resp.StatusCode(), resp.Body())
					return
				}
				answered.Add(1)
			}
		})
	}
	workers.Wait()
	close(errs)
	var all []error
	for err := range errs {
		all = append(all, err)
	}
	return answered.Load(), errors.Join(all...)
}
