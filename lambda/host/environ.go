package host

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lullaby/lambda"
)

// maxEnvironment bounds a function's variables, in bytes of their JSON
// ("Lambda quotas").
const maxEnvironment = 4_096

// vCPU is the memory in MB that comes with one full CPU ("Configure Lambda
// function memory").
const vCPU = 1_769

// cpus returns how many CPUs a function with that memory can use on AWS, rounded
// up.
func cpus(memorySize int) int { return (memorySize + vCPU - 1) / vCPU }

// reservedKeys are set by Lambda alone ("Working with environment variables",
// reserved).
var reservedKeys = map[string]bool{
	"_HANDLER":                        true,
	"_X_AMZN_TRACE_ID":                true,
	"AWS_ACCESS_KEY":                  true,
	"AWS_ACCESS_KEY_ID":               true,
	"AWS_DEFAULT_REGION":              true,
	"AWS_EXECUTION_ENV":               true,
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": true,
	"AWS_LAMBDA_FUNCTION_NAME":        true,
	"AWS_LAMBDA_FUNCTION_VERSION":     true,
	"AWS_LAMBDA_INITIALIZATION_TYPE":  true,
	"AWS_LAMBDA_LOG_GROUP_NAME":       true,
	"AWS_LAMBDA_LOG_STREAM_NAME":      true,
	"AWS_LAMBDA_RUNTIME_API":          true,
	"AWS_REGION":                      true,
	"AWS_SECRET_ACCESS_KEY":           true,
	"AWS_SESSION_TOKEN":               true,
	"LAMBDA_RUNTIME_DIR":              true,
	"LAMBDA_TASK_ROOT":                true,
}

var environmentKey = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)

// checkEnvironment refuses what CreateFunction refuses, in its words.
func checkEnvironment(variables map[string]string) error {
	var reserved []string
	for _, key := range slices.Sorted(maps.Keys(variables)) {
		if reservedKeys[key] {
			reserved = append(reserved, key)
		} else if !environmentKey.MatchString(key) {
			return fmt.Errorf("environment variable %q: Map keys must satisfy constraint: "+
				"[Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]", key)
		}
		if strings.ContainsRune(key+variables[key], 0) {
			return fmt.Errorf("environment variable %q: a NUL byte cannot be handed to a process", key)
		}
	}
	if len(reserved) > 0 {
		return &environmentError{"contains reserved keys that are currently not supported for modification. " +
			"Reserved keys used in this request: " + strings.Join(reserved, ", ")}
	}
	var measured bytes.Buffer
	enc := json.NewEncoder(&measured)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(variables); err != nil {
		return err
	}
	if text := strings.TrimSuffix(measured.String(), "\n"); len(text) > maxEnvironment {
		return &environmentError{"exceeded the 4KB limit. String measured: " + text}
	}
	return nil
}

// An environmentError says in AWS's words what is wrong with a function's
// variables taken together.
type environmentError struct{ why string }

func (e *environmentError) Error() string {
	return "Lambda was unable to configure your environment variables because the environment variables you have provided " + e.why
}

// environment returns what every process of f gets, as on provided.al2023
// (docs/aws/lambda.md#environment), and nothing of this process's own. A user's
// variable wins where it may stand at all. Those that differ from one
// sandbox to the next are added by sandboxEnvironment.
func (o Options) environment(f Function) []string {
	env := map[string]string{
		"AWS_ACCESS_KEY_ID":               o.Credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":           o.Credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN":               o.Credentials.SessionToken,
		"AWS_REGION":                      o.Scope.Region,
		"AWS_DEFAULT_REGION":              o.Scope.Region,
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     lambda.ExecutedVersion,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemorySize),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + f.Name,
		"AWS_XRAY_CONTEXT_MISSING":        "LOG_ERROR",
		"AWS_XRAY_DAEMON_ADDRESS":         "127.0.0.1:2000", // without a listener, as on AWS without tracing
		"_AWS_XRAY_DAEMON_ADDRESS":        "127.0.0.1",
		"_AWS_XRAY_DAEMON_PORT":           "2000",
		"_HANDLER":                        f.Handler,
		"LAMBDA_TASK_ROOT":                f.Dir,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
		"LANG":                            "en_US.UTF-8",
		"TZ":                              ":UTC",
		"PATH":                            "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:" +
			f.Dir + ":" + f.Dir + "/lib:/opt/lib",
	}
	// This differs from AWS: a Go runtime that uses every CPU of this machine
	// spends a third of a short invocation on waking its own threads.
	env["GOMAXPROCS"] = strconv.Itoa(cpus(f.MemorySize))
	if o.Endpoint != "" {
		env["AWS_ENDPOINT_URL"] = o.Endpoint
	}
	maps.Copy(env, f.Defaults)
	maps.Copy(env, f.Environment)
	list := make([]string, 0, len(env))
	for _, key := range slices.Sorted(maps.Keys(env)) {
		list = append(list, key+"="+env[key])
	}
	return list
}

// sandboxEnvironment returns the environment of one process of f, whose
// Runtime API is at address. mark is the sandbox's, which AWS does not have.
func (f *function) sandboxEnvironment(address, logStream, mark string) []string {
	return append(slices.Clip(f.environment),
		"AWS_LAMBDA_RUNTIME_API="+address,
		"AWS_LAMBDA_LOG_STREAM_NAME="+logStream,
		markKey+"="+mark)
}
