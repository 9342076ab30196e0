package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lullaby/internal/uprun"
)

// workUntilKilled has clients work, each one step after the other, kills up among it
// when more than enough steps are done, and returns when all clients have ended. The
// kill ends a client by an error. One that ends before it fails the test.
func workUntilKilled(t *testing.T, p *uprun.Process, clients int, enough int64, step func(client, i int) error) {
	t.Helper()
	var done atomic.Int64
	var killing atomic.Bool
	var working sync.WaitGroup
	early := make(chan error, clients) // from clients
	for client := range clients {
		working.Go(func() {
			for i := 0; ; i++ {
				err := step(client, i)
				if err == nil {
					done.Add(1)
					continue
				}
				if !killing.Load() {
					early <- fmt.Errorf("client %d, step %d: %w", client, i, err)
				}
				return
			}
		})
	}
	var err error
	for deadline := time.Now().Add(time.Minute); err == nil && done.Load() <= enough; time.Sleep(time.Millisecond) {
		select {
		case err = <-early:
		default:
			if time.Now().After(deadline) {
				err = fmt.Errorf("after a minute %d steps are done, want more than %d", done.Load(), enough)
			}
		}
	}
	killing.Store(true)
	if killed := p.Kill(); killed != nil {
		t.Fatal(killed)
	}
	working.Wait()
	if err != nil {
		t.Fatalf("before the kill: %v", err)
	}
}

// askTarget performs an operation in JSON, by its target, and decodes its answer into
// out, which may be nil.
func askTarget(ctx context.Context, url, target string, in map[string]any, out any, headers ...string) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	status, _, answer, err := try(ctx, http.MethodPost, url, string(body), append(headers, "X-Amz-Target:"+target)...)
	switch {
	case err != nil:
		return err
	case status != http.StatusOK:
		return fmt.Errorf("%s: %d: %s", target, status, answer)
	case out == nil:
		return nil
	}
	return json.Unmarshal([]byte(answer), out)
}
