package bench

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"lullaby/internal/uprun"
)

// A Server is a process that is measured.
type Server struct {
	Name string
	URL  string // without a path
	PID  int
	Stop func()
}

// StartFloor starts Floor.
func StartFloor(ctx context.Context) (*Server, error) {
	p, err := uprun.Start(FloorProcess(ctx))
	if err != nil {
		return nil, err
	}
	return &Server{"floor", p.AWS, p.PID(), func() { _ = p.Kill() }}, nil
}

// Start starts a binary of Build as up, without a template. Its data are in a
// folder below dir.
func (u Up) Start(ctx context.Context, binary, dir string) (*Server, error) {
	name := u.String()
	p, err := uprun.Start(u.Command(ctx, binary, ".", filepath.Join(dir, name)))
	if err != nil {
		return nil, err
	}
	return &Server{name, p.AWS, p.PID(), func() { _ = p.Stop() }}, nil
}

// StartPeer starts a server of another project that listens on a port of the
// loopback. It does not wait until the server does.
func StartPeer(name, port string, c *exec.Cmd) (*Server, error) {
	if err := c.Start(); err != nil {
		return nil, err
	}
	return &Server{name, "http://127.0.0.1:" + port, c.Process.Pid, func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}}, nil
}

// InstallNPM installs an npm package in a folder below dir and returns the folder of
// the modules.
func InstallNPM(ctx context.Context, dir, pkg string) (string, error) {
	into := filepath.Join(dir, "npm")
	if err := os.MkdirAll(into, 0o750); err != nil {
		return "", err
	}
	c := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--prefix", into, pkg)
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install %s: %w\n%s", pkg, err, out)
	}
	return filepath.Join(into, "node_modules"), nil
}

// FreePort returns a port of the loopback that nobody listens on now.
func FreePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
	if err != nil {
		return "", err
	}
	defer func() { _ = ln.Close() }()
	addr, _ := ln.Addr().(*net.TCPAddr)
	return strconv.Itoa(addr.Port), nil
}
