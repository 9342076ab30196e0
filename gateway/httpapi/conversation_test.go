package httpapi_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"lullaby/gateway"
	"lullaby/gateway/authorize"
	"lullaby/gateway/edge"
	"lullaby/gateway/guard"
	"lullaby/gateway/httpapi"
	"lullaby/lambda"
	"lullaby/template"
)

var update = flag.Bool("update", false, "rewrite events and answers in testdata")

// Each testdata/NAME.txtar is a conversation in the first second of 2000: the file
// "door" describes an API or a function URL, and then each "request" has a
// "result" of the function, the "event" that it got, and the client's "answer". A
// result is reused by requests without one. A "judgment" is what the function of
// authorizers answers from there on, and "asked" the event that it gets.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("testdata: %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := txtar.Format(converse(t, txtar.Parse(text)))
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(text), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// converse returns a conversation with the events and answers that it gets.
func converse(t *testing.T, script *txtar.Archive) *txtar.Archive {
	f := &function{}
	out := &txtar.Archive{Comment: script.Comment}
	synctest.Test(t, func(t *testing.T) {
		var door http.Handler
		for i, file := range script.Files {
			switch file.Name {
			case "door":
				door = parseDoor(t, string(file.Data), f)
				out.Files = append(out.Files, file)
			case "judgment":
				f.judgment = strings.TrimSuffix(string(file.Data), "\n")
				out.Files = append(out.Files, file)
			case "request":
				out.Files = append(out.Files, file)
				if i+1 < len(script.Files) && script.Files[i+1].Name == "result" {
					result := script.Files[i+1]
					f.result = strings.TrimSuffix(string(result.Data), "\n")
					out.Files = append(out.Files, result)
				}
				out.Files = append(out.Files, f.exchange(t, door, string(file.Data))...)
			}
		}
	})
	return out
}

// A function is a Lambda with one function. A result that begins with ! is what
// becomes of it instead.
type function struct {
	result string
	event  []byte
	asked  []byte // the event of the authorizer's function

	judgment string   // of the authorizer's function
	show     []string // members of the event that the conversation shows; nil: all
}

func (f *function) Invoke(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	if in.FunctionName == "judge" {
		f.asked = bytes.Clone(in.Payload)
		if f.judgment == "!failed" {
			return lambda.InvokeOutput{FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"no"}`)}, nil
		}
		return lambda.InvokeOutput{Payload: []byte(f.judgment)}, nil
	}
	f.event = bytes.Clone(in.Payload)
	switch f.result {
	case "!failed":
		return lambda.InvokeOutput{FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"no"}`)}, nil
	case "!throttled":
		return lambda.InvokeOutput{}, &lambda.ThrottleError{Function: in.FunctionName}
	case "!missing":
		return lambda.InvokeOutput{}, &lambda.NotFoundError{ARN: "arn"}
	case "!large":
		return lambda.InvokeOutput{}, lambda.ErrRequestTooLarge
	case "!slow":
		<-ctx.Done()
		return lambda.InvokeOutput{}, context.Cause(ctx)
	}
	return lambda.InvokeOutput{StatusCode: http.StatusOK, Payload: []byte(f.result)}, nil
}

// exchange sends a request and returns its event, if there is one, and the answer.
func (f *function) exchange(t *testing.T, door http.Handler, request string) []txtar.File {
	t.Helper()
	f.event, f.asked = nil, nil
	begun := time.Now()
	w := httptest.NewRecorder()
	door.ServeHTTP(w, parseRequest(t, request))
	var files []txtar.File
	if f.asked != nil {
		files = append(files, txtar.File{Name: "asked", Data: pretty(t, f.asked)})
	}
	if event := f.shown(t); event != nil {
		files = append(files, txtar.File{Name: "event", Data: pretty(t, event)})
	}
	var b strings.Builder
	if took := time.Since(begun); took > 0 {
		fmt.Fprintf(&b, "after %v\n", took)
	}
	fmt.Fprintf(&b, "%d %s\n", w.Code, http.StatusText(w.Code))
	for _, name := range slices.Sorted(maps.Keys(w.Header())) {
		for _, value := range w.Header()[name] {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	if w.Body.Len() > 0 {
		fmt.Fprintf(&b, "\n%s\n", w.Body.String())
	}
	return append(files, txtar.File{Name: "answer", Data: hide([]byte(b.String()))})
}

// shown returns what the conversation shows of the event, nil if that is nothing.
func (f *function) shown(t *testing.T) []byte {
	t.Helper()
	if f.event == nil || f.show == nil {
		return f.event
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(f.event, &all); err != nil {
		t.Fatalf("event %s: %v", f.event, err)
	}
	for name := range all {
		if !slices.Contains(f.show, name) {
			delete(all, name)
		}
	}
	if len(all) == 0 {
		return nil
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// parseDoor makes an API, or a function URL, from lines such as "route GET /pets".
// "show" names the members of events that the conversation shows.
func parseDoor(t *testing.T, text string, f *function) http.Handler {
	t.Helper()
	api := &template.HTTPAPI{ID: "a1b2c3d4e5", Name: "pets", Stage: "$default"}
	var url *template.FunctionURL
	opts := httpapi.Options{Guard: guard.New(guard.Options{Functions: f, Unverified: true})}
	authorizers := map[string]*template.Authorizer{}
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "":
		case "show":
			f.show = strings.Split(rest, ",")
		case "stage":
			api.Stage = rest
		case "variable":
			if api.StageVariables == nil {
				api.StageVariables = map[string]string{}
			}
			name, value, _ := strings.Cut(rest, "=")
			api.StageVariables[name] = value
		case "route":
			api.Routes = append(api.Routes, parseRoute(t, rest, authorizers))
		case "cors":
			api.CORS = parseCORS(t, rest)
		case "authorizer":
			authorizers[strings.Fields(rest)[0]] = parseAuthorizer(t, rest)
		case "throttle":
			n, err := strconv.ParseInt(rest, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			opts.Throttle = edge.NewThrottle(gateway.Limits{RequestsPerSecond: n, Burst: n})
		case "url":
			url = &template.FunctionURL{ID: "abcdefghijklmnopqrstuvwxyz012345", Function: "pets", IAM: rest == "iam", Stream: rest == "stream"}
		default:
			t.Fatalf("door: %q", line)
		}
	}
	if url != nil {
		url.CORS = api.CORS
		return httpapi.NewURL(url, f, opts)
	}
	made, err := httpapi.New(api, f, opts)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// parseRoute reads "METHOD PATH", "$default" and the settings behind it: payload=,
// timeout=, burst=, asks= (an authorizer, or iam) and scope=.
func parseRoute(t *testing.T, text string, authorizers map[string]*template.Authorizer) *template.Route {
	t.Helper()
	words := strings.Fields(text)
	r := &template.Route{Source: template.At(template.Pos{File: "template.yaml", Line: 1}), Path: words[0], Function: "pets", Payload: "2.0"}
	if words = words[1:]; r.Path != "$default" {
		r.Method, r.Path, words = r.Path, words[0], words[1:]
	}
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		var err error
		switch name {
		case "payload":
			r.Payload = value
		case "asks":
			r.Authorization = &template.Authorization{Authorizer: authorizers[value]}
		case "scope":
			r.Authorization.Scopes = append(r.Authorization.Scopes, value)
		case "timeout":
			r.Timeout, err = time.ParseDuration(value)
		case "burst":
			r.Limits = new(gateway.MethodLimits)
			r.Limits.Burst, err = strconv.ParseInt(value, 10, 64)
		default:
			t.Fatalf("route: %q", word)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// parseAuthorizer reads "NAME" and the settings behind it: payload= or jwt, simple,
// ttl= and source=.
func parseAuthorizer(t *testing.T, text string) *template.Authorizer {
	t.Helper()
	words := strings.Fields(text)
	a := &template.Authorizer{Name: words[0], Settings: authorize.Settings{Kind: authorize.Request, Function: "judge"}}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		var err error
		switch name {
		case "jwt":
			a.Settings = authorize.Settings{Kind: authorize.JWT, Issuers: []string{"idp"}, Audience: []string{"app"}}
		case "payload":
			a.Settings.Payload = value
		case "simple":
			a.Settings.Simple = true
		case "ttl":
			a.Settings.TTL, err = time.ParseDuration(value)
		case "source":
			source, ok := authorize.ParseSource(value)
			if !ok {
				t.Fatalf("source: %q", value)
			}
			a.Settings.Sources = append(a.Settings.Sources, source)
		default:
			t.Fatalf("authorizer: %q", word)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func parseCORS(t *testing.T, text string) *template.CORS {
	t.Helper()
	c := new(template.CORS)
	for word := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(word, "=")
		list := strings.Split(value, ",")
		switch name {
		case "origins":
			c.Origins = list
		case "methods":
			c.Methods = list
		case "headers":
			c.Headers = list
		case "exposed":
			c.Exposed = list
		case "credentials":
			c.Credentials = true
		case "age":
			age, err := time.ParseDuration(value)
			if err != nil {
				t.Fatal(err)
			}
			c.MaxAge = &age
		default:
			t.Fatalf("cors: %q", word)
		}
	}
	return c
}

// parseRequest reads a request in HTTP/1.1, written with plain newlines. Its last
// newline is not of the body, whose length is found.
func parseRequest(t *testing.T, text string) *http.Request {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	body = strings.TrimSuffix(body, "\n")
	head = strings.TrimSuffix(head, "\n")
	if body != "" {
		head += "\nContent-Length: " + strconv.Itoa(len(body))
	}
	wire := strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire)))
	if err != nil {
		t.Fatal(err)
	}
	r.RemoteAddr = "192.0.2.1:51234"
	return r
}

// pretty indents an event and replaces its random parts.
func pretty(t *testing.T, event []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, event, "", "  "); err != nil {
		t.Fatalf("event %s: %v", event, err)
	}
	return hide(append(b.Bytes(), '\n'))
}

// random matches the parts of events and answers that differ between runs.
var random = []struct {
	form *regexp.Regexp
	text string
}{
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), `UUID`},
	{regexp.MustCompile(`([^A-Za-z0-9_-])[A-Za-z0-9_-]{15}=(["\n])`), `${1}ID=$2`},
	// 386d4380 is the first second of 2000, when a synctest bubble begins.
	{regexp.MustCompile(`Root=1-386d43[0-9a-f]{2}-[0-9a-f]{24}`), `Root=1-386d4380-RANDOM`},
	{regexp.MustCompile(`Parent=[0-9a-f]{16}`), `Parent=RANDOM`},
}

func hide(text []byte) []byte {
	for _, r := range random {
		text = r.form.ReplaceAll(text, []byte(r.text))
	}
	return text
}
