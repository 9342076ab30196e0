package authorize_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"lullaby/gateway/authorize"
)

const method = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/item/7"

func TestPolicies(t *testing.T) {
	const allow, denied, none = authorize.Allowed, authorize.Denied, authorize.NotAllowed
	tests := []struct {
		name, statements string
		want             authorize.Verdict
	}{
		{"none", `[]`, none},
		{"the method", `[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"` + method + `"}]`, allow},
		{"one that is no list", `{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}`, allow},
		{"another method", `[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/POST/item/7"}]`, none},
		{"a star goes over slashes", `[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*:*:*/prod/*"}]`, allow},
		{"stars in the middle", `[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*/*/GET/*/7"}]`, allow},
		{"a question mark is one character", `[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*/GET/item/?"}]`, allow},
		{"and not two", `[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*/GET/item?/?"}]`, none},
		{"a path in another case", `[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*/GET/Item/7"}]`, none},
		{"actions in any case", `[{"Effect":"Allow","Action":["s3:*","EXECUTE-API:inv*"],"Resource":["*"]}]`, allow},
		{"another action", `[{"Effect":"Allow","Action":"execute-api:ManageConnections","Resource":"*"}]`, none},
		{"a denial wins", `[{"Effect":"Deny","Action":"*","Resource":"*/GET/item/*"},{"Effect":"Allow","Action":"*","Resource":"*"}]`, denied},
		{"behind too", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*/GET/item/*"}]`, denied},
		{"a denial of others", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*/POST/*"}]`, allow},
		{"NotResource", `[{"Effect":"Deny","Action":"*","NotResource":"*/POST/*"}]`, denied},
		{"NotAction", `[{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}]`, allow},
		{"a condition does not allow", `[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]`, none},
		{"and denies", `[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]`, denied},
		{"an empty condition is none", `[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}]`, allow},
	}
	settings := authorize.Settings{Kind: authorize.Request}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := settings.Read([]byte(`{"principalId":"a","policyDocument":{"Statement":` + tt.statements + `}}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := a.Judge(method); got != tt.want {
				t.Errorf("Judge = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAnswersRefused(t *testing.T) {
	policy := func(statement string) string {
		return `{"principalId":"a","policyDocument":{"Statement":[` + statement + `]}}`
	}
	tests := []struct{ payload, want string }{
		{`"Unauthorized"`, "no JSON object"},
		{`{}`, "principalId is no text"},
		{`{"principalId":7,"policyDocument":{"Statement":[]}}`, "principalId is no text"},
		{`{"principalId":"a","policyDocument":{}}`, "policyDocument: Statement[0]: no JSON object"},
		{policy(`{"Effect":"allow","Action":"*","Resource":"*"}`), "policyDocument: Statement[0]: neither Allow nor Deny is the Effect"},
		{policy(`{"Effect":"Allow","Resource":"*"}`), "policyDocument: Statement[0]: one of Action and NotAction is needed"},
		{policy(`{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}`), "policyDocument: Statement[0]: one of Action and NotAction is needed"},
		{policy(`{"Effect":"Allow","Action":"*","Resource":[]}`), "policyDocument: Statement[0]: Resource is neither text nor a list of it"},
		{policy(`{"Effect":"Allow","Action":"*","Resource":7}`), "policyDocument: Statement[0]: Resource is neither text nor a list of it"},
		{policy(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":null}`), "policyDocument: Statement[0]: Condition is null"},
		{`{"principalId":"a","policyDocument":{"Statement":[]},"context":"x"}`, "context: no JSON object"},
		{`{"principalId":"a","principalId":"b","policyDocument":{"Statement":[]}}`, "no JSON object"},
	}
	settings := authorize.Settings{Kind: authorize.Token}
	for _, tt := range tests {
		if _, err := settings.Read([]byte(tt.payload)); err == nil || err.Error() != tt.want {
			t.Errorf("Read(%s) = %v, want %s", tt.payload, err, tt.want)
		}
	}
}

// A pattern matches what the regular expression of the same meaning matches.
func FuzzMatch(f *testing.F) {
	f.Add("arn:*:x/*/GET/?", "arn:aws:x/prod/GET/a")
	f.Add("**a*b?c*", "xxaybzc")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if strings.ContainsFunc(pattern+text, func(r rune) bool { return r > 126 || r < ' ' }) || len(pattern) == 0 || len(text) > 100 {
			return
		}
		quoted, err := json.Marshal(pattern)
		if err != nil {
			t.Fatal(err)
		}
		settings := authorize.Settings{Kind: authorize.Token}
		a, err := settings.Read([]byte(`{"principalId":"a","policyDocument":{"Statement":{"Effect":"Allow","Action":"*","Resource":` + string(quoted) + `}}}`))
		if err != nil {
			t.Fatal(err)
		}
		expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		want := regexp.MustCompile(`\A(?:` + expression + `)\z`).MatchString(text)
		if got := a.Judge(text) == authorize.Allowed; got != want {
			t.Errorf("%q matches %q: %v, want %v", pattern, text, got, want)
		}
	})
}

// No answer of a function makes Read fail in another way than by an error, and
// what it takes can be judged.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"principalId":"a","policyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]},"context":{"a":1}}`), false)
	f.Add([]byte(`{"isAuthorized":true,"context":{"a":[1]}}`), true)
	f.Fuzz(func(t *testing.T, payload []byte, simple bool) {
		settings := authorize.Settings{Kind: authorize.Request, Payload: "2.0", Simple: simple}
		a, err := settings.Read(payload)
		if err != nil {
			return
		}
		a.Judge(method)
		for _, m := range a.Context(true) {
			if !m.Value.IsValid() {
				t.Errorf("context member %q is %s", m.Name, m.Value)
			}
		}
	})
}
