package template

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"lullaby/internal/scripttest"
)

// document is the page with the table of types and properties.
const document = "../docs/templates.md"

// The lines between which the page has what TestDocument writes.
const (
	documentBegins = "<!-- from the code: -update of TestDocument in template -->\n"
	documentEnds   = "<!-- end -->\n"
)

// docs/templates.md has each type and each property that the readers know, as
// they treat it.
func TestDocument(t *testing.T) {
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(text), documentBegins)
	have, after, ended := strings.Cut(rest, documentEnds)
	if !begun || !ended {
		t.Fatalf("%s has no lines %q and %q", document, documentBegins, documentEnds)
	}
	want := documentTables()
	if have == want {
		return
	}
	if *scripttest.Update {
		if err := os.WriteFile(document, []byte(before+documentBegins+want+documentEnds+after), 0o644); err != nil { //nolint:gosec // a document
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s is not what the code does; -update writes it\nhave\n%s\nwant\n%s", document, have, want)
}

// documentTables returns the part of the page that is made from the code.
func documentTables() string {
	var b strings.Builder
	types := newTypeTable()
	b.WriteString("\n| type or part | honoured | accepted, without effect here | left out, and named |\n|---|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(types)) {
		if t := types[name]; t.properties != (properties{}) {
			documentRow(&b, name, t.properties)
		}
	}
	for _, part := range []struct {
		name string
		properties
	}{
		{"an event of type `Api`", apiEvent},
		{"`Auth` of an event of type `Api`", eventAuth},
		{"`Auth` of an event of type `HttpApi`", httpEventAuth},
		{"`Auth` of an AWS::Serverless::Api", samAuth},
		{"`Auth` of an AWS::Serverless::HttpApi", samHTTPAuth},
		{"an event of type `HttpApi`", httpEvent},
		{"an event of type `SQS`", queueEvent},
		{"an event of type `SNS`", topicEvent},
		{"`Auth` of a SAM API", samAuth},
		{"`Auth` of an event of type `Api`", eventAuth},
		{"`FunctionUrlConfig` of a function", functionURLConfig},
		{"`Integration` of a method, `AWS_PROXY`", integration},
		{"`Integration` of a method, `HTTP` and `HTTP_PROXY`", urlIntegration},
		{"`RequestModel` of an event of type `Api`", requestModel},
		{"`UsagePlan` of a SAM API", samUsagePlan},
		{"`MethodSettings`", methodSettings},
		{"`Replicas` of a global table", replicaProperties},
		{"`RouteSettings` of a stage of an HTTP API", routeSettings},
		{"`Integration` of `ApiGatewayManagedOverrides`", overriddenIntegration},
		{"`Stage` of `ApiGatewayManagedOverrides`", overriddenStage},
		{"`StageDescription` of a deployment", stageDescription},
	} {
		documentRow(&b, part.name, part.properties)
	}
	listed := func(intro string, fits func(*resourceType) bool) {
		fmt.Fprintf(&b, "\n%s\n\n", intro)
		for _, name := range slices.Sorted(maps.Keys(types)) {
			if t := types[name]; t.properties == (properties{}) && fits(t) {
				fmt.Fprintf(&b, "- `%s`%s\n", name, documentOnly(t))
			}
		}
	}
	listed("Accepted as a whole, without effect here, or with the effect that is told elsewhere on this page:",
		func(t *resourceType) bool { return !t.skipped })
	listed("Left out and named, with a value for `Ref` and `Fn::GetAtt`; every type that is not on this page is too:",
		func(t *resourceType) bool { return t.skipped })
	return b.String() + "\n"
}

func documentOnly(t *resourceType) string {
	if t.definesOnly == "" {
		return ""
	}
	return " with the id `" + t.definesOnly + "`; others are left out"
}

func documentRow(b *strings.Builder, name string, p properties) {
	cell := func(words string) string {
		all := strings.Fields(words)
		slices.Sort(all)
		return strings.Join(all, ", ")
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s |\n", name, cell(p.honoured), cell(p.silent), cell(p.later))
}

// No property is in two columns, or twice in one.
func TestPropertiesAreOnce(t *testing.T) {
	for name, typ := range newTypeTable() {
		all := strings.Fields(typ.properties.honoured + " " + typ.properties.later + " " + typ.properties.silent)
		slices.Sort(all)
		for i := 1; i < len(all); i++ {
			if all[i] == all[i-1] {
				t.Errorf("%s: %s stands in two columns or twice in one", name, all[i])
			}
		}
	}
}
