package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// builtItems builds the functions of the service with a queue once, since up would at
// each start, and returns its template.
func builtItems(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	functions := []string{"queue-item", "write-item", "fail-item", "get-item", "get-request"}
	cmd := exec.Command("go", "build", "-o", dir)
	cmd.Dir = itemsDir
	for _, f := range functions {
		cmd.Args = append(cmd.Args, "./"+f)
	}
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const built = "built-" // a folder cannot replace the program of its name
	for _, f := range functions {
		if err := errors.Join(os.Mkdir(filepath.Join(dir, built+f), 0o700),
			os.Rename(filepath.Join(dir, f), filepath.Join(dir, built+f, "bootstrap"))); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(itemsDir, "template-queued.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "template.yaml")
	if err := os.WriteFile(path, bytes.ReplaceAll(text, []byte("CodeUri: "), []byte("CodeUri: "+built)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// After kill -9 at any instant with consumers at work, every request that got its 202
// ends WRITTEN or FAILED, as its item says.
func TestKilledUpEndsWhatIsQueued(t *testing.T) {
	args := []string{
		builtItems(t), "--data", t.TempDir(), "--limits", "off",
		"--parameter", "ConsumerTimeout=3", "--parameter", "VisibilityTimeout=3", "--parameter", "MaxReceiveCount=3",
	}
	accepted := map[string]string{} // ids of items, by the path of the request
	for round := range kills() {
		p := up(t, args...)
		var mu sync.Mutex
		var enough atomic.Int64
		ctx, stop := context.WithCancel(t.Context())
		var writers sync.WaitGroup
		for w := range 4 {
			writers.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					id := fmt.Sprintf("%d.%d.%d", round, w, i)
					status, header, _, err := try(ctx, "POST", p.HTTP+"/item", fmt.Sprintf(`{"_id":%q}`, id))
					if err != nil || status != 202 {
						return // the kill
					}
					mu.Lock()
					accepted[header.Get("Location")] = id
					mu.Unlock()
					enough.Add(1)
				}
			})
		}
		waitFor(t, func() bool { return enough.Load() > int64(20+round*37%100) })
		if err := p.Kill(); err != nil {
			t.Fatal(err)
		}
		stop()
		writers.Wait()
	}
	p := up(t, args...)
	ended := map[string]int{}
	for path, id := range accepted {
		var request struct{ Status string }
		waitFor(t, func() bool {
			_, _, body, err := try(t.Context(), "GET", p.HTTP+path, "")
			return err == nil && json.Unmarshal([]byte(body), &request) == nil && (request.Status == "WRITTEN" || request.Status == "FAILED")
		})
		ended[request.Status]++
		want := map[string]int{"WRITTEN": 200, "FAILED": 404}[request.Status]
		if status, _, body, err := try(t.Context(), "GET", p.HTTP+"/item/"+id, ""); err != nil || status != want {
			t.Errorf("request %s is %s, and its item: %d %s %v", path, request.Status, status, body, err)
		}
	}
	t.Logf("%d accepted requests: %v", len(accepted), ended)
}
