package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"lullaby/instant"
	"lullaby/items/internal/reply"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/write"
)

type handler struct{ requests requests.Table }

func (h handler) get(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return h.answer(ctx, instant.Of(time.Now()), req.PathParameters["request_id"])
}

// answer tells what is known at now of a request.
func (h handler) answer(ctx context.Context, now instant.Instant, id string) (events.APIGatewayProxyResponse, error) {
	var none events.APIGatewayProxyResponse
	unknown := &reply.RefusalError{Status: http.StatusNotFound, Message: "there is no request with this request_id"}
	if !write.ValidID(id) {
		return none, unknown
	}
	r, known, err := h.requests.Request(ctx, now, id)
	if err != nil {
		return none, err
	}
	if !known {
		return none, unknown
	}
	body, err := json.Marshal(struct {
		Status     requests.Status `json:"status"`
		RequestID  string          `json:"request_id"`
		Superseded bool            `json:"superseded,omitempty"`
		Reason     string          `json:"reason,omitempty"`
	}{r.Status, id, r.Superseded, r.Reason})
	if err != nil {
		return none, err
	}
	return reply.JSON(http.StatusOK, string(body)), nil
}
