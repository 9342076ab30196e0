package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/rogpeppe/go-internal/testscript"
)

func httpInScript(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("http has no opposite")
	}
	fmt.Fprint(ts.Stdout(), httpText(ts, args))
}

// httpText returns the answer to a request.
func httpText(ts *testscript.TestScript, args []string) string {
	var headers []string
	for len(args) > 1 && args[0] == "-H" {
		headers, args = append(headers, args[1]), args[2:]
	}
	if len(args) < 2 {
		ts.Fatalf("usage: http [-H NAME:VALUE]... METHOD URL [BODY]")
	}
	status, header, body, err := try(context.Background(), args[0], args[1], strings.Join(args[2:], " "), headers...)
	ts.Check(err)
	ts.Setenv("LOCATION", header.Get("Location"))
	var text strings.Builder
	fmt.Fprintln(&text, status)
	for _, name := range slices.Sorted(maps.Keys(header)) {
		fmt.Fprintf(&text, "%s: %s\n", name, strings.Join(header[name], ", "))
	}
	fmt.Fprintf(&text, "\n%s\n", body)
	return text.String()
}

// targets are the services of calls, in the header X-Amz-Target.
var targets = map[string]string{
	"dynamodb": "DynamoDB_20120810.", "sqs": "AmazonSQS.", "cloudwatch": "GraniteServiceVersion20100801.", "autoscaling": "AnyScaleFrontendService.",
}

// scopes are the names of the same in signatures, where they differ.
var scopes = map[string]string{"cloudwatch": "monitoring", "autoscaling": "application-autoscaling"}

// callInScript calls the operation of a service whose name is the command.
func callInScript(service string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		text, refused := callOf(ts, service, args)
		if refused != neg {
			ts.Fatalf("%s", text)
		}
		to := ts.Stdout()
		if neg {
			to = ts.Stderr()
		}
		fmt.Fprint(to, text)
	}
}

// callOf returns the answer of an operation, and whether it is a refusal.
func callOf(ts *testscript.TestScript, service string, args []string) (text string, refused bool) {
	if len(args) != 2 {
		ts.Fatalf("usage: %s OPERATION BODY", service)
	}
	body := args[1]
	if file, ok := strings.CutPrefix(body, "@"); ok {
		body = ts.ReadFile(file)
	}
	req, err := http.NewRequest(http.MethodPost, ts.Getenv("AWS"), strings.NewReader(body))
	ts.Check(err)
	req.Header.Set("X-Amz-Target", targets[service]+args[0])
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	keys := aws.Credentials{AccessKeyID: "x", SecretAccessKey: "y"}
	if id := ts.Getenv("AWS_ACCESS_KEY_ID"); id != "" {
		keys = aws.Credentials{AccessKeyID: id, SecretAccessKey: ts.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: ts.Getenv("AWS_SESSION_TOKEN")}
	}
	hash := sha256.Sum256([]byte(body))
	ts.Check(signer.NewSigner().SignHTTP(context.Background(), keys, req, hex.EncodeToString(hash[:]), cmp.Or(scopes[service], service), "us-east-1", time.Now()))
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	ts.Check(err)
	return string(bytes.TrimSpace(answer)) + "\n", resp.StatusCode != http.StatusOK
}

// until repeats a command, since what a queue brings about comes when it comes.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN COMMAND...")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var text string
		if args[1] == "http" {
			text = httpText(ts, args[2:])
		} else {
			text, _ = callOf(ts, args[1], args[2:])
		}
		if pattern.MatchString(text) {
			fmt.Fprint(ts.Stdout(), text)
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("after a minute it is still\n%s", text)
		}
	}
}
