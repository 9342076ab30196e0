package rest_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"lullaby/gateway/guard"
	"lullaby/gateway/rest"
	"lullaby/template"
)

// A method's ARN has 1,600 bytes at most, where there is an authorizer.
func TestLongMethodARN(t *testing.T) {
	tmpl, err := template.Load("testdata/conversations/authorizers.yaml", template.Options{StackName: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	described := tmpl.APIs[0]
	api := serving(t, described, telling, rest.Options{Guard: guard.New(guard.Options{Functions: telling})})
	head := "arn:aws:execute-api:us-east-1:123456789012:" + described.ID + "/" + described.Stage + "/GET"
	for length, want := range map[int]int{1_600: 200, 1_601: 414} {
		path := "/token/"
		path += strings.Repeat("x", length-len(head)-len(path))
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Authorization", "all")
		if got := serve(api, r); got.status != want {
			t.Errorf("%d bytes: %d %s, want %d", length, got.status, got.body, want)
		}
	}
}
