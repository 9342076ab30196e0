package host_test

import (
	"fmt"
	"strings"
	"testing"

	"lullaby/lambda/host"
)

// TestFunctionsThatAWSRefuses passes New what CreateFunction answers with 400.
func TestFunctionsThatAWSRefuses(t *testing.T) {
	many := 901
	tests := []struct {
		name string
		f    host.Function
		want string
	}{
		{"no name", host.Function{Dir: "/"}, "needs a name"},
		{"no directory", host.Function{Name: "f"}, "a directory"},
		{"negative timeout", host.Function{Name: "f", Dir: "/", Timeout: -1}, "may not be negative"},
		{
			"reserved keys",
			host.Function{Name: "f", Dir: "/", Environment: map[string]string{"AWS_REGION": "x", "TABLE": "t", "_HANDLER": "y"}},
			"function f: Lambda was unable to configure your environment variables because the environment variables you have provided " +
				"contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION, _HANDLER",
		},
		{
			"a bad key",
			host.Function{Name: "f", Dir: "/", Environment: map[string]string{"A-B": ""}},
			"[Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
		},
		{"a NUL", host.Function{Name: "f", Dir: "/", Environment: map[string]string{"AB": "\x00"}}, "NUL"},
		{
			"too much",
			host.Function{Name: "f", Dir: "/", Environment: map[string]string{"AB": strings.Repeat("<", 4096-8)}},
			`provided exceeded the 4KB limit. String measured: {"AB":"<<<`,
		},
		{
			"too much reserved",
			host.Function{Name: "f", Dir: "/", ReservedConcurrency: &many},
			"below its minimum value of [100].",
		},
	}
	for _, tt := range tests {
		h, err := host.New(host.Options{}, []host.Function{tt.f})
		if err == nil {
			h.Close()
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	fits := host.Function{Name: "f", Dir: "/", Environment: map[string]string{"AB": strings.Repeat("<", 4096-9)}}
	h, err := host.New(host.Options{}, []host.Function{fits})
	if err != nil {
		t.Fatalf("4 KB to the byte: %v", err)
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if _, err := host.New(host.Options{}, []host.Function{fits, fits}); err == nil {
		t.Error("two functions of one name are accepted")
	}
}

// TestEnvironment lists the whole environment of a process.
func TestEnvironment(t *testing.T) {
	t.Setenv("SECRET_OF_THE_DEVELOPER", "hunter2")
	f := function(t, "orders", "")
	f.MemorySize = 1_770
	f.Environment = map[string]string{"TABLE": "orders-table", "TZ": "Europe/Vienna"}
	h := start(t, host.Options{Endpoint: "http://127.0.0.1:4566"}, f)
	got := map[string]string{}
	for _, pair := range h.succeed(t, "orders", `{"Do":"environ"}`).Environ {
		key, value, _ := strings.Cut(pair, "=")
		got[key] = value
	}
	want := map[string]string{
		"AWS_ACCESS_KEY_ID":               "ASIALULLABYLULLABY00",
		"AWS_SECRET_ACCESS_KEY":           "lullaby/is/not/a/secret/but/forty/chars+",
		"AWS_SESSION_TOKEN":               "lullaby",
		"AWS_REGION":                      "us-east-1",
		"AWS_DEFAULT_REGION":              "us-east-1",
		"AWS_ENDPOINT_URL":                "http://127.0.0.1:4566",
		"AWS_LAMBDA_FUNCTION_NAME":        "orders",
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1770",
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/orders",
		"AWS_XRAY_CONTEXT_MISSING":        "LOG_ERROR",
		"AWS_XRAY_DAEMON_ADDRESS":         "127.0.0.1:2000",
		"_AWS_XRAY_DAEMON_ADDRESS":        "127.0.0.1",
		"_AWS_XRAY_DAEMON_PORT":           "2000",
		"_HANDLER":                        "",
		"LAMBDA_TASK_ROOT":                f.Dir,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
		"LANG":                            "en_US.UTF-8",
		"PATH":                            "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"LD_LIBRARY_PATH":                 fmt.Sprintf("/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:%[1]s:%[1]s/lib:/opt/lib", f.Dir),
		"GOMAXPROCS":                      "2",
		"TABLE":                           "orders-table",
		"TZ":                              "Europe/Vienna",
	}
	if len(want["AWS_SECRET_ACCESS_KEY"]) != 40 || len(want["AWS_ACCESS_KEY_ID"]) != 20 {
		t.Error("the dummy credentials do not have the form of real ones")
	}
	stream, address := got["AWS_LAMBDA_LOG_STREAM_NAME"], got["AWS_LAMBDA_RUNTIME_API"]
	if !strings.Contains(stream, "/[$LATEST]") || !strings.HasPrefix(address, "127.0.0.1:") {
		t.Errorf("log stream %q, Runtime API %q", stream, address)
	}
	for _, ownWay := range []string{"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "_X_AMZN_TRACE_ID", "PWD", "LULLABY_SANDBOX"} {
		delete(got, ownWay)
	}
	for key := range want {
		if got[key] != want[key] {
			t.Errorf("%s = %q, want %q", key, got[key], want[key])
		}
		delete(got, key)
	}
	if len(got) > 0 {
		t.Errorf("also set: %v", got)
	}
}
