package template_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/template"
)

// rest is an API of plain CloudFormation, to which tests add.
const rest = plainHead + `  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f, Code: f, Handler: h, Runtime: provided.al2023}}
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: api, BinaryMediaTypes: [image/png]}}
  Item: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: item}}
  Id: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !Ref Item, PathPart: "{id}"}}
  Deployment: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api}}
  Stage: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: live, Variables: {aa: b}}}
`

// uri invokes function f.
const uri = `!Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"`

func method(id, at, verb, integration string) string {
	return "  " + id + ": {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, ResourceId: " + at + ", HttpMethod: " + verb +
		", Integration: {" + integration + "}}}\n"
}

func TestRestAPI(t *testing.T) {
	text := rest +
		method("Root", "!GetAtt Api.RootResourceId", "ANY", "Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: "+uri) +
		method("Get", "!Ref Id", "GET", "Type: AWS_PROXY, IntegrationHttpMethod: POST, TimeoutInMillis: 50, Uri: "+uri)
	tmpl := mustLoad(t, text, template.Options{})
	at := func(line int) template.Source { return template.At(template.Pos{File: "template.yaml", Line: line}) }
	want := []*template.API{{
		LogicalID: "Api", Source: at(3), ID: tmpl.APIs[0].ID, Name: "api", Stage: "live",
		StageVariables: map[string]string{"aa": "b"}, BinaryMediaTypes: []string{"image/png"},
		Routes: []*template.Route{
			{Source: at(8), Method: "ANY", Path: "/", Function: "f", Timeout: 29 * time.Second},
			{Source: at(9), Method: "GET", Path: "/item/{id}", Function: "f", Timeout: 50 * time.Millisecond},
		},
	}}
	if diff := cmp.Diff(want, tmpl.APIs, byPlace); diff != "" {
		t.Errorf("APIs (-want +got):\n%s", diff)
	}
	if got := warnings(tmpl); got != nil {
		t.Errorf("warnings = %q, want none", got)
	}
}

func TestRestAPIWarnings(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"integration of a service", method("M", "!Ref Item", "GET", "Type: AWS, Uri: 'arn:aws:apigateway:r:s3:path/x'"), "8: not run yet: integrations of type AWS (M)"},
		{"not POST", method("M", "!Ref Item", "GET", "Type: AWS_PROXY, IntegrationHttpMethod: GET, Uri: "+uri), `8: IntegrationHttpMethod "GET": Lambda takes POST only, AWS answers with 500 (M)`},
		{"another function", method("M", "!Ref Item", "GET", "Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: 'arn:aws:apigateway:r:lambda:path/2015-03-31/functions/arn:aws:lambda:r:a:function:g/invocations'"), "8: left out: methods whose Uri names no function of this template (M)"},
		{"no function", method("M", "!Ref Item", "GET", "Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: 'arn:aws:apigateway:r:s3:path/x'"), "8: left out: methods whose Uri names no function of this template (M)"},
		{"second stage", "  Second: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: next}}\n", "8: Second: stage next of Api was left out: only the first, live, is run"},
		{"stage settings", "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Other, StageName: next, StageDescription: {CachingEnabled: true}}}\n  Other: {Type: AWS::ApiGateway::RestApi, Properties: {Name: o}}\n", "8: not run yet: CachingEnabled (Other)"},
		{"body in S3", "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Other, StageName: next}}\n  Other: {Type: AWS::ApiGateway::RestApi, Properties: {BodyS3Location: {Bucket: b}}}\n", "9: not run yet: BodyS3Location (Other)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := warnings(mustLoad(t, rest+tt.text, template.Options{}))
			if want := []string{"template.yaml:" + tt.want}; !cmp.Equal(got, want) {
				t.Errorf("warnings:\n got %q\nwant %q", got, want)
			}
		})
	}
}

func TestRestAPIErrors(t *testing.T) {
	proxy := "Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: " + uri
	tests := []struct{ name, text, want string }{
		{"lower case", method("M", "!Ref Item", "get", proxy), `8: M: HttpMethod must be one of [ANY DELETE GET HEAD OPTIONS PATCH POST PUT], not "get"`},
		{"no integration", "  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, ResourceId: !Ref Item, HttpMethod: GET}}\n", "8: M: Integration is missing"},
		{"no integration type", method("M", "!Ref Item", "GET", ""), "8: M: Integration.Type is missing"},
		{"no Uri", method("M", "!Ref Item", "GET", "Type: AWS_PROXY, IntegrationHttpMethod: POST"), "8: M: Integration.Uri is missing"},
		{"no URL", method("M", "!Ref Item", "GET", "Type: HTTP_PROXY, IntegrationHttpMethod: GET, Uri: 'ftp://x/{id}'"), `8: M: Integration.Uri: Invalid HTTP endpoint specified for URI: "ftp://x/{id}"`},
		{"no resource", method("M", "abc", "GET", proxy), "8: M: ResourceId leads to no root of Api"},
		{"resource of another API", method("M", "!GetAtt Other.RootResourceId", "GET", proxy) + "  Other: {Type: AWS::ApiGateway::RestApi, Properties: {Name: o}}\n", "8: M: ResourceId leads to no root of Api"},
		{"no API", "  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: abc}}\n", "8: M: RestApiId is no API of this template"},
		{"API without name", "  Other: {Type: AWS::ApiGateway::RestApi}\n", "8: Other: Name is missing"},
		{"resource without part", "  R: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !Ref Item}}\n" + method("M", "!Ref R", "GET", proxy), "8: R: PathPart is missing"},
		{"same route", method("M", "!Ref Item", "GET", proxy) + method("N", "!Ref Item", "GET", proxy), `9: GET "/item" of Api has a route already, on line 8`},
		{"stage of nothing", "  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: abc, StageName: x}}\n", "8: S: RestApiId is no API of this template"},
		{"no code", "  G: {Type: AWS::Lambda::Function, Properties: {Handler: h, Runtime: provided.al2023}}\n", "8: G: Code is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, rest+tt.text, template.Options{})
			if got, want := problems(t, err), []string{"template.yaml:" + tt.want}; !cmp.Equal(got, want) {
				t.Errorf("Load:\n got %q\nwant %q", got, want)
			}
		})
	}
}
