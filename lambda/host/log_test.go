package host_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// scrub replaces what differs from run to run.
func scrub(text string) string {
	for _, r := range []struct{ pattern, name string }{
		{`[0-9a-f]{8}-[0-9a-f-]{27}`, "ID"},
		{`\d+\.\d\d ms`, "N.NN ms"},
		{`Billed Duration: \d+ ms`, "Billed Duration: N ms"},
		{`Max Memory Used: \d+ MB\t`, ""},
	} {
		text = regexp.MustCompile(r.pattern).ReplaceAllString(text, r.name)
	}
	return text
}

// TestLog shows the lines of a cold and a warm invocation. All output of a
// function is between its START and its END.
func TestLog(t *testing.T) {
	f := function(t, "PutItem", "")
	f.MemorySize = 256
	h := start(t, host.Options{}, f)
	h.succeed(t, "PutItem", `{"Do":"print","Text":"one\r\ntwo\n\nno end"}`)
	h.succeed(t, "PutItem", `{"Do":"print","Text":"warm\n"}`)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"PutItem | START RequestId: ID Version: $LATEST",
		"PutItem | one",
		"PutItem | two",
		"PutItem | ",
		"PutItem | no end",
		"PutItem | END RequestId: ID",
		"PutItem | REPORT RequestId: ID\tDuration: N.NN ms\tBilled Duration: N ms\tMemory Size: 256 MB\tInit Duration: N.NN ms\t",
		"PutItem | START RequestId: ID Version: $LATEST",
		"PutItem | warm",
		"PutItem | END RequestId: ID",
		"PutItem | REPORT RequestId: ID\tDuration: N.NN ms\tBilled Duration: N ms\tMemory Size: 256 MB\t",
		"",
	}, "\n")
	if diff := cmp.Diff(want, scrub(h.log.String())); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestLogTail(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	invoke := func(payload string) string {
		out, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", LogTail: true, Payload: []byte(payload)})
		if err != nil {
			t.Fatal(err)
		}
		return string(out.LogResult)
	}
	invoke(`{"Do":"print","Text":"not of the next\n"}`)
	want := "START RequestId: ID Version: $LATEST\nhello\nEND RequestId: ID\n" +
		"REPORT RequestId: ID\tDuration: N.NN ms\tBilled Duration: N ms\tMemory Size: 128 MB\t\n"
	if got := scrub(invoke(`{"Do":"print","Text":"hello\n"}`)); got != want {
		t.Errorf("tail = %q, want %q", got, want)
	}
	long := invoke(`{"Do":"print","Text":"` + strings.Repeat("0123456789\\n", 5_000) + `"}`)
	if len(long) != lambda.MaxLogTail || !strings.HasSuffix(long, "MB\t\n") || !strings.Contains(long, "0123456789\nEND") {
		t.Errorf("tail of a long log has %d bytes and ends %q", len(long), long[max(0, len(long)-200):])
	}
	if crash := invoke(`{"Do":"exit","Code":1}`); !strings.Contains(crash, "Runtime exited with error: exit status 1") {
		t.Errorf("tail of a crash = %q", crash)
	}
}

// TestLinesStayWhole has several sandboxes write at once.
func TestLinesStayWhole(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	line := strings.Repeat("x", 300)
	done := make(chan error, 4)
	for range cap(done) {
		go func() {
			_, err := h.Invoke(t.Context(), lambda.InvokeInput{
				FunctionName: "f",
				Payload:      []byte(`{"Do":"print","Text":"` + strings.Repeat(line+`\n`, 200) + `"}`),
			})
			done <- err
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	whole := 0
	for got := range strings.Lines(h.log.String()) {
		switch text := strings.TrimSuffix(strings.TrimPrefix(got, "f | "), "\n"); {
		case text == line:
			whole++
		case strings.Contains(text, "RequestId: "):
		default:
			t.Fatalf("line %q", got)
		}
	}
	if whole != 800 {
		t.Errorf("%d lines, want 800", whole)
	}
}

// TestLogInJSON runs functions whose log is in JSON: Lambda's lines are events, and lines
// of a lower level than the function's are left out.
func TestLogInJSON(t *testing.T) {
	f := function(t, "f", "")
	f.Logging = lambda.Logging{JSON: true, Application: "WARN", System: "DEBUG"}
	h := start(t, host.Options{}, f)
	h.succeed(t, "f", `{"Do":"print","Text":"{\"level\":\"info\",\"n\":1}\n{\"level\":\"error\",\"n\":2}\nplain\n"}`)
	h.invoke(t, "f", `{"Do":"exit","Code":3}`)
	h.log.await(t, `"type":"platform.fault","record":"RequestId: `)
	log := h.log.String()
	for _, want := range []string{
		`"type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"success",`,
		`"type":"platform.start","record":{"requestId":`, `"n":2}`, `"type":"platform.report","record":{"requestId":`,
		`"status":"success"`, `"status":"error","errorType":"Runtime.ExitError"`, `"initDurationMs":`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	for _, other := range []string{`"n":1}`, "plain", "START", "END", "REPORT"} {
		if strings.Contains(log, other) {
			t.Errorf("the log has %s", other)
		}
	}
}
