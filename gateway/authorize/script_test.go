package authorize_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lullaby/gateway/authorize"
	"lullaby/instant"
)

// A script of testdata has one authorizer at a time and the requests that come
// to it in virtual time. A space in a value is written \s.
//
//	authorizer kind=token|request source=EXPR ttl=DURATION [validation=REGEXP] [payload=V] [simple]
//	answers JSON                what its function answers from here on
//	at T METHOD PATH [Header=VALUE] [?name=VALUE] [stageVariable:VALUE]
//	=> RESULT                   Unauthorized, or asked|kept and the verdict or error
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts (%v)", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { play(t, file) })
	}
}

func play(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var (
		settings authorize.Settings
		cache    *authorize.Cache
		answer   string
		got      string
	)
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "", "#":
		case "authorizer":
			settings, cache = readSettings(t, rest), new(authorize.Cache)
		case "answers":
			answer = rest
		case "at":
			got = ask(t, &settings, cache, answer, strings.Fields(rest))
		case "=>":
			if got != rest {
				t.Errorf("%s:%d: %s, want %s", file, n, got, rest)
			}
		default:
			t.Fatalf("%s:%d: unknown %q", file, n, word)
		}
	}
}

func readSettings(t *testing.T, text string) (s authorize.Settings) {
	t.Helper()
	for field := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(strings.ReplaceAll(field, `\s`, " "), "=")
		var err error
		switch name {
		case "kind":
			s.Kind = map[string]authorize.Kind{"token": authorize.Token, "request": authorize.Request}[value]
		case "source":
			source, ok := authorize.ParseSource(value)
			if !ok {
				t.Fatalf("source %s", value)
			}
			s.Sources = append(s.Sources, source)
		case "ttl":
			s.TTL, err = time.ParseDuration(value)
		case "validation":
			s.Validation, err = authorize.ParseValidation(value)
		case "payload":
			s.Payload = value
		case "simple":
			s.Simple = true
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// values are the parts of a request that a script has.
type values struct{ headers, query, context, variables map[string]string }

func (v values) Header(name string) string        { return v.headers[strings.ToLower(name)] }
func (v values) QueryString(name string) string   { return v.query[name] }
func (v values) Context(name string) string       { return v.context[name] }
func (v values) StageVariable(name string) string { return v.variables[name] }

// ask does with a request what package guard does with it.
func ask(t *testing.T, s *authorize.Settings, cache *authorize.Cache, answer string, fields []string) string {
	t.Helper()
	after, err := time.ParseDuration(fields[0])
	if err != nil {
		t.Fatal(err)
	}
	now := instant.Of(time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)).Add(after)
	v := values{map[string]string{}, map[string]string{}, map[string]string{"httpMethod": fields[1]}, map[string]string{}}
	for _, field := range fields[3:] {
		field = strings.ReplaceAll(field, `\s`, " ")
		if name, value, ok := strings.Cut(field, ":"); ok {
			v.variables[name] = value
		} else if name, value, _ := strings.Cut(field, "="); strings.HasPrefix(name, "?") {
			v.query[name[1:]] = value
		} else {
			v.headers[strings.ToLower(name)] = value
		}
	}
	identity, ok := s.Identify(v)
	if !ok {
		return "Unauthorized"
	}
	how, a := "kept", cache.Find(now, identity)
	if a == nil {
		how = "asked"
		if a, err = s.Read([]byte(answer)); err != nil {
			return how + " " + err.Error()
		}
		cache.Keep(now, s.TTL, identity, a)
	}
	switch a.Judge("arn:aws:execute-api:us-east-1:123456789012:api/prod/" + fields[1] + fields[2]) {
	case authorize.Allowed:
		return how + " Allowed " + caller(a, s.Payload == "")
	case authorize.Denied:
		return how + " Denied"
	default:
		return how + " NotAllowed"
	}
}

func caller(a *authorize.Answer, asText bool) string {
	context := a.Context(asText)
	members := make([]string, 0, len(context))
	for _, m := range context {
		members = append(members, fmt.Sprintf("%q:%s", m.Name, m.Value))
	}
	principal := a.Principal
	if principal == "" {
		principal = "-"
	}
	return principal + " {" + strings.Join(members, ",") + "}"
}
