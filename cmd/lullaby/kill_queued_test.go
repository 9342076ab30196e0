package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// builtItems builds functions of the items' service once, since up would at each start,
// and returns the template of that name, which has them.
func builtItems(t *testing.T, template string, functions ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "items") // the name of the stack
	cmd := exec.Command("go", "build", "-o", dir+"/")
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
	text, err := os.ReadFile(filepath.Join(itemsDir, template))
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
	t.Parallel()
	args := []string{
		builtItems(t, "template-queued.yaml", "queue-item", "write-item", "fail-item", "get-item", "get-request"), "--data", t.TempDir(), "--limits", "off",
		"--parameter", "ConsumerTimeout=3", "--parameter", "VisibilityTimeout=3", "--parameter", "MaxReceiveCount=3",
	}
	accepted := map[string]string{} // ids of items, by the path of the request
	for round := range kills() {
		p := up(t, args...)
		var mu sync.Mutex
		workUntilKilled(t, p, 4, int64(20+round*37%100), func(client, i int) error {
			id := fmt.Sprintf("%d.%d.%d", round, client, i)
			var header http.Header
			if err := post(t, p.HTTP+"/item", fmt.Sprintf(`{"_id":%q}`, id), http.StatusAccepted, &header); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			accepted[header.Get("Location")] = id
			return nil
		})
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
