package bench

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Fill creates the tables of Workloads and their items at the DynamoDB at url. It
// waits, for a bounded time, until that accepts requests.
func Fill(url string) error {
	const throughput = `"ProvisionedThroughput":{"ReadCapacityUnits":40000,"WriteCapacityUnits":40000}`
	tables := []string{
		`{"TableName":"items","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],` +
			`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],` + throughput + `}`,
		`{"TableName":"lists","AttributeDefinitions":[{"AttributeName":"h","AttributeType":"S"},{"AttributeName":"r","AttributeType":"N"}],` +
			`"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],` + throughput + `}`,
	}
	for _, table := range tables {
		if err := send(url, "CreateTable", table); err != nil {
			return err
		}
	}
	if err := ready(url); err != nil {
		return err
	}
	for n := range int64(items / 25) {
		if err := send(url, "BatchWriteItem", `{"RequestItems":{"items":[`+
			several(n, 25, func(i int64) string { return `{"PutRequest":{"Item":` + item(i) + `}}` })+`]}}`); err != nil {
			return err
		}
	}
	for n := range int64(lists) {
		if err := send(url, "BatchWriteItem", `{"RequestItems":{"lists":[`+several(n, 20, func(i int64) string {
			return fmt.Sprintf(`{"PutRequest":{"Item":{"h":{"S":"list-%d"},"r":{"N":"%d"},"v":{"S":"%s"}}}}`, n, i, fifth)
		})+`]}}`); err != nil {
			return err
		}
	}
	return nil
}

// ready waits, for a bounded time, until the tables accept requests.
func ready(url string) error {
	var err error
	for range 100 {
		err = errors.Join(
			send(url, "GetItem", `{"TableName":"items","Key":{"id":{"S":"a"}}}`),
			send(url, "GetItem", `{"TableName":"lists","Key":{"h":{"S":"a"},"r":{"N":"1"}}}`),
		)
		if err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// send performs one operation.
func send(url, operation, body string) error {
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body)) //nolint:noctx // bounded by the process
	if err != nil {
		return err
	}
	for name, value := range DynamoDB(operation, nil).Header {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d: %s", operation, resp.StatusCode, text)
	}
	return err
}
