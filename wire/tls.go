package wire

import (
	"crypto/tls"
	"errors"
	"net"
	"syscall"

	"lullaby/topic/store"
)

// A bilingual listener accepts connections with TLS and without it, at the same address:
// receivers of SNS fetch its certificate by HTTPS alone. The certificate is that of
// SNS's signatures.
type bilingual struct {
	net.Listener

	config *tls.Config
}

// withTLS returns ln with TLS for those who want it.
func withTLS(ln net.Listener, e *store.Engine) net.Listener {
	return bilingual{ln, &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			signer, err := e.Signer()
			if err != nil {
				return nil, err
			}
			return signer.TLS(), nil
		},
	}}
}

// Accept returns the next connection.
func (l bilingual) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &bilingualConn{Conn: conn, config: l.config}, nil
}

// A bilingualConn learns from its first byte whether it has TLS. Not safe for concurrent
// reads, nor for a write before the first read is done.
type bilingualConn struct {
	net.Conn

	config *tls.Config
	begun  bool
	tls    *tls.Conn // nil: none
}

// handshakeRecord is the first byte of TLS; no method of HTTP begins with it.
const handshakeRecord = 0x16

// Read reads as that of a net.Conn.
func (c *bilingualConn) Read(p []byte) (int, error) {
	if c.tls != nil {
		return c.tls.Read(p)
	}
	if c.begun || len(p) == 0 {
		return c.Conn.Read(p)
	}
	n, err := c.Conn.Read(p[:1])
	if n == 0 {
		return n, err
	}
	if c.begun = true; p[0] != handshakeRecord {
		return n, err
	}
	c.tls = tls.Server(&replayedConn{Conn: c.Conn, first: true}, c.config)
	return c.tls.Read(p)
}

// Write writes as that of a net.Conn.
func (c *bilingualConn) Write(p []byte) (int, error) {
	if c.tls != nil {
		return c.tls.Write(p)
	}
	return c.Conn.Write(p)
}

// Close closes the connection.
func (c *bilingualConn) Close() error {
	if c.tls != nil {
		return c.tls.Close()
	}
	return c.Conn.Close()
}

// CloseWrite lets part end the stream of answers.
func (c *bilingualConn) CloseWrite() error {
	if c.tls != nil {
		return c.tls.CloseWrite()
	}
	if conn, ok := c.Conn.(halfCloser); ok {
		return conn.CloseWrite()
	}
	return errors.ErrUnsupported
}

// SyscallConn lets watched look whether the client has left, which the bytes of TLS do
// not tell.
func (c *bilingualConn) SyscallConn() (syscall.RawConn, error) {
	if socket, ok := c.Conn.(syscall.Conn); ok && c.tls == nil {
		return socket.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}

// A replayedConn begins with the byte that was read.
type replayedConn struct {
	net.Conn

	first bool
}

// Read reads as that of a net.Conn.
func (c *replayedConn) Read(p []byte) (int, error) {
	if c.first && len(p) > 0 {
		c.first = false
		p[0] = handshakeRecord
		return 1, nil
	}
	return c.Conn.Read(p)
}
