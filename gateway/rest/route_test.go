package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/gateway/rest"
	"lullaby/lambda"
	"lullaby/template"
)

// routed is the part of an event about its request's URL.
type routed struct {
	Resource       string              `json:"resource"`
	Path           string              `json:"path"`
	PathParameters map[string]string   `json:"pathParameters"`
	Query          map[string][]string `json:"multiValueQueryStringParameters"`
}

// recorder stores the event of the last request in to.
func recorder(t testing.TB, to *routed) invoker {
	return invoker{func(_ context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
		if err := json.Unmarshal(in.Payload, to); err != nil {
			t.Errorf("event %s: %v", in.Payload, err)
		}
		return lambda.InvokeOutput{Payload: []byte(`{"statusCode":200}`)}, nil
	}}
}

func TestRouting(t *testing.T) {
	api := newAPI(
		"GET /", "POST /item", "GET /item/{id}", "ANY /item/new", "PUT /item/new/{part}",
		"GET /item/{id}/parts/{part}", "ANY /{proxy+}", "GET /files/{path+}", "ANY /deep/{a}/{b}", "GET /deep/x/y",
	)
	tests := []struct {
		method, path string
		resource     string // empty: refused
		parameters   map[string]string
	}{
		{"GET", "/", "/", nil},
		{"POST", "/", "", nil}, // {proxy+} takes a segment at least
		{"POST", "/other/7", "/{proxy+}", map[string]string{"proxy": "other/7"}},
		{"POST", "/item", "/item", nil},
		{"POST", "/item/", "/item", nil},
		{"POST", "//item", "/item", nil},
		{"GET", "/item", "", nil},
		{"OPTIONS", "/item", "", nil}, // /item is no part of {proxy+}, whatever the method,
		{"GET", "/item/7/x", "", nil}, // nor is what is below it
		{"GET", "/items", "/{proxy+}", map[string]string{"proxy": "items"}},
		{"GET", "/item/7", "/item/{id}", map[string]string{"id": "7"}},
		{"GET", "/item/new", "/item/new", nil}, // exact before variable
		{"TRACE", "/item/new", "", nil},        // ANY is seven methods
		{"GET", "/item/new/parts/2", "", nil},  // and not "new" for {id}
		{"GET", "/item/7/parts/2", "/item/{id}/parts/{part}", map[string]string{"id": "7", "part": "2"}},
		{"PUT", "/item/new/2", "/item/new/{part}", map[string]string{"part": "2"}},
		{"GET", "/item/a%2Fb", "/item/{id}", map[string]string{"id": "a%2Fb"}}, // as the client wrote it
		{"GET", "/item//parts/2", "", nil},                                     // no empty variable
		{"GET", "/files/a/b/", "/files/{path+}", map[string]string{"path": "a/b"}},
		{"GET", "/files/a//b", "/files/{path+}", map[string]string{"path": "a//b"}},
		{"GET", "/files", "", nil},
		{"HEAD", "/files/a", "", nil},
		{"GET", "/deep/x/y", "/deep/x/y", nil},
		{"PUT", "/deep/x/y", "", nil},
		{"PUT", "/deep/w/y", "/deep/{a}/{b}", map[string]string{"a": "w", "b": "y"}},
		{"GET", "/deep/x/y/z", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			var got routed
			g := serving(t, api, recorder(t, &got), rest.Options{})
			status := serve(g, httptest.NewRequest(tt.method, tt.path, nil)).status
			if refused := status == http.StatusForbidden; refused != (tt.resource == "") {
				t.Fatalf("status = %d, want the resource %q", status, tt.resource)
			}
			if got.Resource != tt.resource {
				t.Errorf("resource = %q, want %q", got.Resource, tt.resource)
			}
			if diff := cmp.Diff(tt.parameters, got.PathParameters); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}

func TestConflicts(t *testing.T) {
	tests := []struct {
		name   string
		routes []string
		want   string
	}{
		{
			"two variables",
			[]string{"GET /item/{id}", "GET /item/{key}/parts"},
			"template.yaml:20: A sibling ({id}) of this resource already has a variable path part -- only one is allowed (template.yaml:10)",
		},
		{
			"a variable beside a greedy one",
			[]string{"GET /{proxy+}", "GET /item", "GET /{id}"},
			"template.yaml:30: A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed (template.yaml:10)",
		},
		{
			"below a greedy variable",
			[]string{"GET /files/{path+}", "GET /files/{path+}/owner"},
			"template.yaml:20: A proxy resource cannot have any child resource: {path+} (template.yaml:10)",
		},
		{
			"the same method twice",
			[]string{"GET /item", "POST /item", "GET /item/"},
			"template.yaml:30: Method already exists for this resource: GET /item/ (template.yaml:10)",
		},
		{"the same variable twice", []string{"GET /item/{id}", "PUT /item/{id}", "GET /{kind}/{id}"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rest.New(newAPI(tt.routes...), uncalled(t), rest.Options{})
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if refused := (*template.Error)(nil); !errors.As(err, &refused) || err.Error() != tt.want {
				t.Errorf("New = %v, want %s", err, tt.want)
			}
		})
	}
}
