package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
)

// client is the SDK's own, for the errors that it makes itself.
func client(url string, attempts int) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:           "us-east-1",
		BaseEndpoint:     aws.String(url),
		Credentials:      credentials.NewStaticCredentialsProvider("id", "secret", ""),
		RetryMaxAttempts: attempts,
	})
}

// says answers with a status and a body in DynamoDB's content type.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// breaks off the connection behind a piece of an answer.
func breaks(piece string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = conn.Write([]byte(piece))
		_ = conn.Close()
	}
}

const (
	throttled = `{"error":"too many requests for the capacity of the table, try again"}`
	silent    = `{"error":"the table did not answer in time, try again"}`
)

func TestPutThroughTheSDK(t *testing.T) {
	const shape = "com.amazonaws.dynamodb.v20120810#"
	for _, tt := range []struct {
		name     string
		dynamodb http.HandlerFunc
		status   int
		body     string
	}{
		{"stored", says(200, `{}`), 201, `{"success":true}`},
		{"throttled", says(400, `{"__type":"`+shape+`ProvisionedThroughputExceededException","message":"m"}`), 503, throttled},
		{"invalid", says(400, `{"__type":"com.amazon.coral.validate#ValidationException","message":"Type mismatch for key"}`), 400, `{"error":"Type mismatch for key"}`},
		{"no table", says(400, `{"__type":"`+shape+`ResourceNotFoundException","message":"m"}`), 500, `{"error":"internal error"}`},
		{"denied", says(400, `{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"m"}`), 500, `{"error":"internal error"}`},
		{"server error", says(500, `{"__type":"`+shape+`InternalServerError","message":"m"}`), 503, silent},
		{"a proxy's page", says(502, `<html>`), 503, silent},
		{"another service", says(200, `<html>`), 500, `{"error":"internal error"}`},
		{"no answer", breaks(""), 503, silent},
		{"half an answer", breaks("HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 100\r\n\r\n{"), 503, silent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.dynamodb)
			defer server.Close()
			got := post(t.Context(), t, client(server.URL, 1), events.APIGatewayProxyRequest{Body: `{"_id":"a"}`})
			if diff := cmp.Diff(answer(tt.status, tt.body), got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPutWithoutDynamoDB(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	got := post(t.Context(), t, client(url, 1), events.APIGatewayProxyRequest{Body: `{"_id":"a"}`})
	if diff := cmp.Diff(answer(503, silent), got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// The time runs out in a call, or in the pause between two.
func TestPutAnswersBeforeItsTimeIsUp(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the client leaves
		<-r.Context().Done()
	}))
	defer server.Close()
	failing := httptest.NewServer(says(500, `{}`))
	defer failing.Close()
	for _, tt := range []struct{ name, url string }{
		{"no answer", server.URL},
		{"one failure after another", failing.URL},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
			defer cancel()
			got := post(ctx, t, client(tt.url, 100), events.APIGatewayProxyRequest{Body: `{"_id":"a"}`})
			if diff := cmp.Diff(answer(503, silent), got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if ctx.Err() != nil {
				t.Error("the function's time was up before it answered")
			}
		})
	}
}
