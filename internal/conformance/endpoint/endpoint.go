// Package endpoint serves Lullaby's AWS endpoint to the tests of functions, in
// their own process: what a function asks of DynamoDB is answered by its rules.
//
// The package is for tests alone.
package endpoint

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/dynamo"
	"lullaby/storage"
	"lullaby/wire"
)

// DynamoDB returns a client of an endpoint of its own, which ends with the test
// and refuses nothing for want of capacity.
func DynamoDB(t *testing.T) *dynamodb.Client {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := dynamo.New(db, dynamo.Options{Instant: true, Unlimited: true})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := wire.New(wire.Services{DynamoDB: engine}, wire.Options{})
	life, end := context.WithCancel(context.Background())
	var running sync.WaitGroup
	var served error
	running.Go(func() { engine.Run(life) })
	running.Go(func() { served = server.Serve(ln) })
	connections := &http.Transport{}
	t.Cleanup(func() {
		connections.CloseIdleConnections() // the server's end waits for those that no request came through
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		err := server.Shutdown(ctx)
		end()
		running.Wait()
		if err := errors.Join(err, served, engine.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://" + ln.Addr().String()),
		HTTPClient:  &http.Client{Transport: connections},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	})
}

// Table creates an on-demand table whose key is a string attribute.
func Table(t *testing.T, db *dynamodb.Client, name, key string) {
	t.Helper()
	if _, err := db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String(key), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String(key), KeyType: types.KeyTypeHash}},
	}); err != nil {
		t.Fatal(err)
	}
}
