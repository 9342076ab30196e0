package template_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/template"
)

// globals has a section of each type, and resources that extend, replace or
// ignore it.
const globals = `Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: provided.al2023
    Handler: bootstrap
    Timeout: 10
    Architectures: [arm64]
    Environment: {Variables: {AA: global, BB: global}}
  Api:
    Name: shared
    BinaryMediaTypes: [image~1png]
    Variables: {aa: "1"}
Resources:
  Own:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: own
      Timeout: 20
      Environment: {Variables: {BB: own, CC: own}}
      Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}
  Plain:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: plain}
  Some:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [Timeout, Environment]
    Properties: {CodeUri: some}
  None:
    Type: AWS::Serverless::Function
    IgnoreGlobals: "*"
    Properties: {CodeUri: none, Runtime: go1.x, Handler: h}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      BinaryMediaTypes: ["*/*"]
      Variables: {bb: "2"}
`

func TestGlobals(t *testing.T) {
	tmpl := mustLoad(t, globals, template.Options{})
	type function struct {
		Runtime       string
		Timeout       time.Duration
		Architectures []string
		Environment   map[string]string
	}
	got := make([]function, 0, len(tmpl.Functions))
	for _, f := range tmpl.Functions {
		got = append(got, function{f.Runtime, f.Timeout, f.Architectures, f.Environment})
	}
	arm := []string{"arm64"}
	want := []function{
		{"provided.al2023", 20 * time.Second, arm, map[string]string{"AA": "global", "BB": "own", "CC": "own"}},
		{"provided.al2023", 10 * time.Second, arm, map[string]string{"AA": "global", "BB": "global"}},
		{"provided.al2023", 3 * time.Second, arm, nil},
		{"go1.x", 3 * time.Second, nil, nil},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
	implicit, own := tmpl.APIs[0], tmpl.APIs[1]
	if implicit.Name != "shared" || implicit.Stage != "Prod" || !cmp.Equal(implicit.BinaryMediaTypes, []string{"image/png"}) {
		t.Errorf("implicit API = %+v, want what Globals says", implicit)
	}
	if want := []string{"image/png", "*/*"}; !cmp.Equal(own.BinaryMediaTypes, want) {
		t.Errorf("BinaryMediaTypes = %v, want %v: lists are joined, global items first", own.BinaryMediaTypes, want)
	}
	if want := map[string]string{"aa": "1", "bb": "2"}; !cmp.Equal(own.StageVariables, want) {
		t.Errorf("StageVariables = %v, want %v", own.StageVariables, want)
	}
}

// A function in place of a mapping is replaced, not merged.
func TestGlobalsWithFunction(t *testing.T) {
	text := "Conditions: {C: !Equals [a, a]}\nGlobals: {Function: {Environment: {Variables: {AA: b}}}}\n" + samHead + fn +
		"      Environment: !If [C, {Variables: {CC: d}}, {}]\n"
	got := mustLoad(t, text, template.Options{}).Functions[0].Environment
	if want := map[string]string{"CC": "d"}; !cmp.Equal(got, want) {
		t.Errorf("Environment = %v, want %v", got, want)
	}
}

func TestExplicitAPI(t *testing.T) {
	text := samHead + `  Api:
    Type: AWS::Serverless::Api
    Properties: {StageName: !Sub "v${AWS::Region}", Name: shop}
` + fn + `      Events:
        Mine: {Type: Api, Properties: {Path: /mine, Method: get, RestApiId: !Ref Api}}
        Implicit: {Type: Api, Properties: {Path: /mine, Method: get}}
        Other: {Type: Api, Properties: {Path: /x, Method: get, RestApiId: !Ref Rest}}
  Rest: {Type: AWS::ApiGateway::RestApi, Properties: {Name: rest}}
  Deployment: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Rest, StageName: dev}}
`
	tmpl := mustLoad(t, text, template.Options{})
	type api struct {
		LogicalID, Stage string
		Paths            []string
	}
	got := make([]api, 0, len(tmpl.APIs))
	for _, a := range tmpl.APIs {
		s := api{LogicalID: a.LogicalID, Stage: a.Stage}
		for _, r := range a.Routes {
			s.Paths = append(s.Paths, r.Path)
		}
		got = append(got, s)
	}
	want := []api{{"Api", "vus-east-1", []string{"/mine"}}, {"ServerlessRestApi", "Prod", []string{"/mine"}}, {"Rest", "dev", nil}}
	if diff := cmp.Diff(want, got, byPlace); diff != "" {
		t.Errorf("APIs (-want +got):\n%s", diff)
	}
	wantWarnings := []string{"template.yaml:15: left out: events at an API that is not an AWS::Serverless::Api (F)"}
	if diff := cmp.Diff(wantWarnings, warnings(tmpl)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// The role that SAM generates for a function has its policies. So a key whose
// policy names the role, and which the function refers to, is no cycle.
func TestGeneratedRoleIsNoCycle(t *testing.T) {
	text := samHead + fn + "      Environment: {Variables: {KEY: !Ref Key}}\n" +
		"  Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Principal: !GetAtt FRole.Arn}}}\n"
	mustLoad(t, text, template.Options{})
}

func TestSimpleTable(t *testing.T) {
	text := samHead + `  Plain: {Type: AWS::Serverless::SimpleTable}
  Full:
    Type: AWS::Serverless::SimpleTable
    Properties:
      TableName: full
      PrimaryKey: {Name: n, Type: Number}
      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 2}
`
	tmpl := mustLoad(t, text, template.Options{})
	at := func(line int) template.Source { return template.At(template.Pos{File: "template.yaml", Line: line}) }
	want := []*template.Table{
		{
			LogicalID: "Plain", Source: at(3), Name: tmpl.Tables[0].Name, BillingMode: "PAY_PER_REQUEST",
			AttributeDefinitions: []template.AttributeDefinition{{AttributeName: "id", AttributeType: "S"}},
			KeySchema:            []template.KeySchemaElement{{AttributeName: "id", KeyType: "HASH"}},
		},
		{
			LogicalID: "Full", Source: at(4), Name: "full", BillingMode: "PROVISIONED",
			AttributeDefinitions: []template.AttributeDefinition{{AttributeName: "n", AttributeType: "N"}},
			KeySchema:            []template.KeySchemaElement{{AttributeName: "n", KeyType: "HASH"}},
			ReadCapacityUnits:    1, WriteCapacityUnits: 2,
		},
	}
	if diff := cmp.Diff(want, tmpl.Tables, byPlace); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
}

func TestTableInFull(t *testing.T) {
	text := plainHead + `  T:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: full
      AttributeDefinitions: [{AttributeName: at, AttributeType: N}, {AttributeName: id, AttributeType: S}, {AttributeName: by, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}, {AttributeName: at, KeyType: RANGE}]
      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 2}
      GlobalSecondaryIndexes:
        - IndexName: byAt
          KeySchema: [{AttributeName: by, KeyType: HASH}, {AttributeName: at, KeyType: HASH}, {AttributeName: id, KeyType: RANGE}]
          Projection: {ProjectionType: INCLUDE, NonKeyAttributes: [n]}
          ProvisionedThroughput: {ReadCapacityUnits: 3, WriteCapacityUnits: 4}
      LocalSecondaryIndexes:
        - {IndexName: local, KeySchema: [{AttributeName: id, KeyType: HASH}, {AttributeName: by, KeyType: RANGE}], Projection: {ProjectionType: ALL}}
      TimeToLiveSpecification: {Enabled: true, AttributeName: ttl}
      Tags: [{Key: a, Value: b}]
      DeletionProtectionEnabled: true
      TableClass: STANDARD_INFREQUENT_ACCESS
      WarmThroughput: {ReadUnitsPerSecond: 5}
`
	key := func(name, role string) template.KeySchemaElement {
		return template.KeySchemaElement{AttributeName: name, KeyType: role}
	}
	tmpl := mustLoad(t, text, template.Options{})
	at := func(line int) template.Source { return template.At(template.Pos{File: "template.yaml", Line: line}) }
	want := &template.Table{
		LogicalID: "T", Source: at(2), Name: "full",
		AttributeDefinitions: []template.AttributeDefinition{{AttributeName: "at", AttributeType: "N"}, {AttributeName: "id", AttributeType: "S"}, {AttributeName: "by", AttributeType: "S"}},
		KeySchema:            []template.KeySchemaElement{key("id", "HASH"), key("at", "RANGE")},
		BillingMode:          "PROVISIONED", ReadCapacityUnits: 1, WriteCapacityUnits: 2,
		GlobalSecondaryIndexes: []template.Index{{
			Source: at(10), Name: "byAt", KeySchema: []template.KeySchemaElement{key("by", "HASH"), key("at", "HASH"), key("id", "RANGE")},
			ProjectionType: "INCLUDE", NonKeyAttributes: []string{"n"}, ReadCapacityUnits: 3, WriteCapacityUnits: 4,
		}},
		LocalSecondaryIndexes: []template.Index{{
			Source: at(15), Name: "local", KeySchema: []template.KeySchemaElement{key("id", "HASH"), key("by", "RANGE")}, ProjectionType: "ALL",
		}},
		TimeToLive: "ttl", Tags: []template.Tag{{Key: "a", Value: "b"}}, DeletionProtection: true,
		TableClass: "STANDARD_INFREQUENT_ACCESS", WarmThroughput: template.Throughput{Read: 5},
	}
	if diff := cmp.Diff(want, tmpl.Tables[0], byPlace); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	if len(tmpl.Warnings) > 0 {
		t.Errorf("warnings %v", tmpl.Warnings)
	}
}
