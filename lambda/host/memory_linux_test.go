package host_test

import (
	"encoding/json"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// A sandbox of 128 MB whose processes take more ends as on AWS.
func TestMemorySizeIsEnforced(t *testing.T) {
	tests := []struct{ name, handler, payload string }{
		{"held", "", `{"Do":"take","MB":400,"Millis":10000}`},
		{"answered at once", "", `{"Do":"take","MB":400}`},
		{"by a child", "", `{"Do":"take-in-child","MB":400,"Millis":10000}`},
		{"by many children", "", `{"Do":"take-in-child","MB":100,"Millis":10000}`},
		{"in the init", "take-in-init", `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := start(t, host.Options{}, function(t, "f", tt.handler))
			if tt.name == "by many children" {
				h.succeed(t, "f", `{"Do":"take-in-child","MB":50}`)
			}
			out, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", Payload: []byte(tt.payload), LogTail: true})
			if err != nil {
				t.Fatal(err)
			}
			var got lambda.Failure
			if err := json.Unmarshal(out.Payload, &got); err != nil {
				t.Fatalf("%v in %s", err, out.Payload)
			}
			want := lambda.Failure{
				Type:    "Runtime.ExitError",
				Message: "RequestId: " + out.RequestID + " Error: Runtime exited with error: signal: killed",
			}
			if out.FunctionError != "Unhandled" || got != want {
				t.Errorf("%q %+v, want %+v", out.FunctionError, got, want)
			}
			if log := string(out.LogResult); !strings.Contains(log, "\tStatus: error\tError Type: Runtime.OutOfMemory\n") {
				t.Errorf("log:\n%s", log)
			}
			h.log.await(t, "lullaby | f: its processes take ")
		})
	}
}

// What fits is left alone, and the report counts children.
func TestMemoryThatFits(t *testing.T) {
	info, _ := debug.ReadBuildInfo()
	if slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the functions are this binary, and with the race detector it takes several times as much")
	}
	lax := function(t, "lax", "")
	roomy := function(t, "roomy", "")
	roomy.MemorySize = 512
	for _, tt := range []struct {
		function host.Function
		options  host.Options
	}{
		{lax, host.Options{IgnoreMemorySize: true}},
		{roomy, host.Options{}},
	} {
		h := start(t, tt.options, tt.function)
		h.succeed(t, tt.function.Name, `{"Do":"take","MB":100}`)
		h.succeed(t, tt.function.Name, `{"Do":"take-in-child","MB":300,"Millis":500}`)
		var reports [][]string
		eventually(t, "both invocations are reported", func() bool {
			reports = regexp.MustCompile(`Max Memory Used: (\d+) MB`).FindAllStringSubmatch(h.log.String(), -1)
			return len(reports) == 2
		})
		alone, _ := strconv.Atoi(reports[0][1])
		both, _ := strconv.Atoi(reports[1][1])
		if alone < 100 || alone > 200 || both < 400 || both > 520 {
			t.Errorf("%s: %d MB, and with its child %d MB, want more than 100 and 400", tt.function.Name, alone, both)
		}
	}
}

// Idle sandboxes are not measured, running ones are.
func TestIdleSandboxesAreNotMeasured(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	h.succeed(t, "f", "")
	if n := h.Measured(); n != 0 {
		t.Errorf("%d sandboxes are measured while one is idle", n)
	}
	done := make(chan error, 1)
	go func() {
		_, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", Payload: []byte(`{"Do":"sleep","Millis":1000}`)})
		done <- err
	}()
	eventually(t, "the running one is measured", func() bool { return h.Measured() == 1 })
	if err := <-done; err != nil {
		t.Error(err)
	}
}
