package request_test

import (
	"testing"

	"lullaby/dynamo/request"
	"lullaby/internal/awsjson"
)

// AttributeUpdates, one attribute at a time. An update by expression is
// package expr's.
func TestUpdate(t *testing.T) {
	for _, tt := range []struct{ update, before, after, refusal string }{
		{`{"Value":{"S":"y"}}`, `{"a":{"S":"x"},"b":{"S":"z"}}`, `{"a":{"S":"y"},"b":{"S":"z"}}`, ""},
		{`{"Action":"PUT","Value":{"N":"1"}}`, `{"a":{"S":"x"}}`, `{"a":{"N":"1"}}`, ""},
		{`{"Action":"PUT","Value":{"N":"1"}}`, `{}`, `{"a":{"N":"1"}}`, ""},
		{`{"Action":"DELETE"}`, `{"a":{"S":"x"},"b":{"S":"z"}}`, `{"b":{"S":"z"}}`, ""},
		{`{"Action":"DELETE"}`, `{}`, `{}`, ""},
		{`{"Action":"DELETE","Value":{"SS":["x"]}}`, `{"a":{"SS":["x","y"]}}`, `{"a":{"SS":["y"]}}`, ""},
		{`{"Action":"DELETE","Value":{"SS":["x"]}}`, `{"a":{"SS":["x"]}}`, `{}`, ""},
		{`{"Action":"DELETE","Value":{"SS":["x"]}}`, `{"a":{"S":"x"}}`, "", "Type mismatch for attribute to update"},
		{`{"Action":"ADD","Value":{"N":"2"}}`, `{"a":{"N":"1"}}`, `{"a":{"N":"3"}}`, ""},
		{`{"Action":"ADD","Value":{"N":"2"}}`, `{}`, `{"a":{"N":"2"}}`, ""},
		{`{"Action":"ADD","Value":{"N":"2"}}`, `{"a":{"S":"1"}}`, "", "Type mismatch for attribute to update"},
		{`{"Action":"ADD","Value":{"SS":["y"]}}`, `{"a":{"SS":["x"]}}`, `{"a":{"SS":["x","y"]}}`, ""},
		{`{"Action":"ADD","Value":{"L":[{"S":"y"}]}}`, `{"a":{"L":[{"S":"x"}]}}`, `{"a":{"L":[{"S":"x"},{"S":"y"}]}}`, ""},
	} {
		in := new(request.UpdateItemInput)
		body := `{"TableName":"items","Key":{"id":{"S":"k"}},"AttributeUpdates":{"a":` + tt.update + `}}`
		if err := awsjson.Unmarshal([]byte(body), in); err != nil {
			t.Fatal(err)
		}
		_, u, err := in.Check()
		if err != nil {
			t.Fatalf("%s: %v", tt.update, err)
		}
		before := item(t, tt.before)
		got, err := u.Apply(before)
		switch {
		case err != nil || tt.refusal != "":
			if err == nil || err.Error() != tt.refusal {
				t.Errorf("%s of %s: %v, want %q", tt.update, tt.before, err, tt.refusal)
			}
		case !got.Equal(item(t, tt.after)) || !before.Equal(item(t, tt.before)):
			t.Errorf("%s of %s = %v, and the item is %v, want %s", tt.update, tt.before, got, before, tt.after)
		}
	}
}
