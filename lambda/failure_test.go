package lambda_test

import (
	"testing"
	"time"

	"lullaby/lambda"
)

func TestFailurePayloads(t *testing.T) {
	const id = "8a1b"
	tests := []struct {
		name    string
		payload []byte
		want    string
	}{
		{
			"timeout", lambda.TimedOut(id, 3*time.Second).Payload(),
			`{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 8a1b Error: Task timed out after 3.00 seconds"}`,
		},
		{
			"timeout of a fraction", lambda.TimedOut(id, 1_256*time.Millisecond).Payload(),
			`{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 8a1b Error: Task timed out after 1.26 seconds"}`,
		},
		{
			"exit 0", lambda.Exited(id, "").Payload(),
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 8a1b Error: Runtime exited without providing a reason"}`,
		},
		{
			"exit 127", lambda.Exited(id, "exit status 127").Payload(),
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 8a1b Error: Runtime exited with error: exit status 127"}`,
		},
		{
			"killed", lambda.Exited(id, "signal: killed").Payload(),
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 8a1b Error: Runtime exited with error: signal: killed"}`,
		},
		{
			"not executable", lambda.NotStarted(id, "fork/exec /a&b/bootstrap: permission denied").Payload(),
			`{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: 8a1b Error: fork/exec /a&b/bootstrap: permission denied"}`,
		},
		{
			"no bootstrap", lambda.NoBootstrap(id, "/var/task/bootstrap").Payload(),
			`{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: 8a1b Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap]"}`,
		},
		{
			"truncated", lambda.Truncated(id).Payload(),
			`{"errorType":"Runtime.TruncatedResponse","errorMessage":"RequestId: 8a1b Error: Response was truncated"}`,
		},
		{
			"response mode", lambda.WrongResponseMode(id).Payload(),
			`{"errorType":"Runtime.InvalidResponseModeHeader","errorMessage":"RequestId: 8a1b Error: Invalid function response mode"}`,
		},
		{
			"too large", lambda.TooLargePayload(lambda.MaxResponseBytes),
			`{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}`,
		},
	}
	for _, tt := range tests {
		if string(tt.payload) != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, tt.payload, tt.want)
		}
	}
}

func TestLogLines(t *testing.T) {
	const us = time.Microsecond
	tests := []struct{ got, want string }{
		{lambda.StartLine("8a1b"), "START RequestId: 8a1b Version: $LATEST"},
		{lambda.EndLine("8a1b"), "END RequestId: 8a1b"},
		{
			lambda.Report{RequestID: "8a1b", Duration: 3_010 * us, MemorySize: 128, MaxMemoryUsed: 36}.String(),
			"REPORT RequestId: 8a1b\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t",
		},
		{
			lambda.Report{RequestID: "8a1b", Duration: 3_010 * us, Init: 110_100 * us, MemorySize: 128, MaxMemoryUsed: 36}.String(),
			"REPORT RequestId: 8a1b\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t",
		},
		{
			lambda.Report{RequestID: "8a1b", Duration: 3_000_000 * us, MemorySize: 128, MaxMemoryUsed: 36, Status: lambda.StatusTimeout}.String(),
			"REPORT RequestId: 8a1b\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tStatus: timeout",
		},
		{
			lambda.Report{RequestID: "8a1b", Duration: 999 * us, MemorySize: 1024, Status: lambda.StatusError, ErrorType: lambda.RuntimeExitError}.String(),
			"REPORT RequestId: 8a1b\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 1024 MB\tStatus: error\tError Type: Runtime.ExitError",
		},
		{
			lambda.InitReport{Init: 440 * us, Phase: "init", Status: lambda.StatusError, ErrorType: lambda.InvalidEntrypoint}.String(),
			"INIT_REPORT Init Duration: 0.44 ms\tPhase: init\tStatus: error\tError Type: Runtime.InvalidEntrypoint",
		},
		{
			lambda.InitReport{Init: 10 * time.Second, Phase: "invoke", Status: lambda.StatusTimeout}.String(),
			"INIT_REPORT Init Duration: 10000.00 ms\tPhase: invoke\tStatus: timeout",
		},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("\n got %q\nwant %q", tt.got, tt.want)
		}
	}
}
