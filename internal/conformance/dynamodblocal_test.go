package conformance

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// dynamoDBLocal starts AWS's own DynamoDB for one machine, or skips the test if
// it is not installed. It ends with the test.
func dynamoDBLocal(t *testing.T) (endpoint string) {
	t.Helper()
	takesLong(t)
	const dir = "dynamodb-local"
	_, err := os.Stat(filepath.Join(dir, "DynamoDBLocal.jar"))
	need(t, "DynamoDB Local", err)
	java, err := exec.LookPath("java")
	need(t, "Java", err)

	addr := freeAddr(t)
	_, port, _ := strings.Cut(addr, ":")
	said := new(strings.Builder)
	cmd := exec.CommandContext(t.Context(), java, "-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar",
		"-inMemory", "-sharedDb", "-disableTelemetry", "-port", port)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // the context, which ends before, has killed it
	endpoint = "http://" + addr
	if err := answers(t.Context(), endpoint); err != nil {
		t.Fatalf("DynamoDB Local: %v", err)
	}
	return endpoint
}

// freeAddr returns an address that nobody listens at.
func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// startTime bounds how long a Java program may take to start on a busy machine.
const startTime = time.Minute

// answers waits for an HTTP server.
func answers(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			return resp.Body.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer within %v: %w", startTime, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
