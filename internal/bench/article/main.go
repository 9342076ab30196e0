// Command article runs the service of the article "Going Serverless and Keeping DynamoDB
// from Waking You Up" as its author wrote it, and prints what its clients get: a POST
// of an item, a GET of it, and whether the item is in the table. It packages each branch of a
// checkout of github.com/ServerlessOpsIO/aws-api-dynamodb-example with Serverless
// Framework 3 and the plugins that the service names, which npm and pip fetch, and starts it by
// lullaby up. Nothing of the service is changed, but for one thing: the queue of the
// branch sqs gets a visibility timeout, since Lambda refuses a mapping whose
// function may run for longer than the queue hides a message.
//
//	go run ./internal/bench/article [-python PATH] DIR
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"lullaby/internal/bench"
	"lullaby/internal/uprun"
)

// branches are those of the service: without a queue, with another library to try
// again, and with a queue.
var branches = []string{"master", "tenacity-retries", "sqs"}

// framework is the version that is the last of those whose templates the plugins know.
const framework = "serverless@3.40.0"

func main() {
	python := flag.String("python", "", "interpreter of the functions: a `path`; if not given, as up chooses")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(context.Background(), flag.Arg(0), *python); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, checkout, python string) error {
	scratch, err := os.MkdirTemp("", "article")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	binary, err := bench.Build(ctx, ".", scratch)
	if err != nil {
		return err
	}
	s := service{checkout: checkout, scratch: scratch, binary: binary, python: python}
	fmt.Println("| branch | POST /item | GET /item/a | in the table |\n|---|---|---|---|")
	for _, branch := range branches {
		row, err := s.try(ctx, branch)
		if err != nil {
			row = "does not run: " + strings.ReplaceAll(err.Error(), "\n", " ") + " | |"
		}
		fmt.Printf("| %s | %s |\n", branch, row)
	}
	return nil
}

type service struct{ checkout, scratch, binary, python string }

// try packages a branch, starts it, and returns what its clients get.
func (s service) try(ctx context.Context, branch string) (row string, err error) {
	dir := filepath.Join(s.scratch, branch)
	if err := s.checkOut(ctx, branch, dir); err != nil {
		return "", err
	}
	if err := s.pack(ctx, dir); err != nil {
		return "", err
	}
	path := filepath.Join(dir, ".serverless", "cloudformation-template-update-stack.json")
	if err := hide(path); err != nil {
		return "", err
	}
	args := []string{"up", path, "--memory", "--http-addr", "127.0.0.1:0", "--aws-addr", "127.0.0.1:0", "--web-addr", "off"}
	if s.python != "" {
		args = append(args, "--python", s.python)
	}
	p, err := uprun.Start(exec.CommandContext(ctx, s.binary, args...))
	if err != nil {
		return "", err
	}
	defer func() { err = join(err, p.Stop()) }()
	post, err := ask(ctx, http.MethodPost, p.HTTP+"/item", `{"_id":"a"}`)
	if err != nil {
		return "", err
	}
	there, err := arrives(ctx, p.AWS)
	if err != nil {
		return "", err
	}
	get, err := ask(ctx, http.MethodGet, p.HTTP+"/item/a", "")
	return fmt.Sprintf("%s | %s | %s", post, get, there), err
}

func join(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// checkOut puts the files of a branch into dir.
func (s service) checkOut(ctx context.Context, branch, dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	archive := filepath.Join(s.scratch, branch+".tar")
	if err := command(ctx, s.checkout, "git", "archive", "-o", archive, "origin/"+branch); err != nil {
		return err
	}
	return command(ctx, dir, "tar", "-xf", archive)
}

// pack packages the service in dir. Its plugin looks for python3.6, which is this
// machine's Python here: it installs what the functions need beside boto3.
func (s service) pack(ctx context.Context, dir string) error {
	python := s.python
	if python == "" {
		python = "python3"
	}
	path, err := exec.LookPath(python)
	if err != nil {
		return err
	}
	shims := filepath.Join(dir, "node_modules", ".shims")
	if err := os.MkdirAll(shims, 0o700); err != nil {
		return err
	}
	shim := fmt.Sprintf("#!/bin/sh\nexec '%s' \"$@\"\n", path)
	if err := os.WriteFile(filepath.Join(shims, "python3.6"), []byte(shim), 0o700); err != nil { //nolint:gosec // it is run
		return err
	}
	const plain = "--no-package-lock --ignore-scripts --no-audit --no-fund --legacy-peer-deps"
	if err := command(ctx, dir, "npm", append([]string{"install", framework}, strings.Fields(plain)...)...); err != nil {
		return err
	}
	return command(ctx, dir, "env", "PATH="+shims+":"+os.Getenv("PATH"), "SLS_TELEMETRY_DISABLED=1", "SLS_NOTIFICATIONS_MODE=off",
		"AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x", filepath.Join("node_modules", ".bin", "serverless"), "package")
}

// command runs a command in dir. The error has what it printed.
func command(ctx context.Context, dir, name string, args ...string) error {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

// aQueue matches a queue in a packaged template, which has no properties in this service.
var aQueue = regexp.MustCompile(`"Type": "AWS::SQS::Queue"`)

// hide gives the queue of a packaged template the least visibility timeout that Lambda
// takes, that of its function.
func hide(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text = aQueue.ReplaceAll(text, []byte(`$0, "Properties": {"VisibilityTimeout": 300}`))
	return os.WriteFile(path, text, 0o600)
}

// ask sends a request and returns the status and the body of its answer.
func ask(ctx context.Context, method, url, body string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	return fmt.Sprintf("%d `%s`", resp.StatusCode, text), err
}

// arrives returns when the item is in the only table, "no" if it is not after ten
// seconds.
func arrives(ctx context.Context, aws string) (string, error) {
	var tables struct{ TableNames []string }
	if err := dynamo(ctx, aws, "ListTables", `{}`, &tables); err != nil {
		return "", err
	}
	if len(tables.TableNames) != 1 {
		return "", fmt.Errorf("tables: %q", tables.TableNames)
	}
	const patience = 10 * time.Second
	for start := time.Now(); time.Since(start) < patience; time.Sleep(50 * time.Millisecond) {
		var found struct{ Item map[string]any }
		in := fmt.Sprintf(`{"TableName":%q,"Key":{"_id":{"S":"a"}},"ConsistentRead":true}`, tables.TableNames[0])
		if err := dynamo(ctx, aws, "GetItem", in, &found); err != nil {
			return "", err
		}
		if found.Item != nil {
			return fmt.Sprintf("after %.1f s", time.Since(start).Seconds()), nil
		}
	}
	return "no", nil
}

// dynamo calls an operation of DynamoDB.
func dynamo(ctx context.Context, aws, operation, in string, out any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, aws, strings.NewReader(in))
	if err != nil {
		return err
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Date", time.Now().UTC().Format("20060102T150405Z"))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("%s: %s: %s", operation, resp.Status, text)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
