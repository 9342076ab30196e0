//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// The npm packages of the other local DynamoDBs: architect's dynalite, and
// amplify-dynamodb-simulator, which contains the jar of AWS's DynamoDB Local.
const (
	dynalite = "dynalite@4.0.0"
	local    = "amplify-dynamodb-simulator@2.9.30"
)

// install installs an npm package in a folder below dir and returns the folder.
func install(ctx context.Context, dir, pkg string) (string, error) {
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

func startDynalite(ctx context.Context, dir string) (*server, error) {
	modules, err := install(ctx, dir, dynalite)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	return startPeer("dynalite, memory", port, exec.CommandContext(ctx, "node", filepath.Join(modules, "dynalite", "cli.js"),
		"--port", port, "--createTableMs", "0"))
}

func startLocal(ctx context.Context, dir string) (*server, error) {
	modules, err := install(ctx, dir, local)
	if err != nil {
		return nil, err
	}
	home := filepath.Join(modules, "amplify-dynamodb-simulator", "emulator")
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, "java", "-Djava.library.path="+filepath.Join(home, "DynamoDBLocal_lib"),
		"-jar", filepath.Join(home, "DynamoDBLocal.jar"), "-inMemory", "-disableTelemetry", "-port", port)
	c.Dir = home
	return startPeer("DynamoDB Local, memory", port, c)
}

// startPeer starts a server that listens on port. It does not wait until the
// server does; fill waits.
func startPeer(name, port string, c *exec.Cmd) (*server, error) {
	if err := c.Start(); err != nil {
		return nil, err
	}
	s := &server{name: name, url: "http://127.0.0.1:" + port, peer: true, pid: c.Process.Pid}
	s.stop = func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	return s, nil
}

func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
	if err != nil {
		return "", err
	}
	defer func() { _ = ln.Close() }()
	addr, _ := ln.Addr().(*net.TCPAddr)
	return strconv.Itoa(addr.Port), nil
}
