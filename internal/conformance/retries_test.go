package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// What a client says of one call.
type outcome struct {
	Error    string  `json:"error"`
	Attempts int     `json:"attempts"`
	Seconds  float64 `json:"seconds"`
}

// Every recommended setting, in its client, against a table that refuses all, and
// against a server that never answers: the call ends within its limit, after as
// many attempts as the document says.
func TestRecommendedRetries(t *testing.T) {
	t.Parallel()
	takesLong(t)
	need(t, "boto3", client(t, pythonPath, "-c", "import boto3").Run())
	throttling := exhausted(t)
	var all sync.WaitGroup // most of the time is slept
	var short []func()     // calls with little time, one after the other
	for _, r := range recommended {
		refused, unanswered := r.command(t), r.command(t)
		silent, attempts := neverAnswers(t)
		for _, check := range []func(){
			func() {
				got, err := outcomeOf(refused, throttling)
				t.Logf("%s, throttled: %+v", r.name, got)
				if err != nil || got.Error != "ProvisionedThroughputExceededException" || got.Attempts != r.made || got.Seconds > r.limit.Seconds() {
					t.Errorf("%s, throttled: %+v (%v), want %d attempts within %v", r.name, got, err, r.made, r.limit)
				}
			},
			func() {
				got, err := outcomeOf(unanswered, silent)
				t.Logf("%s, not answered: %+v after %d attempts", r.name, got, attempts.Load())
				if err != nil || !strings.Contains(got.Error, "Timeout") || int(attempts.Load()) != r.made || got.Seconds > r.limit.Seconds() {
					t.Errorf("%s, not answered: %+v (%v) after %d attempts, want %d within %v", r.name, got, err, attempts.Load(), r.made, r.limit)
				}
			},
		} {
			if r.limit < 10*time.Second {
				short = append(short, check)
			} else {
				all.Go(check)
			}
		}
	}
	for _, check := range short {
		check()
	}
	all.Wait()
}

// The SDK for JavaScript lets a call be stopped amid a delay, and does not heed a
// requestTimeout of which it is not told to throw.
func TestJavaScriptAborts(t *testing.T) {
	t.Parallel()
	takesLong(t)
	silent, attempts := neverAnswers(t)
	for endpoint, code := range map[string]string{
		exhausted(t): "{ maxAttempts: 20 }",
		silent:       "{ requestHandler: { requestTimeout: 100 } }",
	} {
		got, err := outcomeOf(node(t, "one_call.js", code, "1500"), endpoint)
		if err != nil || got.Error != "AbortError" || got.Seconds < 1.49 {
			t.Errorf("%s, aborted after 1.5 s: %+v (%v)", code, got, err)
		}
	}
	if n := attempts.Load(); n != 1 {
		t.Errorf("%d attempts by a requestTimeout, want 1", n)
	}
}

// command returns the script that makes one call by a setting.
func (r fitting) command(t *testing.T) *exec.Cmd {
	t.Helper()
	if r.client == "js" {
		return node(t, "one_call.js", r.code)
	}
	return client(t, pythonPath, "-B", filepath.Join("python", "one_call.py"), r.code)
}

func outcomeOf(cmd *exec.Cmd, endpoint string) (o outcome, err error) {
	cmd.Env = append(cmd.Env, "ENDPOINT="+endpoint)
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return o, fmt.Errorf("%w\n%s", err, exit.Stderr)
	}
	return o, errors.Join(err, json.Unmarshal(out, &o))
}

// exhausted returns the endpoint of a table of 1 WCU that has spent eight minutes
// of it beyond its burst.
func exhausted(t *testing.T) (endpoint string) {
	t.Helper()
	endpoint = start(t, "--bare").AWS
	c := sdk(endpoint)
	createLimited(t, c, &dynamodb.CreateTableInput{ProvisionedThroughput: units(1, 1)})
	_, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{TableName: aws.String("orders"), Item: values{"id": text("large"), "b": text(strings.Repeat("x", 390<<10))}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return endpoint
}

// neverAnswers returns the endpoint of a server that takes connections and says
// nothing, and how many there were.
func neverAnswers(t *testing.T) (endpoint string, connections *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	connections = new(atomic.Int64)
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			defer c.Close()
			connections.Add(1)
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		serving.Wait()
	})
	return "http://" + listener.Addr().String(), connections
}
