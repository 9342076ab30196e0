package host

import (
	"bufio"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// maxHead bounds the head of a request to the Runtime API, in bytes. An X-Ray cause
// of an error, of up to 1 MiB, fits in.
const maxHead = 1<<20 + 4<<10

// acceptPause is how long a server waits after it could not accept a connection:
// the machine may lack descriptors.
const acceptPause = 10 * time.Millisecond

// A server is the HTTP server of a sandbox, for its one runtime. It reads requests
// as net/http does, but without what costs time there: it has no goroutine that
// watches the connection while a handler runs, no context, no deadlines and no
// chunks.
type server struct {
	handler  http.Handler // writes *answers
	listener net.Listener
	done     chan struct{} // closed by close

	mu struct {
		sync.Mutex
		closed bool
		conns  map[net.Conn]struct{} // that are served
	}
}

func newServer(listener net.Listener, handler http.Handler) *server {
	s := &server{handler: handler, listener: listener, done: make(chan struct{})}
	s.mu.conns = map[net.Conn]struct{}{}
	return s
}

// run serves until close, in goroutines of running.
func (s *server) run(running *sync.WaitGroup) {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			select {
			case <-s.done:
				return
			case <-time.After(acceptPause):
				continue
			}
		}
		if s.add(conn) {
			running.Go(func() { s.serve(conn) })
		}
	}
}

func (s *server) add(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.closed {
		_ = conn.Close()
		return false
	}
	s.mu.conns[conn] = struct{}{}
	return true
}

// close closes every connection, and ends the handlers that wait for done.
func (s *server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.closed = true
	_ = s.listener.Close()
	for conn := range s.mu.conns {
		_ = conn.Close()
	}
	close(s.done)
}

// serve answers the requests of one connection, one after the other.
func (s *server) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		s.mu.Lock()
		delete(s.mu.conns, conn)
		s.mu.Unlock()
	}()
	limit := &io.LimitedReader{R: conn}
	from := bufio.NewReader(limit)
	to := &answer{conn: conn}
	for {
		limit.N = maxHead
		r, err := http.ReadRequest(from)
		if err != nil {
			return
		}
		limit.N = math.MaxInt64 // handlers bound what they read
		if strings.EqualFold(r.Header.Get("Expect"), "100-continue") {
			if _, err := io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
				return
			}
		}
		to.reset(r)
		s.handler.ServeHTTP(to, r)
		if err := to.finish(); err != nil || to.last {
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
	}
}

// An answer is the http.ResponseWriter of a server. It takes one Write, which has
// the whole body and is sent together with the head.
type answer struct {
	conn   net.Conn
	header http.Header
	status int
	bare   bool // of HEAD: the body is not sent
	last   bool // the connection ends behind it
	sent   bool
	err    error // of sending

	head []byte // kept for the next one
}

func (a *answer) reset(r *http.Request) {
	*a = answer{
		conn: a.conn, header: http.Header{}, status: http.StatusOK,
		bare: r.Method == http.MethodHead, last: r.Close, head: a.head[:0],
	}
}

// Header returns the headers that the first Write sends.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader sets the status that the first Write sends.
func (a *answer) WriteHeader(status int) { a.status = status }

var errSecondWrite = errors.New("an answer is written once")

// Write sends the answer.
func (a *answer) Write(body []byte) (int, error) {
	if a.sent {
		return 0, errSecondWrite
	}
	a.sent = true
	a.head = a.appendHead(a.head, len(body))
	parts := net.Buffers{a.head, body}
	if a.bare {
		parts = parts[:1]
	}
	if _, a.err = parts.WriteTo(a.conn); a.err != nil {
		return 0, a.err
	}
	return len(body), nil
}

func (a *answer) appendHead(dst []byte, length int) []byte {
	dst = append(dst, "HTTP/1.1 "...)
	dst = strconv.AppendInt(dst, int64(a.status), 10)
	dst = append(append(dst, ' '), http.StatusText(a.status)...)
	a.header["Content-Length"] = []string{strconv.Itoa(length)}
	if a.last {
		a.header["Connection"] = []string{"close"}
	}
	for name, values := range a.header {
		for _, value := range values {
			dst = append(append(append(dst, "\r\n"...), name...), ": "...)
			dst = append(dst, oneLine.Replace(value)...)
		}
	}
	return append(dst, "\r\n\r\n"...)
}

// oneLine removes line breaks, which would make two headers of a value.
var oneLine = strings.NewReplacer("\r", " ", "\n", " ")

// finish sends an empty answer if none was sent, and returns the error of the
// connection.
func (a *answer) finish() error {
	if !a.sent {
		_, _ = a.Write(nil) // the error is kept
	}
	return a.err
}

// abandoned reports whether the runtime has hung up while its request waited.
func (a *answer) abandoned() bool {
	raw, ok := a.conn.(syscall.Conn)
	if !ok {
		return false
	}
	c, err := raw.SyscallConn()
	if err != nil {
		return true
	}
	ended := false
	err = c.Control(func(fd uintptr) {
		n, _, err := unix.Recvfrom(int(fd), make([]byte, 1), unix.MSG_PEEK|unix.MSG_DONTWAIT)
		ended = err == nil && n == 0 || err != nil && !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR)
	})
	return ended || err != nil
}
