package edge

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strconv"
	"sync"
)

// net/http writes the names of headers in its canonical form, and AWS keeps
// them as the client wrote them (docs/aws/gateway.md#header-names). So a
// connection reads the heads of requests a second time, as they pass by.

// NewListener returns a listener whose connections remember how clients spell
// the names of headers. A server of NewServer's that serves another listener has
// them in net/http's canonical form.
func NewListener(ln net.Listener) net.Listener { return listener{ln} }

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &spellingConn{Conn: c}, nil
}

// A spellingConn follows the requests on a connection. net/http reads from one
// goroutine and serves the request in another.
type spellingConn struct {
	net.Conn
	mu struct {
		sync.Mutex
		follower
	}
}

func (c *spellingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	c.mu.follow(p[:n])
	c.mu.Unlock()
	return n, err
}

// CloseWrite closes the side that writes. net/http does so before it closes a
// connection on which the client is still sending.
func (c *spellingConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

type spellingKey struct{}

// withConn is the ConnContext of a server.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if c, ok := c.(*spellingConn); ok {
		return context.WithValue(ctx, spellingKey{}, c)
	}
	return ctx
}

// Spellings returns the names of headers that the client of a request spelt in
// another way, by their canonical names.
func Spellings(r *http.Request) map[string]string {
	c, ok := r.Context().Value(spellingKey{}).(*spellingConn)
	if !ok {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mu.take(r.Method, r.RequestURI)
}

// A head is the head of one request.
type head struct {
	line  string            // METHOD URI, of the request line
	names map[string]string // spellings by canonical names, where they differ
}

// A follower finds the heads in the bytes of a connection. On anything that it
// does not understand it gives up for good.
type follower struct {
	at      place
	skip    int64  // bytes left of a body, or of a chunk and its line end
	partial []byte // of the line that is not complete
	read    int    // bytes of the head so far
	head    head
	length  int64 // Content-Length
	chunked bool
	heads   []head // of requests that no handler has taken yet
}

// A place is what the next byte belongs to.
type place uint8

const (
	requestLine place = iota
	headerLine
	body
	chunkSize
	chunk
	trailer
	lost
)

// maxHeads is how many requests a client may send ahead of their answers.
const maxHeads = 64

func (f *follower) follow(p []byte) {
	for len(p) > 0 && f.at != lost {
		if f.at == body || f.at == chunk {
			n := min(f.skip, int64(len(p)))
			p, f.skip = p[n:], f.skip-n
			if f.skip == 0 {
				f.at = map[place]place{body: requestLine, chunk: chunkSize}[f.at]
			}
			continue
		}
		line, rest, complete := bytes.Cut(p, []byte("\n"))
		if f.read += len(line) + 1; f.read > maxHead {
			f.at = lost
			return
		}
		if !complete {
			f.partial = append(f.partial, line...)
			return
		}
		p = rest
		if len(f.partial) > 0 {
			line = append(f.partial, line...)
			f.partial = f.partial[:0]
		}
		f.line(bytes.TrimSuffix(line, []byte("\r")))
	}
}

// line reads one complete line.
func (f *follower) line(line []byte) {
	switch f.at {
	case requestLine:
		end := bytes.LastIndexByte(line, ' ')
		if len(line) == 0 {
			return // net/http skips line ends after a POST (RFC 7230, 3.5)
		}
		if end < 0 {
			f.at = lost
			return
		}
		f.head, f.length, f.chunked, f.at = head{line: string(line[:end])}, 0, false, headerLine
	case headerLine:
		if len(line) > 0 {
			f.header(line)
			return
		}
		f.endHead()
	case chunkSize:
		digits, _, _ := bytes.Cut(line, []byte(";"))
		size, err := strconv.ParseInt(string(bytes.TrimSpace(digits)), 16, 48)
		switch {
		case err != nil:
			f.at = lost
		case size == 0:
			f.at, f.read = trailer, 0
		default:
			f.at, f.skip, f.read = chunk, size+int64(len("\r\n")), 0
		}
	case trailer:
		if len(line) == 0 {
			f.at, f.read = requestLine, 0
		}
	case body, chunk, lost: // follow reads no lines of them
	}
}

// header reads the line of a header.
func (f *follower) header(line []byte) {
	name, value, found := bytes.Cut(line, []byte(":"))
	if !found || line[0] == ' ' || line[0] == '\t' {
		return // a line that continues another
	}
	switch {
	case bytes.EqualFold(name, []byte("Content-Length")):
		f.length, _ = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64) // net/http refuses what is no number
	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		f.chunked = bytes.EqualFold(bytes.TrimSpace(value), []byte("chunked"))
	}
	if isCanonical(name) {
		return
	}
	canonical := http.CanonicalHeaderKey(string(name))
	if f.head.names == nil {
		f.head.names = make(map[string]string)
	}
	if f.head.names[canonical] == "" {
		f.head.names[canonical] = string(name)
	}
}

// isCanonical reports whether a name is as http.CanonicalHeaderKey would have
// it, for most names that are.
func isCanonical(name []byte) bool {
	first := true
	for _, c := range name {
		if first && 'a' <= c && c <= 'z' || !first && 'A' <= c && c <= 'Z' {
			return false
		}
		first = c == '-'
	}
	return true
}

// endHead keeps a complete head, and goes on to the body.
func (f *follower) endHead() {
	if f.heads = append(f.heads, f.head); len(f.heads) > maxHeads {
		f.at, f.heads = lost, nil
		return
	}
	f.head, f.read = head{}, 0
	switch {
	case f.chunked:
		f.at = chunkSize
	case f.length > 0:
		f.at, f.skip = body, f.length
	default:
		f.at = requestLine
	}
}

// take returns the names in the head of a request, and drops the heads before
// it, which no handler has got.
func (f *follower) take(method, uri string) map[string]string {
	for i, h := range f.heads {
		if h.line == method+" "+uri {
			f.heads = append(f.heads[:0], f.heads[i+1:]...)
			return h.names
		}
	}
	return nil
}
