// Command start measures how long up takes until it is ready, with program and
// functions built and no data, against the time until a bare net/http server
// answers its first request. It also measures the memory of an idle up. Figures
// are medians of interleaved rounds in one run.
//
//	go run ./internal/bench/start [-rounds 11]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"lullaby/internal/bench"
	"lullaby/internal/uprun"
)

func main() {
	rounds := flag.Int("rounds", 11, "rounds; the median counts")
	flag.Parse()
	var err error
	if flag.Arg(0) == bench.FloorCommand {
		err = bench.Floor(os.Stdout)
	} else {
		err = run(context.Background(), *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary, err := build(ctx, dir)
	if err != nil {
		return err
	}
	var floors, ups, memories []float64
	for i := range rounds {
		floor, _, err := start(bench.FloorProcess(ctx), func(p *uprun.Process) string { return p.AWS })
		if err != nil {
			return err
		}
		data := filepath.Join(dir, fmt.Sprint("data", i))
		up, memory, err := start(exec.CommandContext(ctx, binary, "up", dir, "--data", data,
			"--http-addr", "127.0.0.1:0", "--aws-addr", "127.0.0.1:0", "--web-addr", "off"), nil)
		if err != nil {
			return err
		}
		floors, ups, memories = append(floors, floor), append(ups, up), append(memories, memory)
	}
	fmt.Printf("floor answers after %.1f ms, up is ready after %.1f ms: %.1f times; idle memory %.0f MB\n",
		bench.Median(floors), bench.Median(ups), bench.Median(ups)/bench.Median(floors), bench.Median(memories))
	return nil
}

// build builds the program and both functions, and writes a template that names
// them, in dir.
func build(ctx context.Context, dir string) (binary string, err error) {
	binary = filepath.Join(dir, "lullaby")
	for out, pkg := range map[string]string{
		binary: "./cmd/lullaby",
		filepath.Join(dir, "put-item", "bootstrap"): "./items/put-item",
		filepath.Join(dir, "get-item", "bootstrap"): "./items/get-item",
	} {
		cmd := exec.CommandContext(ctx, "go", "build", "-o", out, pkg)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build %s: %w\n%s", pkg, err, text)
		}
	}
	text, err := os.ReadFile(filepath.Join("items", "template.yaml"))
	if err != nil {
		return "", err
	}
	return binary, os.WriteFile(filepath.Join(dir, "template.yaml"), text, 0o600)
}

// start returns the milliseconds from the start of a process until it is ready
// and, if url is not empty, has answered there, and its memory in MB at that time.
func start(cmd *exec.Cmd, url func(*uprun.Process) string) (ms, mb float64, err error) {
	begun := time.Now()
	p, err := uprun.Start(cmd)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = p.Stop() }()
	if url != nil {
		resp, err := http.Get(url(p)) //nolint:noctx // bounded by the process
		if err != nil {
			return 0, 0, err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	ms = float64(time.Since(begun).Microseconds()) / 1000
	mb, err = bench.Resident(p.PID())
	return ms, mb, err
}
