package template_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/internal/arn"
	"lullaby/template"
)

// serverlessProject creates a directory in which serverless package has run,
// with the given files by path and the template that it has written.
func serverlessProject(t *testing.T, files map[string]string) (dir, path string) {
	t.Helper()
	text, err := os.ReadFile("testdata/serverless/cloudformation-template-update-stack.json")
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "items")
	path = filepath.Join(dir, ".serverless", "cloudformation-template-update-stack.json")
	write := func(path, text string) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(path, string(text))
	for name, text := range files {
		write(filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	return dir, path
}

func TestLoadServerless(t *testing.T) {
	dir, path := serverlessProject(t, map[string]string{".serverless/items.zip": ""})
	got, err := template.Load(path, template.Options{})
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	at := func(line int) template.Source { return template.At(template.Pos{File: path, Line: line}) }
	reserved := 100
	want := &template.Template{
		Scope: arn.Scope{}.WithDefaults(),
		Path:  path, StackName: "items",
		Functions: []*template.Function{{
			LogicalID: "PutItemLambdaFunction", Source: at(57), Name: "items-dev-putItem",
			Runtime: "provided.al2023", Handler: "bootstrap", CodeURI: filepath.Join(dir, ".serverless", "items.zip"),
			Architectures: []string{"arm64"}, MemorySize: 1024, Timeout: 6 * time.Second,
			Environment:         map[string]string{"TABLE_NAME": got.Tables[0].Name, "LIMIT": "1", "GREETING": "\U0001F44B \\/ ä"},
			ReservedConcurrency: &reserved,
			Grants:              []template.Grant{{Table: "Items", Write: true}},
			Services:            []string{"dynamodb"},
		}},
		Tables: []*template.Table{{
			LogicalID: "Items", Source: at(187), Name: got.Tables[0].Name, BillingMode: "PROVISIONED",
			AttributeDefinitions: []template.AttributeDefinition{{AttributeName: "_id", AttributeType: "S"}},
			KeySchema:            []template.KeySchemaElement{{AttributeName: "_id", KeyType: "HASH"}},
			ReadCapacityUnits:    5, WriteCapacityUnits: 5,
		}},
		Queues: []*template.Queue{{LogicalID: "Queue", Source: at(195), Name: got.Queues[0].Name, Attributes: map[string]string{}}},
		APIs: []*template.API{{
			LogicalID: "ApiGatewayRestApi", Source: at(87), ID: got.APIs[0].ID, Name: "dev-items", Stage: "dev",
			Routes: []*template.Route{{Source: at(140), Method: "POST", Path: "/item", Function: "items-dev-putItem", Timeout: 29 * time.Second}},
			Mocks: []*template.Mock{{
				Source: at(111), Method: "OPTIONS", Path: "/item/{_id}", Status: 200,
				Headers: map[string]string{"Access-Control-Allow-Origin": "*"},
			}},
		}},
		Outputs: []template.Output{
			{Source: at(198), Name: "ServerlessDeploymentBucketName", Value: got.Outputs[0].Value},
			{
				Source: at(202), Name: "PutItemLambdaFunctionQualifiedArn", Description: "Current Lambda function version",
				Value: "arn:aws:lambda:us-east-1:123456789012:function:items-dev-putItem:1",
			},
			{
				Source: at(206), Name: "ServiceEndpoint", Description: "URL of the service endpoint",
				Value: "https://" + got.APIs[0].ID + ".execute-api.us-east-1.amazonaws.com/dev",
			},
		},
	}
	if diff := cmp.Diff(want, got, byPlace); diff != "" {
		t.Errorf("Load (-want +got):\n%s", diff)
	}
}

func TestServerlessArtifact(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"package", map[string]string{".serverless/items.zip": ""}, ".serverless/items.zip"},
		{"built beforehand", map[string]string{
			"build/put.zip":                     "",
			".serverless/serverless-state.json": `{"service": {"functions": {"putItem": {"name": "items-dev-putItem", "package": {"artifact": "build/put.zip"}}}}}`,
		}, "build/put.zip"},
		{"built beforehand for all", map[string]string{
			"build/all.zip":                     "",
			".serverless/serverless-state.json": `{"service": {"package": {"artifact": "build/all.zip"}, "functions": {"other": {"name": "items-dev-other"}}}}`,
		}, "build/all.zip"},
		{"damaged state", map[string]string{".serverless/serverless-state.json": `{"service": [`, ".serverless/items.zip": ""}, ".serverless/items.zip"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, path := serverlessProject(t, tt.files)
			tmpl, err := template.Load(path, template.Options{})
			if err != nil {
				t.Fatalf("Load = %v", err)
			}
			if got, want := tmpl.Functions[0].CodeURI, filepath.Join(dir, filepath.FromSlash(tt.want)); got != want {
				t.Errorf("CodeURI = %q, want %q", got, want)
			}
		})
	}
}

func TestServerlessWithoutArtifact(t *testing.T) {
	_, path := serverlessProject(t, nil)
	tmpl, err := template.Load(path, template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = tmpl.Runnable()
	var broken *template.Error
	want := path + `:60: PutItemLambdaFunction: Code is an object in S3, and no .serverless beside it holds "items.zip"; point it at a local directory or zip file`
	if !errors.As(err, &broken) || !broken.Unsupported || err.Error() != want {
		t.Errorf("Runnable:\n got %v\nwant %s", err, want)
	}
}

// Errors in JSON files use JSON's words and have their place.
func TestBrokenJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("template.json", []byte("{\n  \"Resources\": {\n    \"A\": {\"Type\": 'x'}\n  }\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := template.Load("template.json", template.Options{StackName: "shop"})
	if want := `template.json:3: JSON: invalid character '\'' looking for beginning of value`; err == nil || err.Error() != want {
		t.Errorf("Load = %v, want %s", err, want)
	}
}
