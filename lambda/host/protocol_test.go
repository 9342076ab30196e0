package host_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// speakProtocol is a runtime that makes calls that the Runtime API must refuse.
// The result of its second invocation is the list of the answers.
func speakProtocol(a api) {
	const (
		invocations = "/runtime/invocation/"
		nobody      = "00000000-0000-4000-8000-000000000000"
	)
	var said []string
	say := func(what, got string) { said = append(said, what+": "+got) }

	id := a.next()
	same := a.next()
	say("next while running gives the same", strconv.FormatBool(same == id))
	say("ping", a.get("/ping"))
	say("response to nobody", a.post(invocations+nobody+"/response", `1`))
	say("error of nobody", a.post(invocations+nobody+"/error", `{}`))
	say("init error when running", a.post("/runtime/init/error", `{}`))
	say("init error of a page", a.post("/runtime/init/error", `{}`, "Origin", "http://elsewhere.test"))
	say("response of a page", a.post(invocations+id+"/response", `1`, "Sec-Fetch-Site", "same-origin"))
	say("next to a name", statusOf("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: rebound.test:80\r\nConnection: close\r\n\r\n"))
	say("unknown", a.get("/runtime/nothing"))
	say("error with a long cause", a.post(invocations+id+"/error", `{"errorMessage":"m","errorType":"t"}`,
		"Lambda-Runtime-Function-XRay-Error-Cause", `{"message":"`+strings.Repeat("x", 1<<20-15)+`"}`))
	say("response after the error", a.post(invocations+id+"/response", `1`))
	say("error after the error", a.post(invocations+id+"/error", `{}`))

	id = a.next()
	text, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	a.post(invocations+id+"/response", string(text), "Lambda-Runtime-Function-Response-Mode", "streaming")

	id = a.next()
	fmt.Fprintln(os.Stdout, "mode:", a.post(invocations+id+"/response", `1`, "Lambda-Runtime-Function-Response-Mode", "buffered"))

	id = a.next()
	fmt.Fprintln(os.Stdout, "truncated:", a.truncate(invocations+id+"/response"))

	id = a.next()
	a.post(invocations+id+"/response", "")
	a.next()
}

func (a api) get(path string) string {
	resp, err := http.Get(a.base + path)
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%d %s", resp.StatusCode, strings.TrimSpace(string(text)))
}

// dial returns a connection on which text was sent.
func dial(text string) net.Conn {
	conn, err := net.Dial("tcp", os.Getenv("AWS_LAMBDA_RUNTIME_API"))
	if err != nil {
		panic(err)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		panic(err)
	}
	return conn
}

// truncate posts a body that ends before its length and returns the status
// line.
func (a api) truncate(path string) string {
	return statusOf("POST /2018-06-01" + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf")
}

// statusOf sends text, and nothing behind it, and returns the status line.
func statusOf(text string) string {
	conn := dial(text)
	defer conn.Close()
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		panic(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		panic(err)
	}
	line, _, _ := strings.Cut(string(answer), "\r\n")
	return line
}

// hangUp is a runtime that closes its connection twice while it waits for its
// second invocation. Its results are the answers about the first one.
func hangUp(a api) {
	const next = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
	post := func(id, body string) string {
		conn := dial("POST /2018-06-01/runtime/invocation/" + id + "/response HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
			"Connection: close\r\nExpect: 100-continue\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n")
		defer conn.Close()
		interim := make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n"))
		if _, err := io.ReadFull(conn, interim); err != nil {
			panic(err)
		}
		if _, err := io.WriteString(conn, body); err != nil {
			panic(err)
		}
		text, err := io.ReadAll(conn)
		if err != nil {
			panic(err)
		}
		return string(interim) + string(text)
	}
	told, err := json.Marshal(post(a.next(), `1`))
	if err != nil {
		panic(err)
	}
	dial(next).Close()
	dial(next).Close()
	fmt.Fprintln(os.Stdout, "about to wait")
	for {
		post(a.next(), string(told))
	}
}

func TestRuntimeHangsUp(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", "hang-up"))
	if out := h.invoke(t, "f", "{}"); string(out.Payload) != `1` {
		t.Fatalf("the first result: %q %s", out.FunctionError, out.Payload)
	}
	h.log.await(t, "about to wait")
	for range 3 {
		var told string
		out := h.invoke(t, "f", "{}")
		if err := json.Unmarshal(out.Payload, &told); err != nil {
			t.Fatalf("%v in %q %s", err, out.FunctionError, out.Payload)
		}
		for _, want := range []string{
			"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n",
			"\r\nConnection: close\r\n", "\r\nContent-Length: 15\r\n", "\r\n\r\n" + `{"status":"OK"}`,
		} {
			if !strings.Contains(told, want) {
				t.Errorf("the runtime was told %q, want %q in it", told, want)
			}
		}
	}
}

func TestRuntimeAPI(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", "protocol"))

	out := h.invoke(t, "f", "{}")
	if want := `{"errorMessage":"m","errorType":"t"}`; out.FunctionError != "Unhandled" || string(out.Payload) != want {
		t.Errorf("the error that was posted: %q %s, want it unchanged: %s", out.FunctionError, out.Payload, want)
	}

	var said []string
	out = h.invoke(t, "f", "{}")
	if err := json.Unmarshal(out.Payload, &said); err != nil {
		t.Fatalf("%v in %s", err, out.Payload)
	}
	const (
		badID = `400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}`
		state = `403 {"errorMessage":"State transition from %s to %s failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}`
		page  = `403 {"errorMessage":"The Runtime API is for the function's own process, not for web pages.","errorType":"AccessDenied"}`
	)
	want := []string{
		"next while running gives the same: true",
		"ping: 200 pong",
		"response to nobody: " + badID,
		"error of nobody: " + badID,
		"init error when running: " + fmt.Sprintf(state, "Running", "InitError"),
		"init error of a page: " + page,
		"response of a page: " + page,
		"next to a name: HTTP/1.1 403 Forbidden",
		"unknown: 404 404 page not found",
		`error with a long cause: 202 {"status":"OK"}`,
		"response after the error: " + fmt.Sprintf(state, "RuntimeResponseSentState", "InvocationResponse"),
		"error after the error: " + fmt.Sprintf(state, "RuntimeResponseSentState", "InvocationErrorResponse"),
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("what the runtime was told (-want +got):\n%s", diff)
	}

	out = h.invoke(t, "f", "{}")
	wantFailure(t, out, lambda.WrongResponseMode(out.RequestID))
	h.log.await(t, `mode: 400 {"errorMessage":"Invalid function response mode","errorType":"InvalidFunctionResponseMode"}`)

	out = h.invoke(t, "f", "{}")
	wantFailure(t, out, lambda.Truncated(out.RequestID))
	h.log.await(t, "truncated: HTTP/1.1 400 Bad Request")

	if out = h.invoke(t, "f", "{}"); string(out.Payload) != "null" || out.FunctionError != "" {
		t.Errorf("an empty response: %q %s, want null", out.FunctionError, out.Payload)
	}
}

func wantFailure(t *testing.T, out lambda.InvokeOutput, want lambda.Failure) {
	t.Helper()
	if out.StatusCode != http.StatusOK || out.FunctionError != "Unhandled" || string(out.Payload) != string(want.Payload()) {
		t.Errorf("got %d %q %s\nwant %s", out.StatusCode, out.FunctionError, out.Payload, want.Payload())
	}
}
