package posted

import (
	"encoding/base64"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"lullaby/items/internal/reply"
)

// body returns the bytes that the caller sent. The gateway encodes those of the
// API's binary media types in base64.
func body(req events.APIGatewayProxyRequest) ([]byte, error) {
	if !req.IsBase64Encoded {
		return []byte(req.Body), nil
	}
	text, err := base64.StdEncoding.DecodeString(req.Body)
	if err != nil {
		return nil, &reply.RefusalError{Status: http.StatusBadRequest, Message: "body is not valid base64: " + err.Error()}
	}
	return text, nil
}
