package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An invocation takes no more of a machine than an operation of DynamoDB's,
// whatever its payload, which is never decoded.
func TestNoInvocationTakesAMachine(t *testing.T) {
	unlessRaced(t)
	dir := t.TempDir()
	template := "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: f, CodeUri: ., Handler: bootstrap, Runtime: provided.al2023}\n"
	for name, text := range map[string]string{"template.yaml": "Transform: AWS::Serverless-2016-10-31\n" + template, "bootstrap": "#!/bin/sh\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil { //nolint:gosec // one of them is a program
			t.Fatal(err)
		}
	}
	p := up(t, dir, "--memory")
	const payload = 6 << 20
	tests := []struct {
		name, function, kind, body string
		status                     int
	}{
		{"objects", "f", "DryRun", many("[", "]", "{}")(payload), http.StatusNoContent},
		{"objects in gzip, which Lambda does not take", "f", "DryRun", string(compressed(t, many("[", "]", "{}")(payload))), http.StatusBadRequest},
		{"levels", "f", "DryRun", strings.Repeat("[", payload/2) + strings.Repeat("]", payload/2), http.StatusBadRequest},
		{"a text", "f", "DryRun", text(`\u0001`)(payload), http.StatusNoContent},
		{"no JSON", "f", "RequestResponse", strings.Repeat(`"`, payload), http.StatusBadRequest},
		{"an event", "f", "Event", many("[", "]", "{}")(payload), http.StatusRequestEntityTooLarge},
		{"too large", "f", "RequestResponse", many("[", "]", "{}")(shapeSize), http.StatusRequestEntityTooLarge},
		{"no function", strings.Repeat("g", 20_000), "RequestResponse", "{}", http.StatusNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := clock(t, p.PID())
			peak(t, p.PID())
			status, _, answer, err := try(t.Context(), "POST", p.AWS+"/2015-03-31/functions/"+tt.function+"/invocations", tt.body, "X-Amz-Invocation-Type:"+tt.kind)
			if err != nil {
				t.Fatal(err)
			}
			took, memory := clock(t, p.PID())-before, peak(t, p.PID())
			if memory > mostMemory || took > noise*mostTime || len(answer) > mostAnswer || status != tt.status {
				t.Errorf("%d MB, %v, status %d, want %d, %d bytes: %.200s", memory>>20, took, status, tt.status, len(answer), answer)
			}
		})
	}
}
