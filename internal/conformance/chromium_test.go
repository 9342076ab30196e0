package conformance

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A chromium is one tab of a headless Chromium, driven by the DevTools protocol over a
// pipe: a message is JSON and a zero byte.
type chromium struct {
	t       *testing.T
	to      *os.File
	session string
	last    int
	answers chan devToolsMessage // those with an ID; never closed

	mu       sync.Mutex
	failures []string // messages of the console, exceptions, what the browser logs
	requests []string // URLs
}

type devToolsMessage struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
}

// browse starts Chromium with an empty tab. It ends with the test.
func browse(t *testing.T) *chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	need(t, "Chromium", err)
	in, to, err := os.Pipe()
	check(t, err)
	from, out, err := os.Pipe()
	check(t, err)
	cmd := exec.CommandContext(t.Context(), path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe", "--hide-scrollbars",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{in, out}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	check(t, cmd.Start())
	check(t, errors.Join(in.Close(), out.Close()))
	b := &chromium{t: t, to: to, answers: make(chan devToolsMessage, 64)}
	var reading sync.WaitGroup
	reading.Go(func() { b.read(bufio.NewReader(from)) })
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // its children write to the folder of its data
		_ = cmd.Wait()
		reading.Wait()
		_, _ = to.Close(), from.Close()
	})
	var tab struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &tab)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": tab.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// read takes what Chromium says until the pipe ends.
func (b *chromium) read(from *bufio.Reader) {
	for {
		text, err := from.ReadBytes(0)
		if err != nil {
			return
		}
		var m devToolsMessage
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		switch m.Method {
		case "":
			b.answers <- m
		case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
			b.failures = append(b.failures, m.Method+" "+string(m.Params))
		case "Network.requestWillBeSent":
			var sent struct{ Request struct{ URL string } }
			_ = json.Unmarshal(m.Params, &sent)
			b.requests = append(b.requests, sent.Request.URL)
		}
		b.mu.Unlock()
	}
}

// call calls a method, and reads its result into out unless that is nil.
func (b *chromium) call(method string, params map[string]any, out any) {
	b.t.Helper()
	b.last++
	ask := map[string]any{"id": b.last, "method": method, "params": params}
	if params == nil {
		ask["params"] = map[string]any{}
	}
	if b.session != "" {
		ask["sessionId"] = b.session
	}
	text, err := json.Marshal(ask)
	check(b.t, err)
	_, err = b.to.Write(append(text, 0))
	check(b.t, err)
	for {
		select {
		case m := <-b.answers:
			if m.ID != b.last {
				continue
			}
			if m.Error != nil {
				b.t.Fatalf("%s: %s", method, m.Error)
			}
			if out != nil {
				check(b.t, json.Unmarshal(m.Result, out))
			}
			return
		case <-time.After(time.Minute):
			b.t.Fatalf("Chromium has not answered %s", method)
		}
	}
}

// show opens a page.
func (b *chromium) show(url string) {
	b.t.Helper()
	b.call("Page.navigate", map[string]any{"url": url}, nil)
}

// value returns the value of an expression in the page, as JSON decodes it.
func (b *chromium) value(expression string) any {
	b.t.Helper()
	var out struct {
		Result           struct{ Value any }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &out)
	if out.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, out.ExceptionDetails)
	}
	return out.Result.Value
}

// until waits until an expression has a value that is true of it.
func (b *chromium) until(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); b.value("Boolean("+expression+")") != true; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("not within 30 s: %s\n%v", expression, b.value("document.body.innerText"))
		}
	}
}

// press presses and releases a key, such as Tab or Enter.
func (b *chromium) press(key string) {
	b.t.Helper()
	params := map[string]any{"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": map[string]int{"Tab": 9, "Enter": 13, "ArrowLeft": 37}[key]}
	if key == "Enter" {
		params["text"] = "\r"
	}
	b.call("Input.dispatchKeyEvent", params, nil)
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "code": key}, nil)
}

// strange returns what the page has logged, and its requests to another place than url.
func (b *chromium) strange(url string) (strange []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	strange = append(strange, b.failures...)
	for _, r := range b.requests {
		if !strings.HasPrefix(r, url+"/") && !strings.HasPrefix(r, "data:image/svg+xml,") && r != "about:blank" {
			strange = append(strange, "a request to "+r)
		}
	}
	if len(b.requests) == 0 {
		strange = append(strange, fmt.Sprintf("no request to %s was seen", url))
	}
	return strange
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
