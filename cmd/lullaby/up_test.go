package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// itemsDir is the article's service.
var itemsDir = filepath.Join("..", "..", "items")

// itemsTable is the name that its table has in a stack named after its folder.
const itemsTable = "items-table"

// client returns AWS's own client for an endpoint, without retries.
func client(endpoint string) *dynamodb.Client { return clientWith(endpoint, "x", "y", "") }

func clientWith(endpoint, id, secret, token string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint:     &endpoint,
		Region:           "us-east-1",
		Credentials:      credentials.NewStaticCredentialsProvider(id, secret, token),
		RetryMaxAttempts: 1,
	})
}

// call sends a request and returns the answer's status, header and body.
func call(t *testing.T, method, url, body string) (int, http.Header, string) {
	t.Helper()
	status, header, text, err := try(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	return status, header, text
}

func try(ctx context.Context, method, url, body string) (int, http.Header, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(text), err
}

func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// The calls of the README, through the API and through AWS's SDK.
func TestUpItems(t *testing.T) {
	p := up(t, itemsDir, "--data", t.TempDir())
	for _, line := range []string{"http  " + p.HTTP, "aws   " + p.AWS, "data  ", "ready http=" + p.HTTP + " aws=" + p.AWS} {
		if !strings.Contains("\n"+p.Stdout(), "\n"+line) {
			t.Errorf("no line %q in\n%s", line, p.Stdout())
		}
	}
	status, header, body := call(t, "POST", p.HTTP+"/item", `{"_id":"a/b","colour":"red","n":12345678901234567890.5}`)
	expect(t, "POST", status, 201)
	expect(t, "POST", body, `{"success":true}`)
	expect(t, "Content-Type", header.Get("Content-Type"), "application/json")
	if header.Get("x-amzn-RequestId") == "" || header.Get("X-Amzn-Trace-Id") == "" {
		t.Errorf("POST: no ids of the gateway in %v", header)
	}
	status, _, body = call(t, "GET", p.HTTP+"/item/a%2Fb", "")
	expect(t, "GET", status, 200)
	expect(t, "GET", canonical(t, body), `{"_id":"a/b","colour":"red","n":12345678901234567890.5}`)

	status, _, body = call(t, "GET", p.HTTP+"/item/nothing", "")
	expect(t, "GET of nothing", status, 404)
	if !strings.Contains(body, `"error"`) {
		t.Errorf("GET of nothing: %s", body)
	}
	status, header, body = call(t, "DELETE", p.HTTP+"/item", "")
	expect(t, "no such route", status, 403)
	expect(t, "no such route", body, `{"message":"Missing Authentication Token"}`)
	expect(t, "no such route", header.Get("x-amzn-ErrorType"), "MissingAuthenticationTokenException")

	out, err := client(p.AWS).GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(itemsTable),
		Key:       map[string]types.AttributeValue{"_id": &types.AttributeValueMemberS{Value: "a/b"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	n, _ := out.Item["n"].(*types.AttributeValueMemberN)
	if n == nil || n.Value != "12345678901234567890.5" {
		t.Errorf("n in the table: %v", out.Item["n"])
	}
	if log := p.Stderr(); !strings.Contains(log, " | START RequestId: ") || !strings.Contains(log, " | REPORT RequestId: ") {
		t.Errorf("no log of the functions in\n%s", log)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("Ctrl-C: %v, want exit status 0", err)
	}
}

// canonical orders an object's keys; numbers keep their digits.
func canonical(t *testing.T, text string) string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Past its burst the table refuses, the function hears why and says so.
func TestUpThrottles(t *testing.T) {
	p := up(t, itemsDir, "--data", t.TempDir(), "--parameter", "WriteCapacityUnits=1")
	c := client(p.AWS)
	put := func() error {
		_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: aws.String(itemsTable),
			Item: map[string]types.AttributeValue{
				"_id":  &types.AttributeValueMemberS{Value: "big"},
				"text": &types.AttributeValueMemberS{Value: strings.Repeat("x", 300_000)},
			},
		})
		return err
	}
	if err := errors.Join(put(), put()); err != nil { // 293 units each, of 300
		t.Fatal(err)
	}
	var exceeded *types.ProvisionedThroughputExceededException
	if err := put(); !errors.As(err, &exceeded) {
		t.Fatalf("third put: %v, want ProvisionedThroughputExceededException", err)
	}
	if n := len(exceeded.ThrottlingReasons); n != 1 {
		t.Fatalf("%d throttling reasons, want 1", n)
	}
	reason := exceeded.ThrottlingReasons[0]
	expect(t, "reason", aws.ToString(reason.Reason), "TableWriteProvisionedThroughputExceeded")
	expect(t, "resource", aws.ToString(reason.Resource), "arn:aws:dynamodb:us-east-1:123456789012:table/"+itemsTable)

	status, header, body := call(t, "POST", p.HTTP+"/item", `{"_id":"a"}`)
	expect(t, "POST to a throttled table", status, 503)
	if header.Get("Retry-After") == "" || !strings.Contains(body, `"error"`) {
		t.Errorf("POST to a throttled table: %v %s", header, body)
	}
}

// What was stored is there after a restart, with the capacity that the
// template now gives; a changed key is refused.
func TestUpAgain(t *testing.T) {
	data := t.TempDir()
	p := up(t, itemsDir, "--data", data)
	call(t, "POST", p.HTTP+"/item", `{"_id":"kept"}`)

	other, err := command("up", itemsDir, "--data", data, "--http-addr", "127.0.0.1:0", "--aws-addr", "127.0.0.1:0").CombinedOutput()
	if want := fmt.Sprintf("data folder %s is in use by process %d\n", data, p.PID()); err == nil || !strings.HasSuffix(string(other), want) {
		t.Errorf("second up on the same data: %v\n%s, want %s", err, other, want)
	}
	addr := strings.TrimPrefix(p.AWS, "http://")
	other, err = command("up", "--bare", "--memory", "--aws-addr", addr).CombinedOutput()
	if err == nil || !strings.Contains(string(other), addr+": bind: address already in use (--aws-addr picks another)") {
		t.Errorf("second up on the same port: %v\n%s", err, other)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}

	p = up(t, itemsDir, "--data", data, "--parameter", "ReadCapacityUnits=77")
	status, _, _ := call(t, "GET", p.HTTP+"/item/kept", "")
	expect(t, "GET after a restart", status, 200)
	out, err := client(p.AWS).DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(itemsTable)})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "read capacity", aws.ToInt64(out.Table.ProvisionedThroughput.ReadCapacityUnits), int64(77))
	expect(t, "items", aws.ToInt64(out.Table.ItemCount), int64(1))
}

// With --credentials the profiles of the file and the functions get in, and
// nobody else.
func TestUpCredentials(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials")
	profiles := "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret/+\n" +
		"[passing]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = other\naws_session_token = token\n"
	if err := os.WriteFile(file, []byte(profiles), 0o600); err != nil {
		t.Fatal(err)
	}
	p := up(t, itemsDir, "--memory", "--credentials", file)
	status, _, body := call(t, "POST", p.HTTP+"/item", `{"_id":"a"}`)
	expect(t, "POST through the function", fmt.Sprint(status, body), `201{"success":true}`)
	tests := []struct{ id, secret, token, want string }{
		{"AKIDEXAMPLE", "secret/+", "", ""},
		{"ASIAEXAMPLE", "other", "token", ""},
		{"x", "y", "", "UnrecognizedClientException"},
		{"ASIALULLABYLULLABY00", "lullaby/is/not/a/secret/but/forty/chars+", "lullaby", "UnrecognizedClientException"},
		{"AKIDEXAMPLE", "other", "", "InvalidSignatureException"},
	}
	for _, tt := range tests {
		_, err := clientWith(p.AWS, tt.id, tt.secret, tt.token).ListTables(t.Context(), &dynamodb.ListTablesInput{})
		got := ""
		if refusal, ok := errors.AsType[smithy.APIError](err); ok {
			got = refusal.ErrorCode()
		}
		if got != tt.want || tt.want == "" && err != nil {
			t.Errorf("%s %s: %v, want %q", tt.id, tt.secret, err, tt.want)
		}
	}
}

// The bare endpoint is for tests that want tables.
func TestUpBare(t *testing.T) {
	p := up(t, "--bare", "--memory")
	c := client(p.AWS)
	_, err := c.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            aws.String("counters"),
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeN}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		BillingMode:          types.BillingModePayPerRequest,
	})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
				TableName: aws.String("counters"),
				Item:      map[string]types.AttributeValue{"id": &types.AttributeValueMemberN{Value: strconv.Itoa(i)}},
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	out, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("counters")})
	if err != nil || aws.ToInt64(out.Table.ItemCount) != 20 {
		t.Errorf("DescribeTable: %v items, %v, want 20", out, err)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("Ctrl-C: %v, want exit status 0", err)
	}
}
