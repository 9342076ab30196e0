package template_test

import (
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/lambda/mapping"
	"lullaby/template"
)

// The template sets all fields of all shapes. The place of each field is the
// line with its value.
func TestEveryFieldHasAPlace(t *testing.T) {
	const path = "testdata/whole.yaml"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Load(path, template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(tmpl.Warnings) > 0 {
		t.Errorf("warnings: %v", tmpl.Warnings)
	}
	p := places{t: t, lines: strings.Split(string(text), "\n"), seen: map[string]bool{}}
	for _, shapes := range []any{tmpl.Functions, tmpl.Tables, tmpl.Queues, tmpl.EventSourceMappings, tmpl.APIs, tmpl.HTTPAPIs, tmpl.URLs, tmpl.Outputs} {
		p.check(reflect.ValueOf(shapes), nil, nil)
	}
	shapes := []any{
		template.Function{},
		template.Layer{},
		template.Table{},
		template.Index{},
		template.Throughput{},
		template.Tag{},
		template.AttributeDefinition{},
		template.KeySchemaElement{},
		template.Queue{},
		template.EventSourceMapping{},
		mapping.Settings{},
		mapping.ScalingConfig{},
		mapping.FilterCriteria{},
		mapping.Filter{},
		template.API{},
		template.Route{},
		template.HTTPAPI{},
		template.FunctionURL{},
		template.CORS{},
		template.Gate{},
		template.GatewayResponse{},
		template.Output{},
	}
	for _, shape := range shapes {
		for typ, i := reflect.TypeOf(shape), 0; i < typ.NumField(); i++ {
			if name := typ.Name() + "." + typ.Field(i).Name; !p.seen[name] && name != typ.Name()+".Source" {
				t.Errorf("%s: %s is not set", path, name)
			}
		}
	}
}

// A places compares values with the lines at their places.
type places struct {
	t     *testing.T
	lines []string
	seen  map[string]bool // Type.Field of every field that has a value
}

// written maps fields to what their lines have if it is not the value: what the
// value is made from, or what it belongs to if it is generated.
var written = map[string]string{
	"HTTPAPI.ID": "Web:", "CORS.MaxAge": "600", "FunctionURL.LogicalID": "AuthType", "FunctionURL.ID": "AuthType", "FunctionURL.Function": "AuthType",
	"API.Mocks": "Cors", "API.KeyOfAuthorizer": "AUTHORIZER", "Gate.Checks": "RequestModel", "Gate.Authorization": "Authorizer: Judge", "GatewayResponse.Headers": "Retry-After", "GatewayResponse.Templates": "text/plain", "Forward.Parameters": "path.key", "Forward.Answers": "default",
	"Forward.Verb": "PUT", "Forward.Path": "get:", "Forward.Method": "get:", "Forward.Whole": "http", "Forward.Timeout": "4000", "Route.Limits": "MethodSettings", "Function.CodeURI": "put/", "Function.Fault": "Old:", "Layer.ContentURI": "put/", "Layer.LogicalID": "Shared:", "Function.Grants": "CrudPolicy", "Function.QueueGrants": "Policy", "Function.Services": "Policy", "Function.Timeout": "28", "API.ID": "Front:", "Table.StreamLabel": "OLD_IMAGE",
	"EventSourceMapping.LogicalID": "Jobs:", "EventSourceMapping.UUID": "Jobs:", "EventSourceMapping.FunctionName": "Put:",
	"EventSourceMapping.FunctionARN": "Put:", "EventSourceMapping.EventSourceARN": "Soon.Arn",
	"Route.Function": "Put:", "Route.Timeout": "3000", "Output.Name": "Table:", "Output.Value": "Ref Orders",
}

// check checks a value that path leads to from a shape.
func (p *places) check(v reflect.Value, shape *template.Source, path []string) {
	switch v.Kind() {
	case reflect.Pointer:
		p.check(v.Elem(), shape, path)
	case reflect.Slice:
		for i := range v.Len() {
			p.check(v.Index(i), shape, append(path, strconv.Itoa(i)))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			p.leaf(v.MapIndex(key), shape, append(path, key.String()), "")
		}
	case reflect.Struct:
		if source := v.FieldByName("Source"); source.IsValid() {
			shape, path = source.Addr().Interface().(*template.Source), nil
		}
		for field, value := range v.Fields() {
			name := v.Type().Name() + "." + field.Name
			if field.Name == "Source" || value.IsZero() {
				continue
			}
			p.seen[name] = true
			kind := value.Kind()
			if kind == reflect.Pointer {
				kind = value.Elem().Kind()
			}
			if written[name] == "" && (kind == reflect.Slice || kind == reflect.Map || kind == reflect.Struct) {
				p.check(value, shape, append(path, field.Name))
				continue
			}
			p.leaf(value, shape, append(path, field.Name), written[name])
		}
	default:
		p.leaf(v, shape, path, "")
	}
}

// leaf checks the line of a single value. An empty want means the value.
func (p *places) leaf(v reflect.Value, shape *template.Source, path []string, want string) {
	if want == "" {
		want = text(v)
	}
	pos := shape.Pos(path...)
	if line := p.lines[pos.Line-1]; !strings.Contains(line, want) {
		p.t.Errorf("Pos(%q) = %v, %q, want a line with %q", path, pos, line, want)
	}
}

func text(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	default:
		return v.String()
	}
}

func TestPos(t *testing.T) {
	text := `Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 30
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      CodeUri: f
      Environment:
        Variables:
          RETRY_MODE: aware
  T:
    Type: AWS::Serverless::SimpleTable
    Properties:
      PrimaryKey:
        Name: key
        Type: Number
`
	tmpl := mustLoad(t, text, template.Options{})
	f, table := tmpl.Functions[0], tmpl.Tables[0]
	for _, tt := range []struct {
		name string
		pos  template.Pos
		line int
	}{
		{"a shape", f.Pos(), 6},
		{"of Globals", f.Pos("Timeout"), 4},
		{"missing", f.Pos("MemorySize"), 6},
		{"unknown", f.Pos("Colour", "Shade"), 6},
		{"a field", f.Pos("Environment", "RETRY_MODE"), 14},
		{"as in the template", f.Pos("Environment", "Variables", "RETRY_MODE"), 14},
		{"missing below", f.Pos("Environment", "MAX_ATTEMPTS"), 14},
		{"below a single value", f.Pos("Handler", "0", "x"), 10},
		{"key of SAM", table.Pos("KeySchema", "0", "AttributeName"), 19},
		{"type of SAM", table.Pos("AttributeDefinitions", "0", "AttributeType"), 20},
		{"role of SAM", table.Pos("KeySchema", "0", "KeyType"), 19},
		{"none of SAM", table.Pos("WriteCapacityUnits"), 15},
		{"not read of a template", template.At(template.Pos{File: "template.yaml", Line: 3}).Pos("x"), 3},
	} {
		if want := (template.Pos{File: "template.yaml", Line: tt.line}); tt.pos != want {
			t.Errorf("%s: %v, want %v", tt.name, tt.pos, want)
		}
	}
}

// The parts of a plain REST API are in several resources.
func TestPosOfRestAPI(t *testing.T) {
	tmpl := mustLoad(t, rest+method("Get", "!Ref Id", "GET", "Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: "+uri), template.Options{})
	a := tmpl.APIs[0]
	route := a.Routes[0]
	got := []int{
		a.Pos("Name").Line, a.Pos("Stage").Line, a.Pos("StageVariables", "aa").Line,
		route.Pos("Path").Line, route.Pos("Method").Line, route.Pos("Function").Line, route.Pos("Timeout").Line,
	}
	if want := []int{3, 7, 7, 5, 8, 8, 8}; !cmp.Equal(got, want) {
		t.Errorf("lines %d, want %d", got, want)
	}
}
