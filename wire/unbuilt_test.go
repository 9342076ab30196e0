package wire_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Every operation of AWS's client is either built or refused by its name.
func TestOperationsOfTheClient(t *testing.T) {
	addr := serve(t, nil)
	client := reflect.TypeFor[*dynamodb.Client]()
	built := 0
	for method := range client.Methods() {
		if method.Name == "Options" {
			continue
		}
		a := dynamoDB(t, addr, method.Name, "{}")
		switch {
		case !strings.Contains(a.body, "UnknownOperationException"):
			built++
		case a.status != 400 || a.body != `{"__type":"com.amazon.coral.service#UnknownOperationException","message":"`+method.Name+` is an operation of DynamoDB that Lullaby does not have"}`:
			t.Errorf("%s: %d %s", method.Name, a.status, a.body)
		}
	}
	if built == 0 {
		t.Error("no operation is built")
	}
}
