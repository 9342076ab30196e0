package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"lullaby/internal/uprun"
)

// diskSize is the size of a small disk, in megabytes.
const diskSize = "size=64m"

// smallDisk mounts a disk of diskSize. Only root can.
func smallDisk(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, diskSize); err != nil {
		t.Skipf("a small disk takes the right to mount: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fillUp takes all the free room of a disk, in one step if nobody else takes or
// frees some: what is freed later is not taken.
func fillUp(t *testing.T, file string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := int64(0); ; {
		var disk syscall.Statfs_t
		if err := syscall.Fstatfs(int(f.Fd()), &disk); err != nil {
			t.Fatal(err)
		}
		free := int64(disk.Bavail) * disk.Bsize
		if free == 0 {
			return
		}
		switch err := syscall.Fallocate(int(f.Fd()), 0, size, free); {
		case err == nil:
			size += free
		case !errors.Is(err, syscall.ENOSPC): // less is free now
			t.Fatal(err)
		}
	}
}

// call asks up for an operation of DynamoDB and returns the status.
func call(p *uprun.Process, operation, body string) (status int, answer string) {
	status, _, answer, err := try(context.Background(), "POST", p.AWS, body, "X-Amz-Target:DynamoDB_20120810."+operation,
		"Content-Type:application/x-amz-json-1.0", "X-Amz-Date:"+time.Now().UTC().Format("20060102T150405Z"),
		"Authorization:AWS4-HMAC-SHA256 Credential=a/"+time.Now().UTC().Format("20060102")+"/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=c")
	if err != nil {
		return 0, err.Error()
	}
	return status, answer
}

// A disk fills between the writes of a load: they are refused, reads and deletions go
// on, one line says so, and writes come back with room. A start on the full disk ends at once.
func TestSmallDisk(t *testing.T) {
	disk := smallDisk(t)
	data, filler := filepath.Join(disk, "data"), filepath.Join(disk, "filler")
	p := up(t, "--bare", "--data", data, "--limits", "off")
	if status, answer := call(p, "CreateTable", `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST",`+
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`); status != 200 {
		t.Fatal(status, answer)
	}
	put := `{"TableName":"tab","Item":{"id":{"S":"a"},"text":{"S":"` + strings.Repeat("x", 1000) + `"}}}`
	var stop atomic.Bool
	var refused, taken atomic.Int64
	var writers sync.WaitGroup
	var filling sync.RWMutex // held to read by each write, so that none is under way while the disk is filled
	write := func() (status int, answer string) {
		filling.RLock()
		defer filling.RUnlock()
		return call(p, "PutItem", put)
	}
	defer func() { stop.Store(true); writers.Wait() }()
	for range 8 {
		writers.Go(func() {
			for !stop.Load() {
				switch status, answer := write(); status {
				case 200:
					taken.Add(1)
				case 500:
					refused.Add(1)
					time.Sleep(time.Millisecond)
				default:
					if !stop.Load() {
						t.Errorf("PutItem: %d %s", status, answer)
					}
					return
				}
			}
		})
	}
	waitFor(t, func() bool { return taken.Load() > 100 || t.Failed() })
	filling.Lock()
	fillUp(t, filler)
	filling.Unlock()
	waitFor(t, func() bool { return refused.Load() > 100 || t.Failed() })
	for _, operation := range []string{"GetItem", "DeleteItem"} {
		if status, answer := call(p, operation, `{"TableName":"tab","Key":{"id":{"S":"a"}}}`); status != 200 {
			t.Errorf("%s on a full disk: %d %s", operation, status, answer)
		}
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	before := taken.Load()
	waitFor(t, func() bool { return taken.Load() > before+100 || t.Failed() })
	stop.Store(true)
	writers.Wait()
	if lines := strings.Split(strings.TrimSpace(p.Stderr()), "\n"); len(lines) != 2 ||
		!strings.Contains(lines[0], "writes are refused") || !strings.Contains(lines[1], "writes are taken") {
		t.Errorf("stderr is %q, want a line for the full disk and one for its end", lines)
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	fillUp(t, filler)
	_, err := uprun.Start(command(withPorts([]string{"--bare", "--data", data})...))
	if err == nil || !strings.Contains(err.Error(), "exit status 1\nlullaby: data folder "+data+": the disk is full") {
		t.Errorf("a start on a full disk: %v", err)
	}
}
