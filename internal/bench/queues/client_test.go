//go:build linux

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"lullaby/internal/bench"
)

// A client receives a message and deletes it by its handle, in each protocol.
func TestCycle(t *testing.T) {
	const modernAnswer = `{"Messages":[{"MessageId":"m","ReceiptHandle":"a#b+c/d=","Body":"x"}]}`
	for _, tt := range []struct {
		dialect                dialect
		queueAnswer, received  string
		wantQueue, wantDeleted string
	}{
		{
			modern{},
			`{"QueueUrl":"http://host:1/123456789012/q"}`, modernAnswer,
			"http://host:1/123456789012/q", `/ AmazonSQS.DeleteMessage {"QueueUrl":"http://host:1/123456789012/q","ReceiptHandle":"a#b+c/d="}`,
		},
		{
			query{},
			`<R><QueueUrl>http://host:1/000000000000/q</QueueUrl></R>`, `<R><ReceiptHandle>a#b+c/d=</ReceiptHandle></R>`,
			"http://host:1/000000000000/q", `/000000000000/q  Action=DeleteMessage&ReceiptHandle=a%23b%2Bc%2Fd%3D&Version=2012-11-05`,
		},
	} {
		var mu sync.Mutex
		var asked []string
		fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			ask := r.URL.Path + " " + r.Header.Get("X-Amz-Target") + " " + string(body)
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, ask)
			switch {
			case strings.Contains(ask, "CreateQueue"):
				_, _ = io.WriteString(w, tt.queueAnswer)
			case strings.Contains(ask, "ReceiveMessage"):
				_, _ = io.WriteString(w, tt.received)
			}
		}))
		s := &server{Server: &bench.Server{Name: "fake", URL: fake.URL}, dialect: tt.dialect}
		queue, err := s.create("q")
		if err != nil || queue != tt.wantQueue {
			t.Errorf("create = %q, %v, want %q", queue, err, tt.wantQueue)
		}
		c := s.client(queue)
		if err := inTurn(c); err != nil {
			t.Error(err)
		}
		if got := asked[len(asked)-1]; got != tt.wantDeleted {
			t.Errorf("the last request is\n%s, want\n%s", got, tt.wantDeleted)
		}
		if err := s.fill(queue, 11); err != nil || strings.Count(asked[len(asked)-1], text) != batch || len(asked) != 6 {
			t.Errorf("fill of 11 messages: %v, %d requests, want 2 batches and 4 others", err, len(asked))
		}
		c.CloseIdleConnections()
		fake.Close()
	}
}
