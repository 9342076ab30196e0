package lambda_test

import (
	"strings"
	"testing"
	"time"

	"lullaby/lambda"
)

// TestLogging writes the lines of a cold invocation that succeeds, of one that times out,
// of an init that fails and of a process that ends, at each level.
func TestLogging(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)
	success := lambda.Report{RequestID: "8a1b", Duration: 3_014_400, Init: 110_100_000, MemorySize: 128, MaxMemoryUsed: 36}
	timeout := lambda.Report{RequestID: "9c", Duration: 3 * time.Second, MemorySize: 128, Status: lambda.StatusTimeout}
	const at = `{"time":"2026-01-02T03:04:05.006Z","type":"platform.`
	const (
		initDone = at + `initReport","record":{"initializationType":"on-demand","phase":"init","status":"success","metrics":{"durationMs":110.1}}}`
		started  = at + `start","record":{"requestId":"8a1b","version":"$LATEST"}}`
		done     = at + `runtimeDone","record":{"requestId":"8a1b","status":"success","metrics":{"durationMs":3.014}}}`
		report   = at + `report","record":{"requestId":"8a1b","status":"success","metrics":{"durationMs":3.014,"billedDurationMs":114,"memorySizeMB":128,"maxMemoryUsedMB":36,"initDurationMs":110.1}}}`
		late     = at + `runtimeDone","record":{"requestId":"9c","status":"timeout","metrics":{"durationMs":3000}}}` + "\n" +
			at + `report","record":{"requestId":"9c","status":"timeout","metrics":{"durationMs":3000,"billedDurationMs":3000,"memorySizeMB":128}}}` + "\n" +
			at + `fault","record":"too <late>"}`
		initFailed = at + `initReport","record":{"initializationType":"on-demand","phase":"invoke","status":"error","errorType":"E","metrics":{"durationMs":5}}}`
		exited     = at + `fault","record":"Runtime exited between invocations: signal: killed"}`
	)
	join := func(lines ...string) string { return strings.Join(lines, "\n") }
	for _, tt := range []struct {
		logging lambda.Logging
		want    string
	}{
		{lambda.Logging{JSON: true, System: "DEBUG"}, join(initDone, started, done, report, late, initFailed, exited)},
		{lambda.Logging{JSON: true}, join(started, report, late, initFailed, exited)},
		{lambda.Logging{JSON: true, System: "WARN"}, join(late, initFailed, exited)},
		{lambda.Logging{System: "WARN"}, join(
			"START RequestId: 8a1b Version: $LATEST", "END RequestId: 8a1b", success.String(),
			"END RequestId: 9c", timeout.String(), "too <late>",
			"INIT_REPORT Init Duration: 5.00 ms\tPhase: invoke\tStatus: error\tError Type: E",
			"Runtime exited between invocations: signal: killed",
		)},
	} {
		lines := tt.logging.Start(now, "8a1b", success.Init)
		lines = append(lines, tt.logging.End(now, success, "")...)
		lines = append(lines, tt.logging.End(now, timeout, "too <late>")...)
		lines = append(lines, tt.logging.InitFailed(now, lambda.InitReport{Init: 5 * time.Millisecond, Phase: "invoke", Status: lambda.StatusError, ErrorType: "E"})...)
		lines = append(lines, tt.logging.Exited(now, "signal: killed")...)
		if got := join(lines...); got != tt.want {
			t.Errorf("%+v:\n%s\nwant:\n%s", tt.logging, got, tt.want)
		}
	}
}

// TestLoggingKeeps judges lines that functions write by their levels.
func TestLoggingKeeps(t *testing.T) {
	const trace, debug, plain, odd, failed = `{"level":"trace"}`, `{"msg":1,"level":"Debug"}`, `plain`, `{"level":7}`, `{"level":"ERROR"}`
	for _, tt := range []struct {
		logging lambda.Logging
		keeps   string
	}{
		{lambda.Logging{Application: "FATAL"}, trace + debug + plain + odd + failed}, // text
		{lambda.Logging{JSON: true, Application: "TRACE"}, trace + debug + plain + odd + failed},
		{lambda.Logging{JSON: true, Application: "DEBUG"}, debug + plain + odd + failed},
		{lambda.Logging{JSON: true}, plain + odd + failed},
		{lambda.Logging{JSON: true, Application: "WARN"}, failed},
		{lambda.Logging{JSON: true, Application: "FATAL"}, ""},
	} {
		var kept strings.Builder
		for _, line := range []string{trace, debug, plain, odd, failed} {
			if tt.logging.Keeps(line) {
				kept.WriteString(line)
			}
		}
		if kept.String() != tt.keeps {
			t.Errorf("%+v keeps %s, want %s", tt.logging, kept.String(), tt.keeps)
		}
	}
}
