// Command runtimes measures what an invocation of a function of Python and of Node.js
// costs, against the same interpreter without Lullaby: a warm one against two HTTP
// round trips to the interpreter's own HTTP server, and to a few lines on a socket that
// parse nothing; a cold one against the
// interpreter's own start with the same imports. Rounds are interleaved in one run, and
// the ratios are medians of pairs.
//
//	go run ./internal/bench/runtimes [-rounds 15] [-calls 300]
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"lullaby/internal/bench"
	"lullaby/lambda"
	"lullaby/lambda/host"
	"lullaby/lambda/interpreter"
)

// A subject is a language: a function, a program that imports what it does, and a
// server of its own that answers every request at once, and a loop on a socket that does.
type subject struct {
	runtime, handler, file       string
	function, start, serve, loop string
}

var subjects = []subject{
	{
		runtime: "python3.12", handler: "app.handler", file: "app.py",
		function: "import json\n\ndef handler(event, context):\n    return event\n",
		start:    "import app\nprint('up', flush=True)\n",
		serve: `import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
    def log_message(self, *args): pass
s = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(s.server_port, flush=True)
s.serve_forever()
`,
		loop: `import socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
c, _ = s.accept()
c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
while c.recv(65536):
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
`,
	},
	{
		runtime: "nodejs22.x", handler: "app.handler", file: "app.js",
		function: "exports.handler = async (event) => event;\n",
		start:    "require('./app.js');\nconsole.log('up');\n",
		serve: `const s = require('http').createServer((q, a) => {
  q.on('data', () => {}).on('end', () => { a.setHeader('Content-Length', 2); a.end('{}'); });
}).listen(0, '127.0.0.1', () => console.log(s.address().port));
`,
		loop: `const s = require('net').createServer({ noDelay: true }, (c) => {
  c.on('data', () => c.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'));
  c.on('error', () => {});
}).listen(0, '127.0.0.1', () => console.log(s.address().port));
`,
	},
}

const event = `{"resource":"/item/{_id}","path":"/item/1","httpMethod":"GET"}`

func main() {
	rounds := flag.Int("rounds", 15, "rounds; the median counts")
	calls := flag.Int("calls", 300, "warm invocations of a round")
	flag.Parse()
	for _, s := range subjects {
		if err := s.run(context.Background(), *rounds, *calls); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func (s subject) run(ctx context.Context, rounds, calls int) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	code := filepath.Join(dir, "code")
	ext := filepath.Ext(s.file)
	for name, text := range map[string]string{s.file: s.function, "start" + ext: s.start, "serve" + ext: s.serve, "loop" + ext: s.loop} {
		if err := errors.Join(os.MkdirAll(code, 0o700), os.WriteFile(filepath.Join(code, name), []byte(text), 0o600)); err != nil {
			return err
		}
	}
	built, err := interpreter.New(interpreter.Options{Scratch: dir, Say: func(text string) { fmt.Println(text) }}).
		Build(ctx, interpreter.Function{ID: "F", Runtime: s.runtime, Code: code, MemorySize: 512})
	if err != nil {
		return err
	}
	f := host.Function{
		Name: "f", Handler: s.handler, Dir: built.Dir, Command: built.Command, Defaults: built.Environment,
		MemorySize: 1769, Timeout: 30 * time.Second,
	}
	var warm, bare, socket, cold, own []float64
	for range rounds {
		c, w, err := invoke(ctx, f, calls)
		if err != nil {
			return err
		}
		o, err := starts(ctx, built, filepath.Join(code, "start"+ext))
		if err != nil {
			return err
		}
		b, err := roundTrips(ctx, built, filepath.Join(code, "serve"+ext), 2*calls)
		if err != nil {
			return err
		}
		l, err := roundTrips(ctx, built, filepath.Join(code, "loop"+ext), 2*calls)
		if err != nil {
			return err
		}
		socket = append(socket, 2*l)
		warm, cold, own, bare = append(warm, w), append(cold, c), append(own, o), append(bare, 2*b)
	}
	fmt.Printf("%s warm: %.0f µs, two round trips %.0f µs: %s; on a bare socket %.0f µs: %s\n",
		s.runtime, bench.Median(warm), bench.Median(bare), ratio(bare, warm), bench.Median(socket), ratio(socket, warm))
	fmt.Printf("%s cold: %.1f ms, the interpreter's own %.1f ms: %s\n", s.runtime, bench.Median(cold)/1e3, bench.Median(own)/1e3, ratio(own, cold))
	return nil
}

func ratio(before, after []float64) string {
	r := bench.Compare(before, after)
	return fmt.Sprintf("%.2f times (%.2f to %.2f)", r.Median, r.Low, r.High)
}

// invoke returns the microseconds of a cold invocation, and of a warm one on
// average.
func invoke(ctx context.Context, f host.Function, calls int) (cold, warm float64, err error) {
	h, err := host.New(host.Options{MaxSandboxes: 1, NoFreeze: true, Limits: lambda.Limits{Unlimited: true}}, []host.Function{f})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	call := func(n int) (float64, error) {
		began := time.Now()
		for range n {
			out, err := h.Invoke(ctx, lambda.InvokeInput{FunctionName: f.Name, Payload: []byte(event)})
			if err == nil && out.FunctionError != "" {
				err = fmt.Errorf("the function failed: %s", out.Payload)
			}
			if err != nil {
				return 0, err
			}
		}
		return micros(time.Since(began)) / float64(n), nil
	}
	if cold, err = call(1); err != nil {
		return 0, 0, err
	}
	if _, err = call(20); err != nil {
		return 0, 0, err
	}
	warm, err = call(calls)
	return cold, warm, err
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// script starts a script by the interpreter of a function, without its client.
func script(ctx context.Context, built interpreter.Built, file string) (*exec.Cmd, *bufio.Reader, error) {
	command := append([]string{}, built.Command[:len(built.Command)-1]...)
	cmd := exec.CommandContext(ctx, command[0], append(command[1:], file)...) //nolint:gosec // as the host runs it
	cmd.Dir = built.Dir
	for name, value := range built.Environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	return cmd, bufio.NewReader(out), cmd.Start()
}

// starts returns the microseconds until a script that imports what the function
// does has said that it runs.
func starts(ctx context.Context, built interpreter.Built, file string) (float64, error) {
	began := time.Now()
	cmd, out, err := script(ctx, built, file)
	if err != nil {
		return 0, err
	}
	if _, err := out.ReadString('\n'); err != nil {
		return 0, err
	}
	took := micros(time.Since(began))
	return took, cmd.Wait()
}

// roundTrips returns the microseconds of one of n round trips.
func roundTrips(ctx context.Context, built interpreter.Built, file string, n int) (float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd, out, err := script(ctx, built, file)
	if err != nil {
		cancel()
		return 0, err
	}
	defer func() {
		cancel()
		_ = cmd.Wait() // it was killed
	}()
	port, err := out.ReadString('\n')
	if err != nil {
		return 0, err
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", "127.0.0.1:"+strings.TrimSpace(port))
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	request := fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(event), event)
	answer := make([]byte, 4<<10)
	var began time.Time
	const warmUp = 20
	for i := range n + warmUp {
		if i == warmUp {
			began = time.Now()
		}
		if _, err := io.WriteString(conn, request); err != nil {
			return 0, err
		}
		if _, err := conn.Read(answer); err != nil {
			return 0, err
		}
	}
	return micros(time.Since(began)) / float64(n), nil
}
