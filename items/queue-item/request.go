package main

import (
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"lullaby/items/internal/reply"
)

const (
	keyHeader = "Idempotency-Key"
	maxKey    = 255 // bytes
)

// idempotencyKey returns the value of the header, empty if there is none. A REST
// API leaves the names of headers as the caller wrote them.
func idempotencyKey(req events.APIGatewayProxyRequest) (string, error) {
	var keys []string
	for name, values := range req.MultiValueHeaders {
		if strings.EqualFold(name, keyHeader) {
			keys = append(keys, values...)
		}
	}
	if len(keys) == 0 {
		return "", nil
	}
	other := func(r rune) bool { return r < ' ' || r > '~' }
	if key := keys[0]; len(keys) > 1 || key == "" || len(key) > maxKey || strings.ContainsFunc(key, other) {
		return "", &reply.RefusalError{Status: http.StatusBadRequest, Message: "the Idempotency-Key is not one value of 1 to 255 ASCII characters"}
	}
	return keys[0], nil
}

// accepted answers that the request waits in the queue, and where its caller can
// ask about it.
func accepted(req events.APIGatewayProxyRequest, id string) events.APIGatewayProxyResponse {
	res := reply.JSON(http.StatusAccepted, `{"status":"QUEUED","request_id":"`+id+`"}`)
	res.Headers["Location"] = base(req) + "/request/" + id
	return res
}

// base returns what stands before the path of the route in the address that the
// caller used: the stage at an address of API Gateway's own, else the base path of
// a custom domain, which may be empty (docs/aws/gateway.md#paths-of-custom-domains).
func base(req events.APIGatewayProxyRequest) string {
	path := req.Path
	if strings.Contains(req.RequestContext.DomainName, ".execute-api.") {
		path = req.RequestContext.Path
	}
	return strings.TrimSuffix(strings.TrimRight(path, "/"), req.Resource)
}
