package template_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/internal/arn"
	"lullaby/template"
)

// load loads a template from text. It has a directory of its own, so that
// messages name it "template.yaml".
func load(t *testing.T, text string, opts template.Options) (*template.Template, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("template.yaml", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if opts.StackName == "" {
		opts.StackName = "shop"
	}
	return template.Load("template.yaml", opts)
}

// mustLoad loads a template without errors.
func mustLoad(t *testing.T, text string, opts template.Options) *template.Template {
	t.Helper()
	tmpl, err := load(t, text, opts)
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	return tmpl
}

// byPlace compares the sources of shapes by their places.
var byPlace = cmp.Transformer("Pos", func(s template.Source) template.Pos { return s.Pos() })

func warnings(tmpl *template.Template) []string {
	var all []string //nolint:prealloc // nil when there is none
	for _, w := range tmpl.Warnings {
		all = append(all, w.String())
	}
	return all
}

const sam = `AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Writes:
    Type: Number
    Default: 5
Globals:
  Function:
    Timeout: 28
    MemorySize: 256
    Runtime: provided.al2023
    Environment:
      Variables:
        TABLE: !Ref Items
        DEBUG: true
Resources:
  Items:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${AWS::StackName}-items"
      AttributeDefinitions:
        - { AttributeName: _id, AttributeType: S }
        - { AttributeName: at, AttributeType: N }
      KeySchema:
        - { AttributeName: _id, KeyType: HASH }
        - { AttributeName: at, KeyType: RANGE }
      ProvisionedThroughput:
        ReadCapacityUnits: 10
        WriteCapacityUnits: !Ref Writes
  Put:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: go1.x
    Properties:
      CodeUri: put/
      Handler: bootstrap
      MemorySize: 512
      Architectures: [arm64]
      ReservedConcurrentExecutions: 0
      Environment:
        Variables:
          ONE: 1
      Events:
        Put:
          Type: Api
          Properties: { Path: /item, Method: post, TimeoutInMillis: 3000 }
        Any:
          Type: Api
          Properties: { Path: "/files/{proxy+}", Method: any }
Outputs:
  Url:
    Description: where it answers
    Value: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${ServerlessRestApi.Stage}/"
`

func TestLoadSAM(t *testing.T) {
	got := mustLoad(t, sam, template.Options{})
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	at := func(line int) template.Source { return template.At(template.Pos{File: "template.yaml", Line: line}) }
	none := 0
	want := &template.Template{
		Scope:     arn.Scope{}.WithDefaults(),
		Path:      "template.yaml",
		StackName: "shop",
		Functions: []*template.Function{{
			LogicalID: "Put", Source: at(30), Name: got.Functions[0].Name,
			Runtime: "provided.al2023", Handler: "bootstrap",
			CodeURI: dir + "/put", BuildMethod: "go1.x",
			Architectures: []string{"arm64"}, MemorySize: 512, Timeout: 28 * time.Second,
			Environment:         map[string]string{"TABLE": "shop-items", "DEBUG": "true", "ONE": "1"},
			ReservedConcurrency: &none,
		}},
		Tables: []*template.Table{{
			LogicalID: "Items", Source: at(17), Name: "shop-items",
			AttributeDefinitions: []template.AttributeDefinition{{AttributeName: "_id", AttributeType: "S"}, {AttributeName: "at", AttributeType: "N"}},
			KeySchema:            []template.KeySchemaElement{{AttributeName: "_id", KeyType: "HASH"}, {AttributeName: "at", KeyType: "RANGE"}},
			BillingMode:          "PROVISIONED", ReadCapacityUnits: 10, WriteCapacityUnits: 5,
		}},
		APIs: []*template.API{{
			LogicalID: "ServerlessRestApi", Source: at(44), ID: got.APIs[0].ID, Name: "shop", Stage: "Prod",
			Routes: []*template.Route{
				{Source: at(44), Method: "POST", Path: "/item", Function: got.Functions[0].Name, Timeout: 3 * time.Second},
				{Source: at(47), Method: "ANY", Path: "/files/{proxy+}", Function: got.Functions[0].Name, Timeout: 29 * time.Second},
			},
		}},
		Outputs: []template.Output{{
			Source: at(51), Name: "Url", Description: "where it answers",
			Value: "https://" + got.APIs[0].ID + ".execute-api.us-east-1.amazonaws.com/Prod/",
		}},
	}
	if diff := cmp.Diff(want, got, byPlace); diff != "" {
		t.Errorf("Load (-want +got):\n%s", diff)
	}
}

func TestLoadIsDeterministic(t *testing.T) {
	a, b := mustLoad(t, sam, template.Options{}), mustLoad(t, sam, template.Options{})
	if a.Functions[0].Name != b.Functions[0].Name || a.APIs[0].ID != b.APIs[0].ID {
		t.Errorf("names differ from start to start: %s %s, %s %s", a.Functions[0].Name, b.Functions[0].Name, a.APIs[0].ID, b.APIs[0].ID)
	}
	c := mustLoad(t, sam, template.Options{StackName: "other"})
	if a.Functions[0].Name == c.Functions[0].Name || a.APIs[0].ID == c.APIs[0].ID {
		t.Errorf("two stacks share names: %s, %s", a.Functions[0].Name, a.APIs[0].ID)
	}
}

func TestLoadRefusesOptions(t *testing.T) {
	tests := []struct {
		name string
		opts template.Options
		want string
	}{
		{"account", template.Options{Scope: arn.Scope{Account: "12"}}, `account id "12" is not 12 digits`},
		{"region", template.Options{Scope: arn.Scope{Region: "nowhere"}}, `region "nowhere" is not a name such as us-east-1`},
		{"stack", template.Options{StackName: "1st"}, `stack name "1st": it takes letters, digits and hyphens, a letter first, at most 128`},
		{"parameter", template.Options{Parameters: map[string]string{"Reads": "1"}}, `template.yaml:1: the template has no parameter "Reads"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := load(t, sam, tt.opts); err == nil || err.Error() != tt.want {
				t.Errorf("Load = %v, want %s", err, tt.want)
			}
		})
	}
}

func TestLoadMissingFile(t *testing.T) {
	_, err := template.Load("nowhere.yaml", template.Options{StackName: "shop"})
	var broken *template.Error
	if !errors.Is(err, os.ErrNotExist) || errors.As(err, &broken) {
		t.Errorf("Load of a missing file = %v, want an error that is not the template's", err)
	}
}
