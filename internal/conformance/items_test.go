package conformance

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/gateway/rest"
	"lullaby/lambda/host"
	"lullaby/template"
)

// The service of items gives the same answers over AWS's own DynamoDB Local as
// over Lullaby: its functions depend on the protocol, and not on us. They are
// the same processes; only AWS_ENDPOINT_URL is another.
func TestItems(t *testing.T) {
	t.Parallel()
	for name, endpoint := range map[string]func(*testing.T) string{
		"Lullaby":        func(t *testing.T) string { t.Helper(); return start(t, "--bare").AWS },
		"DynamoDB Local": dynamoDBLocal,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aws := endpoint(t)
			checkItems(t, serveItems(t, aws), sdk(aws))
		})
	}
}

// sdk returns AWS's own client for Go, with the region that functions have.
func sdk(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: &endpoint,
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("x", "y", ""),
	})
}

// serveItems makes the table of the template at endpoint and serves its API,
// with functions that find DynamoDB there.
func serveItems(t *testing.T, endpoint string) (url string) {
	t.Helper()
	described, err := template.Load(filepath.Join(itemsDir, "template.yaml"), template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	functions := make([]host.Function, len(described.Functions))
	for i, f := range described.Functions {
		dir, _, err := host.Build(t.Context(), f.CodeURI, t.TempDir(), func() {})
		if err != nil {
			t.Fatal(err)
		}
		functions[i] = host.Function{Name: f.Name, Dir: dir, MemorySize: f.MemorySize, Timeout: f.Timeout, Environment: f.Environment}
	}
	functionHost, err := host.New(host.Options{Endpoint: endpoint, Log: t.Output()}, functions)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := functionHost.Close(); err != nil {
			t.Error(err)
		}
	})
	api, err := rest.New(described.APIs[0], functionHost, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	_, err = sdk(endpoint).CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            aws.String(described.Tables[0].Name),
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("_id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("_id"), KeyType: types.KeyTypeHash}},
		BillingMode:          types.BillingModePayPerRequest,
	})
	if err != nil {
		t.Fatal(err)
	}
	return server.URL
}

// checkItems puts and gets items through the API, and looks at the table.
func checkItems(t *testing.T, url string, table *dynamodb.Client) {
	t.Helper()
	const digits = "1234567890123456789012345678901234567.5"
	large := `{"_id":"large","text":"` + strings.Repeat("x", 409_600-len("_idlargetext")) + `"}`
	for _, tt := range []struct {
		method, path, body string
		status             int
		answer             string
	}{
		{"GET", "/item/a%2Fb", "", 404, `{"error":"there is no item with this _id"}`},
		{"POST", "/item", `{"_id":"a/b","colour":"red"}`, 201, `{"success":true}`},
		{"GET", "/item/a%2Fb", "", 200, `{"_id":"a/b","colour":"red"}`},
		{"POST", "/item", `{"_id":"a/b","n":` + digits + `,"list":[1.5,null,true,{"é":""}]}`, 201, `{"success":true}`},
		{"GET", "/item/a%2Fb", "", 200, `{"_id":"a/b","list":[1.5,null,true,{"é":""}],"n":` + digits + `}`},
		{"POST", "/item", `{"_id":"a/b","n":1e126}`, 400, `{"error":"number is larger in magnitude than 9.99E+125, before offset 22"}`},
		{"POST", "/item", `{"n":1}`, 400, `{"error":"the object has no _id"}`},
		{"POST", "/item", large, 201, `{"success":true}`},
		{"GET", "/item/large", "", 200, large},
	} {
		status, answer := call(t, tt.method, url+tt.path, tt.body)
		if status != tt.status || place.ReplaceAllString(answer, "") != place.ReplaceAllString(tt.answer, "") {
			t.Errorf("%s %s %.60s: %d %.200s, want %d %.200s", tt.method, tt.path, tt.body, status, answer, tt.status, tt.answer)
		}
	}
	out, err := table.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String("items-table"),
		Key:       map[string]types.AttributeValue{"_id": &types.AttributeValueMemberS{Value: "a/b"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, ok := out.Item["n"].(*types.AttributeValueMemberN); !ok || n.Value != digits {
		t.Errorf("n in the table: %v, want %s", out.Item["n"], digits)
	}
}

// call sends a request and returns the answer's status and body.
func call(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(fmt.Errorf("%s %s: %w", method, url, err))
	}
	return resp.StatusCode, string(text)
}
