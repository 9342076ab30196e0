package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path"
	"strconv"
	"testing"
	"time"

	"lullaby/internal/conformance/schedule"
	"lullaby/retry"
)

// The module gosdk runs the SDK for Go in two versions, each by a module file of
// its own, and the tests of awsretry with each.
func TestSchedulesOfGoSDK(t *testing.T) {
	t.Parallel()
	takesLong(t)
	for _, file := range []string{"go.mod", "go-1.47.mod"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			cmd := client(t, "go", "test", "-v", "-modfile="+file, "./...", "lullaby/retry/awsretry")
			cmd.Dir = "gosdk"
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// What a setting of a client waits, and the policy that says so.
type setting struct {
	name  string // that the script gives it
	form  retry.Form
	o     retry.Options
	after retry.Failure // of every attempt
}

var throttledByTable = retry.Failure{Class: retry.ThrottleTable}

func TestSchedulesOfPython(t *testing.T) {
	t.Parallel()
	takesLong(t)
	need(t, "boto3 and tenacity", client(t, pythonPath, "-c", "import boto3, tenacity").Run())
	cmd := client(t, pythonPath, "-B", "schedules.py")
	cmd.Dir = "python"
	cmd.Env = append(cmd.Env, "ENDPOINT="+refusing(t))
	got := waited(t, cmd)
	sameSchedules(t, got, []setting{
		{"legacy", retry.Legacy, retry.Options{}, throttledByTable},
		// Config counts retries by max_attempts, and attempts by
		// total_max_attempts; the environment counts attempts.
		{"legacy, max_attempts 9", retry.Legacy, retry.Options{MaxAttempts: 10}, throttledByTable},
		{"legacy, max_attempts 10", retry.Legacy, retry.Options{MaxAttempts: 11}, throttledByTable},
		{"legacy, total_max_attempts 9", retry.Legacy, retry.Options{MaxAttempts: 9}, throttledByTable},
		{"legacy, AWS_MAX_ATTEMPTS 9", retry.Legacy, retry.Options{MaxAttempts: 9}, throttledByTable},
		{"legacy, quota of the account", retry.Legacy, retry.Options{}, retry.Failure{Class: retry.ThrottleAccount}},
		{"legacy of Kinesis", retry.LegacyOther, retry.Options{}, throttledByTable},
		{"standard", retry.Standard, retry.Options{}, throttledByTable},
		{"standard, max_attempts 7", retry.Standard, retry.Options{MaxAttempts: 8}, throttledByTable},
		{"standard, total_max_attempts 2", retry.Standard, retry.Options{MaxAttempts: 2}, throttledByTable},
		{"standard, by environment", retry.Standard, retry.Options{MaxAttempts: 1}, throttledByTable},
		{"tenacity", retry.RandomExponential, retry.Options{}, throttledByTable},
	})
	sameEnd(t, got["standard, quota"], setting{form: retry.Standard, o: retry.Options{MaxAttempts: 4}})
}

func TestSchedulesOfJavaScript(t *testing.T) {
	t.Parallel()
	takesLong(t)
	got := waited(t, node(t, "--random-seed=1", "schedules.js"))
	sameSchedules(t, got, []setting{
		{"default", retry.V21, retry.Options{}, throttledByTable},
		{"an answer of 500", retry.V21, retry.Options{}, retry.Failure{Class: retry.Transient}},
		{"maxAttempts 2", retry.V21, retry.Options{MaxAttempts: 2}, throttledByTable},
		{"AWS_MAX_ATTEMPTS 2", retry.V21, retry.Options{MaxAttempts: 2}, throttledByTable},
		{"maxAttempts 8", retry.V21, retry.Options{MaxAttempts: 8}, throttledByTable},
		{"a hint among the delays", retry.V21, retry.Options{}, retry.Failure{Class: retry.Throttle, Hint: 1500 * time.Millisecond}},
		{"a hint far above", retry.V21, retry.Options{}, retry.Failure{Class: retry.Throttle, Hint: time.Hour}},
	})
	sameEnd(t, got["quota"], setting{form: retry.V21})
}

// refusing serves refusals in DynamoDB's form; the path names the exception.
func refusing(t *testing.T) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := fmt.Appendf(nil, `{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"no"}`, path.Base(r.URL.Path))
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// waited runs a script that prints, for every setting, what each call waited.
func waited(t *testing.T, cmd *exec.Cmd) map[string][][]time.Duration {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Logf("%s", exit.Stderr)
		}
		t.Fatal(err)
	}
	var seconds map[string][][]float64
	if err := json.Unmarshal(out, &seconds); err != nil {
		t.Fatal(err)
	}
	result := make(map[string][][]time.Duration)
	for name, calls := range seconds {
		for _, call := range calls {
			var delays []time.Duration
			for _, s := range call {
				delays = append(delays, time.Duration(s*float64(time.Second)))
			}
			result[name] = append(result[name], delays)
		}
	}
	return result
}

func sameSchedules(t *testing.T, got map[string][][]time.Duration, settings []setting) {
	t.Helper()
	for _, s := range settings {
		t.Run(s.name, func(t *testing.T) {
			p, err := retry.New(s.form, s.o)
			if err != nil {
				t.Fatal(err)
			}
			if err := schedule.Compare(p, s.after, got[s.name]); err != nil {
				t.Errorf("%d calls against %v %+v:\n%v", len(got[s.name]), p.Form(), p.Options(), err)
			}
		})
	}
}

// sameEnd compares how many retries each call of one client makes until its quota
// is empty, and then.
func sameEnd(t *testing.T, calls [][]time.Duration, s setting) {
	t.Helper()
	p, err := retry.New(s.form, s.o)
	if err != nil {
		t.Fatal(err)
	}
	quota := p.NewQuota()
	for i, delays := range calls {
		call := p.Begin(0, 0, quota)
		want := 0
		for call.Fail(0, throttledByTable, nil).Outcome == retry.Again {
			want++
		}
		if len(delays) != want {
			t.Errorf("call %d of a client makes %d retries, want %d", i+1, len(delays), want)
		}
	}
	if quota.Left() != 0 || len(calls) == 0 {
		t.Errorf("after %d calls a quota has %d tokens", len(calls), quota.Left())
	}
}
