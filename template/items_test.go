package template_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/template"
)

// The article's service loads to exactly these functions, this table and this
// API, without warnings.
func TestLoadItems(t *testing.T) {
	path := filepath.Join("..", "items", "template.yaml")
	got, err := template.Load(path, template.Options{})
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	if len(got.Functions) != 2 || len(got.APIs) != 1 {
		t.Fatalf("%d functions and %d APIs, want 2 and 1", len(got.Functions), len(got.APIs))
	}
	items, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	at := func(line int) template.Source { return template.At(template.Pos{File: path, Line: line}) }
	put, get, id := got.Functions[0].Name, got.Functions[1].Name, got.APIs[0].ID
	function := func(logicalID, name, dir string, line int, grant template.Grant) *template.Function {
		return &template.Function{
			LogicalID: logicalID, Source: at(line), Name: name,
			Runtime: "provided.al2023", Handler: "bootstrap", Architectures: []string{"arm64"}, BuildMethod: "go1.x",
			CodeURI:    filepath.Join(items, dir),
			MemorySize: 256, LogFormat: "JSON", LogLevel: "INFO", Timeout: 30 * time.Second,
			Environment: map[string]string{"TABLE_NAME": "items-table", "RETRY_MODE": "aware", "MAX_ATTEMPTS": "0"},
			Grants:      []template.Grant{grant},
		}
	}
	want := &template.Template{
		Path: path, StackName: "items",
		Functions: []*template.Function{
			function("PutItem", put, "put-item", 45, template.Grant{Table: "Items", Write: true}),
			function("GetItem", get, "get-item", 64, template.Grant{Table: "Items", Read: true}),
		},
		Tables: []*template.Table{{
			LogicalID: "Items", Source: at(83), Name: "items-table", BillingMode: "PROVISIONED",
			AttributeDefinitions: []template.AttributeDefinition{{AttributeName: "_id", AttributeType: "S"}},
			KeySchema:            []template.KeySchemaElement{{AttributeName: "_id", KeyType: "HASH"}},
			ReadCapacityUnits:    5, WriteCapacityUnits: 5,
		}},
		APIs: []*template.API{{
			LogicalID: "ServerlessRestApi", Source: at(58), ID: id, Name: "items", Stage: "Prod",
			Routes: []*template.Route{
				{Source: at(58), Method: "POST", Path: "/item", Function: put, Timeout: 29 * time.Second},
				{Source: at(77), Method: "GET", Path: "/item/{_id}", Function: get, Timeout: 29 * time.Second},
			},
		}},
		Outputs: []template.Output{
			{
				Source: at(98), Name: "ApiUrl", Description: "The address that /item is appended to.",
				Value: "https://" + id + ".execute-api.us-east-1.amazonaws.com/Prod",
			},
			{Source: at(101), Name: "TableName", Description: "The table that holds the items.", Value: "items-table"},
		},
	}
	if diff := cmp.Diff(want, got, byPlace); diff != "" {
		t.Errorf("Load (-want +got):\n%s", diff)
	}
}

// The queued service has a function for each step, and each function is granted
// what its step needs of the two tables.
func TestLoadQueuedItems(t *testing.T) {
	got, err := template.Load(filepath.Join("..", "items", "template-queued.yaml"), template.Options{})
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	grants := map[string][]template.Grant{}
	for _, f := range got.Functions {
		grants[f.LogicalID] = f.Grants
	}
	if diff := cmp.Diff(map[string][]template.Grant{
		"QueueItem":  {{Table: "Requests", Write: true}},
		"WriteItem":  {{Table: "Items", Write: true}, {Table: "Requests", Write: true}},
		"FailItem":   {{Table: "Items", Read: true}, {Table: "Requests", Write: true}},
		"GetItem":    {{Table: "Items", Read: true}},
		"GetRequest": {{Table: "Requests", Read: true}},
	}, grants); diff != "" {
		t.Errorf("grants (-want +got):\n%s", diff)
	}
	routes := map[string]string{}
	for _, r := range got.APIs[0].Routes {
		routes[r.Method+" "+r.Path] = r.Function
	}
	want := map[string]string{}
	for route, function := range map[string]string{"POST /item": "QueueItem", "GET /item/{_id}": "GetItem", "GET /request/{request_id}": "GetRequest"} {
		for _, f := range got.Functions {
			if f.LogicalID == function {
				want[route] = f.Name
			}
		}
	}
	if diff := cmp.Diff(want, routes); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
}
