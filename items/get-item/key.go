package main

import (
	"fmt"
	"net/url"

	"github.com/aws/aws-lambda-go/events"

	"lullaby/items/internal/document"
)

// key returns the _id in the path. A REST API leaves escapes in the path as the
// caller wrote them, so key unescapes it.
func key(req events.APIGatewayProxyRequest) (string, error) {
	id, err := url.PathUnescape(req.PathParameters[document.Key])
	if err != nil {
		return "", fmt.Errorf("_id in the path: %w", err)
	}
	return id, document.CheckKey(id)
}
