package rehearse_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lullaby/rehearse"
)

// head and function are parts of templates. A function has a name, a variable
// and an event.
const (
	head = `Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: .}}
Resources:
`
	tables = `  One: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: one}}
  Two: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: two}}
`
	only = "  One: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: one}}\n"
)

func function(id, variable string, routes ...string) string {
	events := make([]string, 0, len(routes))
	for _, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		events = append(events, "E"+method+": {Type: Api, Properties: {Path: '"+path+"', Method: "+method+"}}")
	}
	return "  " + id + ": {Type: AWS::Serverless::Function, Properties: {Environment: {Variables: {NAME: '" + variable + "'}}, " +
		"Events: {" + strings.Join(events, ", ") + "}}}\n"
}

// Each stack with a function and a table is rehearsed. What neither it nor the
// options say is assumed, and the report says so.
func TestPath(t *testing.T) {
	all := function("A", "", "POST /a", "GET /a", "OPTIONS /a") + function("B", "two", "ANY /b/{proxy+}", "PUT /b/fixed")
	for _, tt := range []struct {
		name, resources string
		set             func(*rehearse.Options)
		want            string // route, function, table, direction; then assumptions
	}{
		{"a POST", function("A", "one", "GET /a", "POST /a") + only, nil, "POST /a, A, One, write"},
		{"a function that names a table", all + tables, nil, "ANY /b/{proxy+}, B, Two, write; ANY /b/{proxy+} is asked with POST"},
		{"no POST", function("A", "one", "GET /a", "PATCH /a", "DELETE /a") + only, nil, "PATCH /a, A, One, write; no POST leads to a table, so PATCH /a is played"},
		{"a POST to no table", function("A", "", "POST /a") + function("B", "one", "GET /b") + tables, nil, "GET /b, B, One, read; no POST leads to a table, so GET /b is played"},
		{"reads only", function("A", "one", "OPTIONS /a", "GET /a") + only, nil, "GET /a, A, One, read; no POST leads to a table, so GET /a is played"},
		{"the only table", function("A", "", "POST /a") + only, nil, "POST /a, A, One, write; A names no table and calls One, the only one"},
		{"no table named", function("A", "", "POST /a") + tables, nil, "POST /a, A, One, write; A names no table and calls One, the first of 2"},
		{"tables named", allowed(function("A", "one", "POST /a"), "DynamoDBCrudPolicy", "Two") + tables, nil, "POST /a, A, One, write; A calls One alone, of the 2 tables that it names"},
		{"a method of ANY", all + tables, route("GET /b/{proxy+}"), "ANY /b/{proxy+}, B, Two, read"},
		{"a request", all + tables, route("DELETE /b/x/y"), "ANY /b/{proxy+}, B, Two, write"},
		{"a request to what is exact", all + tables, route("PUT /b/fixed"), "PUT /b/fixed, B, Two, write"},
		{"an asked OPTIONS", all + tables, route("OPTIONS /a"), "OPTIONS /a, A, One, write; A names no table and calls One, the first of 2"},
		{"an asked table", all + tables, func(o *rehearse.Options) { o.Table = "one" }, "POST /a, A, One, write"},
		{"an asked function", all + tables, func(o *rehearse.Options) { o.Function = "B" }, "ANY /b/{proxy+}, B, Two, write; ANY /b/{proxy+} is asked with POST"},
		{"a function and a table", all + tables, func(o *rehearse.Options) { o.Function, o.Table = "A", "Two" }, "POST /a, A, Two, write"},
		{"no route", function("A", "") + function("B", "one") + tables, nil, ", B, One, write; no route leads to a table, so B is invoked itself"},
		{"policies", function("A", "") + allowed(function("B", ""), "DynamoDBWritePolicy", "Two") + tables, nil, ", B, Two, write; no route leads to a table, so B is invoked itself"},
		{"policies to read", allowed(function("A", ""), "DynamoDBReadPolicy", "Two") + tables, nil, ", A, Two, read; no route leads to a table, so A is invoked itself"},
		{"a route to no table", function("A", "", "POST /a") + function("B", "one") + tables, nil, ", B, One, write; no route leads to a table, so B is invoked itself"},
		{"an HTTP API", web(function("A", "one"), "GET /a", "ANY /b") + only, nil, "ANY /b, A, One, write; ANY /b is asked with POST"},
		{"$default", web(function("A", "one"), "") + only, nil, "$default, A, One, write; $default is asked with POST"},
		{"$default before a GET", web(function("A", "one"), "GET /a", "") + only, nil, "$default, A, One, write; $default is asked with POST"},
		{"an asked $default", web(function("A", "one"), "POST /a", "") + only, route("$default"), "$default, A, One, write"},
		{"a request to $default", web(function("A", "one"), "POST /a", "") + only, route("GET /a"), "$default, A, One, read"},
		{"a function URL", url(function("A", "one")) + only, nil, "AUrl, A, One, write; AUrl is asked with POST"},
		{"a function URL behind a GET", url(function("A", "one", "GET /a")) + only, nil, "AUrl, A, One, write; AUrl is asked with POST"},
		{"an asked function URL", url(function("A", "one", "POST /a")) + only, route("AUrl"), "AUrl, A, One, write"},
		{"a read by a function URL", url(function("A", "one", "POST /a")) + only, route("GET AUrl"), "AUrl, A, One, read"},
		{"an asked function without a route", function("A", "one", "POST /a") + function("B", "") + only, func(o *rehearse.Options) { o.Function = "B" }, ", B, One, write; no route leads to B, so it is invoked itself; B names no table and calls One, the only one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "template.yaml")
			if err := os.WriteFile(file, []byte(head+tt.resources), 0o600); err != nil {
				t.Fatal(err)
			}
			o := options(t, "constant:1/s")
			if tt.set != nil {
				tt.set(&o)
			}
			rep := play(t, file, o)
			got := strings.Join([]string{rep.Route.Route, rep.Route.Function, rep.Table, rep.Direction}, ", ")
			if len(rep.Assumed) > 0 {
				got += "; " + strings.Join(rep.Assumed, "; ")
			}
			if got != tt.want || rep.Served != rep.Offered || rep.Offered == 0 {
				t.Errorf("%s, %d of %d served\nwant %s", got, rep.Served, rep.Offered, tt.want)
			}
		})
	}
}

func route(r string) func(*rehearse.Options) { return func(o *rehearse.Options) { o.Route = r } }

// web gives a function without other events routes of the implicit HTTP API; "" is
// $default.
func web(function string, routes ...string) string {
	events := make([]string, 0, len(routes))
	for i, route := range routes {
		event := fmt.Sprintf("E%d: {Type: HttpApi}", i)
		if method, path, found := strings.Cut(route, " "); found {
			event = fmt.Sprintf("E%d: {Type: HttpApi, Properties: {Path: '%s', Method: %s}}", i, path, method)
		}
		events = append(events, event)
	}
	return strings.Replace(function, "Events: {}", "Events: {"+strings.Join(events, ", ")+"}", 1)
}

// url gives a function a URL.
func url(function string) string {
	return strings.Replace(function, "Properties: {", "Properties: {FunctionUrlConfig: {AuthType: NONE}, ", 1)
}

// allowed gives a function without other properties a policy for a table.
func allowed(function, policy, table string) string {
	return strings.Replace(function, "Properties: {", "Properties: {Policies: [{"+policy+": {TableName: !Ref "+table+"}}], ", 1)
}

// Requests find their routes as a REST API finds them.
func TestRouteOfRequest(t *testing.T) {
	resources := only + function("A", "one", "GET /", "POST /item", "PUT /item/new/{part}", "DELETE /item/{id}/parts/{part}", "ANY /{proxy+}")
	checkRoutes(t, resources, map[string]string{
		"GET /":                  "GET /",
		"POST /":                 "",
		"POST /other/7":          "ANY /{proxy+}",
		"POST /item":             "POST /item",
		"GET /item":              "", // /item is no part of {proxy+}, whatever the method
		"GET /item/7":            "",
		"DELETE /item/7/parts/9": "DELETE /item/{id}/parts/{part}",
		"PUT /item/new/9":        "PUT /item/new/{part}",
		"PUT /item/7/9":          "",
		"PUT /item/new/{part}":   "PUT /item/new/{part}",
		"PATCH /{proxy+}":        "ANY /{proxy+}",
	})
}

// Requests find their routes as an HTTP API finds them: the example of the guide, and
// more.
func TestRouteOfHTTPRequest(t *testing.T) {
	routes := []string{
		"GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "ANY /pets/dog/2", "PUT /pets/{kind}/{id}",
	}
	checkRoutes(t, only+web(function("A", "one"), routes...), map[string]string{
		"GET /pets/dog/1":  "GET /pets/dog/1",
		"GET /pets/dog/7":  "GET /pets/dog/{id}",
		"GET /pets/cat/1":  "GET /pets/{proxy+}",
		"POST /test/5":     "ANY /{proxy+}",
		"GET /pets/dog/2":  "ANY /pets/dog/2",
		"PUT /pets/dog/2":  "ANY /pets/dog/2",
		"PUT /pets/dog/1":  "PUT /pets/{kind}/{id}",
		"GET /pets/dog/":   "GET /pets/{proxy+}", // a variable is not empty
		"GET /pets/dog/1/": "GET /pets/{proxy+}",
		"GET /":            "ANY /{proxy+}",
	})
	checkRoutes(t, only+web(function("A", "one"), "GET /a", "ANY /b/{proxy+}"), map[string]string{
		"POST /a": "", "GET /b": "", "GET /b/": "ANY /b/{proxy+}", "GET /a/": "",
	})
}

// checkRoutes checks which routes of a template requests find; "" is none.
func checkRoutes(t *testing.T, resources string, wants map[string]string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(file, []byte(head+resources), 0o600); err != nil {
		t.Fatal(err)
	}
	for request, want := range wants {
		o := options(t, "constant:1/s")
		o.Route = request
		r, err := rehearse.New(load(t, file), o)
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "no route") {
				t.Errorf("%s: %v, want no route", request, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v, want %s", request, err, want)
			continue
		}
		if rep := run(t, r); rep.Route.Route != want {
			t.Errorf("%s is %s, want %s", request, rep.Route.Route, want)
		}
	}
}
