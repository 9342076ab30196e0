package reply

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
)

// JSON returns an answer whose body is JSON already.
func JSON(status int, body string) events.APIGatewayProxyResponse {
	return events.APIGatewayProxyResponse{
		StatusCode: status,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       body,
	}
}

// problem returns the answer {"error": message}.
func problem(status int, message string) events.APIGatewayProxyResponse {
	quoted, _ := json.Marshal(message) // a string has a JSON form
	return JSON(status, `{"error":`+string(quoted)+`}`)
}
