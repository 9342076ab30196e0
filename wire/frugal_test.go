package wire_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"lullaby/wire"
)

// A connection whose request waits, and one that waits for a request, keep less than
// the buffer with which a request is read.
func TestConnectionsAreSmall(t *testing.T) {
	const conns, most = 300, 16 << 10 // bytes of a connection, of both of its ends here
	began := make(chan struct{}, conns)
	end := make(chan struct{}) // closed when the functions may end
	addr := serveWith(t, slow(func(context.Context, string) {
		began <- struct{}{}
		<-end
	}), wire.Options{})
	invoke(t, dial(t, addr), "0") // makes what all share
	<-began
	answers := make([]*bufio.Reader, conns)
	before := inUse()
	for i := range answers {
		conn := dial(t, addr)
		answers[i] = bufio.NewReaderSize(conn, 16)
		invoke(t, conn, "1")
		<-began
	}
	check := func(state string) {
		if each := (inUse() - before) / conns; each > most {
			t.Errorf("%s, a connection keeps %d bytes, want %d at most", state, each, most)
		}
	}
	check("while its function runs")
	close(end)
	for _, r := range answers {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	check("between requests")
}

// inUse returns the bytes of the heap and of stacks that cannot be collected.
func inUse() int64 {
	runtime.GC()
	runtime.GC() // what pools still have after the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// Requests are read whole, however long they are and wherever the client pauses.
func TestRequestsInPieces(t *testing.T) {
	addr := serve(t, slow(func(context.Context, string) {}))
	for _, piece := range []int{1 << 20, 5_000, 4_096, 1_000, 13} {
		conn := dial(t, addr)
		var text strings.Builder
		var payloads []string
		for n := 1; n < 20_000; n = n*3 + 1 {
			payload := strings.Repeat("x", n)
			payloads = append(payloads, payload)
			fmt.Fprintf(&text, "POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%q", len(payload)+2, payload)
		}
		go func() {
			for rest := text.String(); rest != ""; rest = rest[min(piece, len(rest)):] {
				_, _ = io.WriteString(conn, rest[:min(piece, len(rest))]) // what fails has no answer
			}
		}()
		answers := bufio.NewReader(conn)
		for _, want := range payloads {
			resp, err := http.ReadResponse(answers, nil)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || string(body) != fmt.Sprintf("%q", want) {
				t.Fatalf("in pieces of %d bytes: an answer of %d bytes, %v, want %d", piece, len(body), err, len(want)+2)
			}
		}
	}
}
