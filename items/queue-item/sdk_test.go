package main

import (
	"crypto/md5" //nolint:gosec // SQS answers with it
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"lullaby/items/internal/requests"
	"lullaby/items/internal/write"
)

// takes answers as SQS does that took a message.
func takes(t *testing.T, took *string) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var in struct{ QueueUrl, MessageBody string }
		if err := json.Unmarshal(body, &in); err != nil || r.Header.Get("X-Amz-Target") != "AmazonSQS.SendMessage" || in.QueueUrl != "the-queue" {
			t.Errorf("asked for %s of %s, %v", r.Header.Get("X-Amz-Target"), in.QueueUrl, err)
		}
		*took = in.MessageBody
		sum := md5.Sum([]byte(in.MessageBody)) //nolint:gosec // see above
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		fmt.Fprintf(w, `{"MessageId":"m","MD5OfMessageBody":"%s"}`, hex.EncodeToString(sum[:]))
	}
}

// refuses answers with an error of SQS's.
func refuses(status int, shape, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amzn-Query-Error", code+";Sender")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type":"com.amazonaws.sqs#%s","message":"m"}`, shape)
	}
}

func TestPostThroughTheSDK(t *testing.T) {
	var took string
	const silent = `{"error":"the queue did not answer in time, try again"}`
	for _, tt := range []struct {
		name   string
		queue  http.HandlerFunc
		status int
		body   string
	}{
		{"sent", takes(t, &took), 202, ""},
		{"throttled", refuses(400, "RequestThrottled", "RequestThrottled"), 503, `{"error":"too many requests for the capacity of the queue, try again"}`},
		{"no queue", refuses(400, "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"), 500, `{"error":"internal error"}`},
		{"server error", refuses(500, "InternalFailure", "InternalFailure"), 503, silent},
		{"another answer", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, 503, silent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.queue)
			defer server.Close()
			h, _ := open(t)
			h.queue = sqs.New(sqs.Options{
				Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
				Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
			})
			res := ask(t, h, noon, request(text, "7"))
			if res.StatusCode != tt.status || tt.body != "" && res.Body != tt.body {
				t.Errorf("answer %d %s, want %d %s", res.StatusCode, res.Body, tt.status, tt.body)
			}
			if tt.status != http.StatusAccepted {
				return
			}
			if s, err := write.DecodeStamp(took); err != nil || status(t, h, s.RequestID) != requests.Queued {
				t.Errorf("sent %s, %v", took, err)
			}
		})
	}
}
