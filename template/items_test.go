package template_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"lullaby/internal/arn"
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
			MemorySize: 256, LogFormat: "JSON", LogLevel: "INFO", SystemLogLevel: "INFO", Timeout: 30 * time.Second,
			Environment: map[string]string{"TABLE_NAME": "items-table", "RETRY_MODE": "aware", "MAX_ATTEMPTS": "0"},
			Grants:      []template.Grant{grant},
			Services:    []string{"dynamodb"},
		}
	}
	want := &template.Template{
		Scope: arn.Scope{}.WithDefaults(),
		Path:  path, StackName: "items",
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

// The autoscaled service has the article's settings, and alarms that can fire.
func TestLoadAutoscaledItems(t *testing.T) {
	got, err := template.Load(filepath.Join("..", "items", "template-autoscaled.yaml"), template.Options{})
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	if diff := cmp.Diff(articlesScaling, scalingOf(got)); diff != "" {
		t.Errorf("scaling (-want +got):\n%s", diff)
	}
	checkAlarms(t, got, map[string]string{
		"items-error-share": "Pages", "items-latency": "Pages", "items-read-throttles": "Notices", "items-write-throttles": "Notices",
	})
}

// The queued service wakes someone when writes are late or given up.
func TestLoadQueuedAlarms(t *testing.T) {
	got, err := template.Load(filepath.Join("..", "items", "template-queued.yaml"), template.Options{})
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	checkAlarms(t, got, map[string]string{"items-age": "Pages", "items-parked": "Pages"})
}

// articlesScaling is how the article scales its table.
var articlesScaling = []string{
	"Read 5 to 1000, 75 % of DynamoDBReadCapacityUtilization, cooldowns 60 and 60", "Write 5 to 200, 50 % of DynamoDBWriteCapacityUtilization, cooldowns 60 and 60",
}

// scalingOf describes the scalable targets of the table Items.
func scalingOf(t *template.Template) []string {
	var all []string
	for _, target := range t.ScalableTargets {
		direction := strings.TrimSuffix(strings.TrimPrefix(*target.Register.ScalableDimension, "dynamodb:table:"), "CapacityUnits")
		if *target.Register.ResourceId != "table/"+t.Tables[0].Name {
			direction = *target.Register.ResourceId
		}
		for _, p := range target.Policies {
			c := p.Put.TargetTrackingScalingPolicyConfiguration
			all = append(all, fmt.Sprintf("%s %d to %d, %v %% of %s, cooldowns %d and %d", direction, *target.Register.MinCapacity, *target.Register.MaxCapacity,
				*c.TargetValue, *c.PredefinedMetricSpecification.PredefinedMetricType, *c.ScaleOutCooldown, *c.ScaleInCooldown))
		}
	}
	return all
}

// checkAlarms checks that a template has just these alarms, each with the topic that it
// tells of its begin and its end; that each can
// fire, and that silence ends it.
func checkAlarms(t *testing.T, got *template.Template, topics map[string]string) {
	t.Helper()
	for _, a := range got.Alarms {
		topic := topics[a.Name]
		delete(topics, a.Name)
		in := a.Metric
		if in == nil || topic == "" || a.Certain.Why != "" || in.TreatMissingData != "notBreaching" {
			t.Errorf("alarm %+v", a)
			continue
		}
		for _, actions := range [][]string{in.AlarmActions, in.OKActions} {
			if len(actions) != 1 || !strings.Contains(actions[0], ":items-"+topic+"-") {
				t.Errorf("alarm %s tells %q, want %s", a.Name, actions, topic)
			}
		}
	}
	for name := range topics {
		t.Errorf("there is no alarm %s", name)
	}
	for _, w := range got.Warnings {
		t.Error(w)
	}
}

var packaged = flag.String("packaged", "", "a template that items/package-serverless has written, to be compared as the look-alike is")

// The service that Serverless Framework packages is the same as that of
// template-autoscaled.yaml: table, routes and scaling.
func TestServerlessItemsAreTheSame(t *testing.T) {
	want, err := template.Load(filepath.Join("..", "items", "template-autoscaled.yaml"), template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{filepath.Join(t.TempDir(), "look-alike.json")}
	a, err := txtar.ParseFile("testdata/stacks/serverless_autoscaled.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(paths[0], a.Files[0].Data, 0o600); err != nil {
		t.Fatal(err)
	}
	if *packaged != "" {
		paths = append(paths, *packaged)
	}
	for _, path := range paths {
		got, err := template.Load(path, template.Options{})
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if diff := cmp.Diff(scalingOf(want), scalingOf(got)); diff != "" {
			t.Errorf("%s: scaling (-template-autoscaled.yaml +packaged):\n%s", path, diff)
		}
		a, b := *want.Tables[0], *got.Tables[0]
		a.Source, b.Source, a.Name, b.Name = template.Source{}, template.Source{}, "", ""
		if diff := cmp.Diff(a, b, byPlace); diff != "" {
			t.Errorf("%s: table (-template-autoscaled.yaml +packaged):\n%s", path, diff)
		}
		routes := func(of *template.Template) (all []string) {
			for _, r := range of.APIs[0].Routes {
				all = append(all, r.Method+" "+r.Path)
			}
			return all
		}
		if diff := cmp.Diff(routes(want), routes(got)); diff != "" {
			t.Errorf("%s: routes (-template-autoscaled.yaml +packaged):\n%s", path, diff)
		}
		for _, w := range got.Warnings {
			t.Errorf("%s: %v", path, w)
		}
	}
}
