package conformance

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"lullaby/retry/awsretry"
)

// Both formats of events tell when the gateway took the request, and that is
// where its time counts from.
func TestTimeOfARequest(t *testing.T) {
	r, err := awsretry.New(awsretry.Options{Limit: awsretry.APIGateway})
	if err != nil {
		t.Fatal(err)
	}
	taken := time.Now().Add(-5 * time.Second).Truncate(time.Millisecond)
	epoch := strconv.FormatInt(taken.UnixMilli(), 10)
	var rest events.APIGatewayProxyRequest
	var http events.APIGatewayV2HTTPRequest
	for text, event := range map[string]any{
		`{"resource":"/item","requestContext":{"requestTimeEpoch":` + epoch + `}}`: &rest,
		`{"version":"2.0","requestContext":{"timeEpoch":` + epoch + `}}`:           &http,
	} {
		if err := json.Unmarshal([]byte(text), event); err != nil {
			t.Fatal(err)
		}
	}
	for format, since := range map[string]int64{"1.0": rest.RequestContext.RequestTimeEpoch, "2.0": http.RequestContext.TimeEpoch} {
		_, inv := r.Begin(t.Context(), time.UnixMilli(since))
		if got, want := inv.Deadline().Sub(taken), awsretry.APIGateway-awsretry.DefaultReserve; got != want {
			t.Errorf("format %s: deadline %v after the request, want %v", format, got, want)
		}
		inv.End()
	}
}
