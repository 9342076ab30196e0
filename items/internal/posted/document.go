package posted

import (
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/items/internal/document"
	"lullaby/items/internal/reply"
)

// Document returns the document in the body as an item of at most most bytes, as
// document.Size counts. Its error is a *reply.RefusalError.
func Document(req events.APIGatewayProxyRequest, most int) (map[string]types.AttributeValue, error) {
	text, err := body(req)
	if err != nil {
		return nil, err
	}
	item, err := document.Decode(text)
	if err != nil {
		return nil, &reply.RefusalError{Status: http.StatusBadRequest, Message: err.Error()}
	}
	if n := document.Size(item); n > most {
		return nil, &reply.RefusalError{
			Status:  http.StatusRequestEntityTooLarge,
			Message: fmt.Sprintf("the item measures %d bytes, and at most %d are allowed", n, most),
		}
	}
	return item, nil
}
