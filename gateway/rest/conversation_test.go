package rest_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/gateway/edge"
	"lullaby/gateway/guard"
	"lullaby/gateway/rest"
	"lullaby/internal/scripttest"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
	"lullaby/template"
	"lullaby/watch/watchtest"
)

// TestConversations plays the conversations in testdata/conversations with the APIs of
// the template of the same name. Their time is virtual, unless they have an HTTP
// endpoint, whose address is BACKEND in the template.
//
//	of API                                 the next requests are to this one
//	METHOD PATH [Name: value]... body      a request; token{...} is one with these claims
//	wait DURATION
//	errors                                 what is counted since the last time
//
// An answer has its status, type of error and body, then a line for each header that
// is not in all answers.
func TestConversations(t *testing.T) {
	scripttest.Each(t, "testdata/conversations/*.txt", func(t *testing.T, file string) {
		text, err := os.ReadFile(strings.TrimSuffix(file, ".txt") + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "BACKEND") {
			synctest.Test(t, func(t *testing.T) { converse(t, file, string(text)) })
			return
		}
		backend := httptest.NewServer(http.HandlerFunc(answerBackend))
		defer backend.Close()
		converse(t, file, strings.ReplaceAll(string(text), "BACKEND", strings.TrimPrefix(backend.URL, "http://")))
	})
}

// A conversation is what clients say to the APIs of a template.
type conversation struct {
	t       *testing.T
	apis    map[string]http.Handler
	of      string // the API
	refused []edge.Refusal
	counted watchtest.Tape
}

func converse(t *testing.T, file, text string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Load(path, template.Options{StackName: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	c := &conversation{t: t, apis: make(map[string]http.Handler), of: tmpl.APIs[0].LogicalID}
	keys := rest.NewKeys(tmpl, false)
	asks := guard.New(guard.Options{
		Functions: telling, Unverified: true, Signing: sigv4.Keys{"AKID": {SecretAccessKey: "secret"}},
	})
	for _, described := range tmpl.APIs {
		c.apis[described.LogicalID] = serving(t, described, telling, rest.Options{
			Keys: keys, Guard: asks, Metrics: &c.counted, Refused: func(r edge.Refusal) { c.refused = append(c.refused, r) },
		})
	}
	scripttest.Answers(t, file, c.play)
}

func (c *conversation) play(command string) []string {
	command = claims.ReplaceAllStringFunc(command, func(found string) string {
		enc := base64.RawURLEncoding
		return enc.EncodeToString([]byte(`{"alg":"none"}`)) + "." + enc.EncodeToString([]byte(strings.TrimPrefix(found, "token"))) + "."
	})
	verb, rest, _ := strings.Cut(command, " ")
	switch verb {
	case "of":
		c.of = rest
		return nil
	case "errors":
		count := make(map[string]int)
		for _, s := range c.counted.Take() {
			if s.Dimension("Stage") == "" && (s.Metric.Name == "Count" || s.Value == 1 && strings.HasSuffix(s.Metric.Name, "Error")) {
				count[s.Metric.Name]++
			}
		}
		return []string{fmt.Sprintf("%d requests, %d 4XXError, %d 5XXError", count["Count"], count["4XXError"], count["5XXError"])}
	case "wait":
		d, err := time.ParseDuration(rest)
		if err != nil {
			c.t.Fatal(err)
		}
		time.Sleep(d)
		return nil
	}
	path, rest, _ := strings.Cut(rest, " ")
	headers := http.Header{}
	for strings.HasPrefix(rest, "[") {
		header, after, _ := strings.Cut(rest[1:], "]")
		name, value, _ := strings.Cut(header, ": ")
		headers.Add(name, value)
		rest = strings.TrimPrefix(after, " ")
	}
	var body io.Reader = http.NoBody
	if rest != "" {
		body = strings.NewReader(rest)
	}
	r := httptest.NewRequest(verb, path, body)
	maps.Copy(r.Header, headers)
	got := serve(c.apis[c.of], r)
	all := []string{strings.TrimSpace(fmt.Sprintf("%d %s %s", got.status, got.get("x-amzn-ErrorType"), got.body))}
	for _, name := range slices.Sorted(maps.Keys(got.header)) {
		switch name {
		case "x-amzn-RequestId", "x-amz-apigw-id", "x-amzn-ErrorType", "X-Amzn-Trace-Id", "Content-Length", "x-amzn-Remapped-Date":
		default:
			if value := got.get(name); name != "Content-Type" || value != "application/json" {
				all = append(all, name+": "+value)
			}
		}
	}
	for _, told := range c.refused {
		all = append(all, strings.TrimSpace(fmt.Sprintf("told: %s %s", told.Response, told.Cause)))
	}
	c.refused = nil
	return all
}

// claims are those of a token in a conversation.
var claims = regexp.MustCompile(`token\{[^}]*\}`)

// telling is a function whose answer's body is what of its event the conversations are
// about.
var telling = invoker{func(_ context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	var event struct {
		Body           *string
		IsBase64       bool `json:"isBase64Encoded"`
		StageVariables map[string]string
		RequestContext struct {
			Identity   struct{ APIKey, APIKeyID, AccessKey, UserARN string }
			Authorizer json.RawMessage
		}
	}
	if in.FunctionName == "judge" {
		return judge(in.Payload)
	}
	if err := json.Unmarshal(in.Payload, &event); err != nil {
		return lambda.InvokeOutput{}, err
	}
	text := in.FunctionName
	if event.Body != nil {
		text += fmt.Sprintf(" got %s base64=%v", *event.Body, event.IsBase64)
	}
	if identity := event.RequestContext.Identity; identity.APIKey != "" {
		text += " from " + identity.APIKey + " " + identity.APIKeyID
	}
	if identity := event.RequestContext.Identity; identity.AccessKey != "" {
		text += " signed by " + identity.AccessKey + " " + identity.UserARN
	}
	if of := event.RequestContext.Authorizer; of != nil {
		text += " by " + string(of)
	}
	result := map[string]any{"statusCode": http.StatusOK, "body": text}
	if event.IsBase64 {
		result["body"], result["isBase64Encoded"] = *event.Body, true
		result["headers"] = map[string]string{"Content-Type": "image/png"}
	}
	payload, err := json.Marshal(result)
	return lambda.InvokeOutput{Payload: payload}, err
}}

// answerBackend is an HTTP endpoint. It answers with what it was asked; /slow does so
// when nobody waits any more, /status/404 with that status, /gone not at all.
func answerBackend(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	switch r.URL.Path {
	case "/slow":
		<-r.Context().Done()
		return
	case "/gone":
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close()
		}
		return
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s", r.Method, r.RequestURI)
	if _, port, err := net.SplitHostPort(r.Host); err != nil || port == "" {
		text.WriteString(" at another host")
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		switch name {
		case "X-Amzn-Trace-Id", "X-Forwarded-Port", "X-Forwarded-Proto", "Content-Length":
		default:
			fmt.Fprintf(&text, " [%s: %s]", name, strings.Join(r.Header[name], ", "))
		}
	}
	w.Header().Set("Server", "backend")
	w.Header().Set("X-Own", "1")
	w.Header().Set("Content-Type", "text/plain")
	switch r.URL.Path {
	case "/status/404":
		w.WriteHeader(http.StatusNotFound)
	case "/status/302":
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusFound)
	}
	fmt.Fprintf(w, "%s %s", text.String(), body)
}

// judge is the function of an authorizer. It does what the token says, of an event of
// either type, and tells what the event is without the values that differ by run.
func judge(payload []byte) (lambda.InvokeOutput, error) {
	var event struct {
		Type, MethodARN, AuthorizationToken string
		Resource, Path, HTTPMethod          string
		Headers, QueryStringParameters      map[string]string
		Body                                json.RawMessage
		RequestContext                      struct{ Path string }
	}
	if err := json.Unmarshal(payload, &event); err != nil {
		return lambda.InvokeOutput{}, err
	}
	does, key, _ := strings.Cut(event.AuthorizationToken+event.Headers["Authorization"], " ")
	resource := event.MethodARN
	effect := "Allow"
	switch does {
	case "all":
		resource = "*"
	case "one":
	case "deny":
		effect = "Deny"
	case "odd":
		return lambda.InvokeOutput{Payload: []byte(`{"isAuthorized":true}`)}, nil
	default:
		text, err := json.Marshal(map[string]string{"errorMessage": does})
		return lambda.InvokeOutput{FunctionError: "Unhandled", Payload: text}, err
	}
	answer, err := json.Marshal(map[string]any{
		"principalId": "ann", "usageIdentifierKey": key,
		"policyDocument": map[string]any{"Statement": []any{map[string]string{"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource}}},
		"context": map[string]any{"type": event.Type, "arn": event.MethodARN, "query": event.QueryStringParameters["key"], "has a body": event.Body != nil,
			"place": strings.Join([]string{event.HTTPMethod, event.Resource, event.Path, event.RequestContext.Path}, " ")},
	})
	return lambda.InvokeOutput{Payload: answer}, err
}
