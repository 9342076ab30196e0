package request_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/internal/arn"
	"lullaby/internal/shorthand"
	"lullaby/topic/refusal"
	"lullaby/topic/request"
)

var update = flag.Bool("update", false, "write the refusals of scripts")

// A script is a list of requests: a line that begins with an operation's name is a
// request, in shorthand perhaps, and the line that begins with = is what AWS refuses of
// it, code and text, or "=" and nothing. With -update the answers are written down as
// they are; read them.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("scripts %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { runScript(t, file) })
	}
}

func runScript(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var played strings.Builder
	for lines := bufio.NewScanner(strings.NewReader(string(text))); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "=") {
			continue
		}
		played.WriteString(line + "\n")
		if operation, body, _ := strings.Cut(line, " "); operation != "" && operation != "#" {
			played.WriteString("=" + check(t, operation, shorthand.Expand(body)) + "\n")
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(played.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(text), played.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// check returns what AWS refuses of a request, behind a blank.
func check(t *testing.T, operation, body string) string {
	t.Helper()
	var err error
	read := func(in any) {
		if err := json.Unmarshal([]byte(body), in); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
	}
	switch operation {
	case "CreateTopic":
		in := new(request.CreateTopicInput)
		read(in)
		err = in.Check()
	case "SetTopicAttributes":
		in := new(request.SetTopicAttributesInput)
		read(in)
		err = in.Check()
	case "Subscribe":
		in := new(request.SubscribeInput)
		read(in)
		err = in.Check(arn.Scope{})
	case "SetSubscriptionAttributes":
		in := new(request.SetSubscriptionAttributesInput)
		read(in)
		if err = in.Check(); err == nil {
			err = in.CheckFor(request.Protocol(in.SubscriptionArn)) // scripts have the protocol there
		}
	case "Publish":
		in := new(request.PublishInput)
		read(in)
		err = in.Check()
	case "Topic":
		_, _, err = request.ParseTopic(arn.Scope{}, "TopicArn", strings.Trim(body, `"`))
	case "Subscription":
		_, _, _, err = request.ParseSubscription(arn.Scope{}, strings.Trim(body, `"`))
	default:
		t.Fatalf("no operation %q", operation)
	}
	if err == nil {
		return ""
	}
	kind, ok := errors.AsType[refusal.Kind](err)
	if !ok {
		t.Errorf("%v is no refusal", err)
	}
	return " " + kind.Code() + ": " + err.Error()
}
