package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lullaby/internal/bench"
	"lullaby/internal/uprun"
)

// What one request may take of a machine, whatever its shape.
const (
	mostMemory = 400 << 20       // bytes of the process
	mostTime   = 2 * time.Second // of processors
	mostAnswer = 100 << 10       // bytes

	mostMemoryOfSixteen = 1200 << 20 // bytes of the process, for sixteen at once
	noise               = 2          // how many times mostTime a busy machine may take
)

// peak returns the most memory that a process had since the last call, in bytes.
func peak(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kb, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	n, err := strconv.ParseInt(kb, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
	return n << 10
}

func clock(t *testing.T, pid int) time.Duration {
	t.Helper()
	own, _, err := bench.CPU(pid)
	if err != nil {
		t.Fatal(err)
	}
	return own
}

// request returns the request of a shape with a body.
func (s shape) request(t *testing.T, endpoint string, body io.Reader) (*http.Request, error) {
	t.Helper()
	target := "DynamoDB_20120810." + s.operation
	if service, operation, ok := strings.Cut(s.operation, "."); ok {
		target = map[string]string{"Streams": "DynamoDBStreams_20120810.", "SQS": "AmazonSQS."}[service] + operation
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Date", "20260101T000000Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c")
	return r, nil
}

// send sends the body of a shape and returns the answer.
func (s shape) send(t *testing.T, endpoint string, body []byte, encoding string) (status int, answer string) {
	t.Helper()
	r, err := s.request(t, endpoint, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Encoding", encoding)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Errorf("%v: %v", s, err)
		return 0, ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Errorf("%v: %v", s, err)
	}
	return resp.StatusCode, string(text)
}

func compressed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bareUp runs the AWS endpoints alone, with a table and a queue.
func bareUp(t *testing.T) *uprun.Process {
	t.Helper()
	p := up(t, "--bare", "--memory")
	for _, operation := range []string{"CreateTable", "SQS.CreateQueue"} {
		s := shape{operation: operation}
		if status, text := s.send(t, p.AWS, []byte(strings.Replace(inputs[operation].body, "new", "tab", 1)), ""); status != 200 {
			t.Fatalf("%d %s", status, text)
		}
	}
	return p
}

// reported are the shapes that took 4.6 GB or 37 s.
var reported = map[string]bool{
	"BatchGetItem RequestItems.{}.Keys: objects": true, "PutItem Item: maps": true, "TransactWriteItems TransactItems.[].Put.Item: maps": true,
	"TransactWriteItems TransactItems: transacted puts": true, "BatchGetItem RequestItems: lists of objects": true, "TagResource ResourceArn: ARN": true,
}

// unlessRaced skips a test of memory and time if the process that it measures is
// the test's own binary with the race detector, which takes many times as much.
func unlessRaced(t *testing.T) {
	t.Helper()
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			t.Skip("the race detector takes more than what is measured")
		}
	}
}

var every = flag.Int("shapes", 200, "of how many shapes of requests one is tried")

// isBounded sends a compressed body, and fails if it takes more than a request may.
func (s shape) isBounded(t *testing.T, p *uprun.Process, body []byte) (status int) {
	t.Helper()
	before := clock(t, p.PID())
	peak(t, p.PID())
	status, answer := s.send(t, p.AWS, body, "gzip")
	took, memory := clock(t, p.PID())-before, peak(t, p.PID())
	if memory > mostMemory || took > noise*mostTime || len(answer) > mostAnswer || status != 200 && status != 400 {
		t.Errorf("%v: %d MB, %v, status %d, %d bytes: %.200s", s, memory>>20, took, status, len(answer), answer)
	}
	return status
}

// No request takes a machine: each member of each operation, as large as a body
// can be, compressed, which costs the most.
func TestNoRequestTakesAMachine(t *testing.T) {
	unlessRaced(t)
	var p *uprun.Process
	all, err := shapes()
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range all {
		if i%*every != 0 && !reported[s.String()] {
			continue
		}
		if p == nil || i%50 == 0 {
			if p != nil {
				_ = p.Kill() // a new one has nothing left of earlier requests
			}
			p = bareUp(t)
		}
		s.isBounded(t, p, compressed(t, s.body()))
	}
}

// Sixteen of the heaviest at once, half of them compressed, take what the machine
// has for them, and each gets its answer.
func TestSixteenLargeRequestsAtOnce(t *testing.T) {
	unlessRaced(t)
	heavy := map[string]bool{
		"BatchWriteItem RequestItems.{}: puts": true, "TransactWriteItems TransactItems: transacted puts": true,
		"BatchGetItem RequestItems.{}.Keys: keys": true, "PutItem Item: maps": true,
		"BatchGetItem RequestItems: keys": true, "CreateTable GlobalSecondaryIndexes: lists of objects": true,
		"PutItem Expected: values": true, "TransactWriteItems TransactItems.[].Put.ExpressionAttributeNames: texts": true,
	}
	all, err := shapes()
	if err != nil {
		t.Fatal(err)
	}
	p := bareUp(t)
	var asked sync.WaitGroup
	for _, s := range all {
		if !heavy[s.String()] {
			continue
		}
		delete(heavy, s.String())
		plain := []byte(s.body())
		for encoding, body := range map[string][]byte{"": plain, "gzip": compressed(t, string(plain))} {
			asked.Go(func() {
				if status, answer := s.send(t, p.AWS, body, encoding); status != 400 && status != 200 || len(answer) > mostAnswer {
					t.Errorf("%v: %d %.200s", s, status, answer)
				}
			})
		}
	}
	asked.Wait()
	memory := peak(t, p.PID())
	if memory > mostMemoryOfSixteen || len(heavy) > 0 {
		t.Errorf("%d MB, not asked: %v", memory>>20, heavy)
	}
}
