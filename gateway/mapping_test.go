package gateway_test

import (
	"strings"
	"testing"

	"lullaby/gateway"
)

func TestParseValue(t *testing.T) {
	for text, want := range map[string]gateway.Value{
		"'a b'":                               {From: gateway.Fixed, Name: "a b"},
		"''":                                  {From: gateway.Fixed},
		"method.request.header.X-A":           {From: gateway.Header, Name: "X-A"},
		"method.request.multivalueheader.X-A": {From: gateway.MultiHeader, Name: "X-A"},
		"method.request.querystring.a.b":      {From: gateway.Query, Name: "a.b"},
		"method.request.multivaluequerystring.ab": {From: gateway.MultiQuery, Name: "ab"},
		"method.request.path.id":                  {From: gateway.Path, Name: "id"},
		"context.identity.sourceIp":               {From: gateway.Context, Name: "identity.sourceIp"},
		"context.authorizer.principalId":          {From: gateway.Context, Name: "authorizer.principalId"},
		"stageVariables.colour":                   {From: gateway.StageVariable, Name: "colour"},
		"integration.response.header.X":           {From: gateway.AnswerHeader, Name: "X"},
	} {
		if got, ok := gateway.ParseValue(text); !ok || got != want {
			t.Errorf("ParseValue(%s) = %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "'", "a", "method.request.body", "method.request.body.a", "method.request.header.", "context.none", "context."} {
		if got, ok := gateway.ParseValue(text); ok {
			t.Errorf("ParseValue(%q) = %v, want none", text, got)
		}
	}
}

// written returns a text with its variables in brackets.
func written(text gateway.Text) string {
	var b strings.Builder
	for _, v := range text {
		switch v.From {
		case gateway.Fixed:
			b.WriteString(v.Name)
		case gateway.Context:
			b.WriteString("[" + v.Name + "]")
		default:
			b.WriteString("[stage " + v.Name + "]")
		}
	}
	return b.String()
}

func TestParseText(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		`{"message":$context.error.messageString}`:      `{"message":[error.messageString]}`,
		"$context.requestId.":                           "[requestId].",
		"${context.stage}x$!{context.stage}":            "[stage]x[stage]",
		"$stageVariables.a$!context.path":               "[stage a][path]",
		"$5 and 10% of #1, $":                           "$5 and 10% of #1, $",
		"<a href='#'>$context.authorizer.claims.sub</a": "<a href='#'>[authorizer.claims.sub]</a",
	} {
		if got, ok := gateway.ParseText(text); !ok || written(got) != want {
			t.Errorf("ParseText(%s) = %s, %v, want %s", text, written(got), ok, want)
		}
	}
	for _, text := range []string{
		"#set($a = 1)", "#if(true)a#end", "$input.body", "$util.escapeJavaScript('a')", "$a", "${a}", "$!a", "## a", "#* a *#", "$context.none", "#{if}(true)",
	} {
		if got, ok := gateway.ParseText(text); ok {
			t.Errorf("ParseText(%s) = %s, want none", text, written(got))
		}
	}
}

// A text without variables is what was written.
func FuzzParseText(f *testing.F) {
	for _, text := range []string{"", "a$context.stage", "$ {", "#", "${context.stage"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := gateway.ParseText(text)
		if !ok {
			return
		}
		fixed := true
		for _, v := range got {
			fixed = fixed && v.From == gateway.Fixed
		}
		if fixed && written(got) != text {
			t.Errorf("ParseText(%q) = %q", text, written(got))
		}
	})
}

func TestRefusalTexts(t *testing.T) {
	for refusal, want := range map[gateway.Refusal]string{
		gateway.NoKey:             `"Forbidden" INVALID_API_KEY DEFAULT_4XX`,
		gateway.TimedOut:          `"Endpoint request timed out" INTEGRATION_TIMEOUT DEFAULT_5XX`,
		gateway.ParametersMissing: `"Missing required request parameters" BAD_REQUEST_PARAMETERS DEFAULT_4XX`,
		gateway.BodyTooLong:       `HTTP content length exceeded 10485760 bytes. `,
		gateway.EventTooLong:      `"Request Too Long" `,
		gateway.BadRequest:        `Bad Request `,
	} {
		if got := refusal.MessageString() + " " + strings.Join(refusal.Customized(), " "); got != want {
			t.Errorf("%s: %s, want %s", refusal.ResponseType(), got, want)
		}
	}
}
