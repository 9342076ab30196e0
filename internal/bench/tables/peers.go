//go:build linux

package main

import (
	"context"
	"os/exec"
	"path/filepath"

	"lullaby/internal/bench"
)

// The npm packages of the other local DynamoDBs: architect's dynalite, and
// amplify-dynamodb-simulator, which contains the jar of AWS's DynamoDB Local.
const (
	dynalite = "dynalite@4.0.0"
	local    = "amplify-dynamodb-simulator@2.9.30"
)

func startDynalite(ctx context.Context, dir string) (*bench.Server, error) {
	modules, err := bench.InstallNPM(ctx, dir, dynalite)
	if err != nil {
		return nil, err
	}
	port, err := bench.FreePort()
	if err != nil {
		return nil, err
	}
	return bench.StartPeer("dynalite, memory", port, exec.CommandContext(ctx, "node", filepath.Join(modules, "dynalite", "cli.js"),
		"--port", port, "--createTableMs", "0"))
}

func startLocal(ctx context.Context, dir string) (*bench.Server, error) {
	modules, err := bench.InstallNPM(ctx, dir, local)
	if err != nil {
		return nil, err
	}
	home := filepath.Join(modules, "amplify-dynamodb-simulator", "emulator")
	port, err := bench.FreePort()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, "java", "-Djava.library.path="+filepath.Join(home, "DynamoDBLocal_lib"),
		"-jar", filepath.Join(home, "DynamoDBLocal.jar"), "-inMemory", "-disableTelemetry", "-port", port)
	c.Dir = home
	return bench.StartPeer("DynamoDB Local, memory", port, c)
}
