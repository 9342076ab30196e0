package document_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/items/internal/document"
)

// FuzzDecodeEncode holds what is decoded and encoded again to being the same
// JSON, numbers digit for digit.
func FuzzDecodeEncode(f *testing.F) {
	for _, seed := range []string{
		`{"_id":"a"}`,
		`{"_id":"\ud83d\ude00\\u0041","n":-12.340e+5,"z":0.0e99,"l":[1,null,true,{}],"m":{"":{"x":[]}}}`,
		`{"_id":"\u2028<&>","x":"\ud83d"}`,
		`{"_id":"a","_id":"b"}`,
		`{"_id":"a","n":12345678901234567890123456789012345678E-160}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		item, err := document.Decode(body)
		if err != nil {
			return
		}
		if document.Size(item) < len(document.Key)+1 {
			t.Errorf("Size(%s) = %d, less than its key", body, document.Size(item))
		}
		text, err := document.Encode(item)
		if err != nil {
			t.Fatalf("Encode(Decode(%s)): %v", body, err)
		}
		if diff := cmp.Diff(parsed(t, body), parsed(t, []byte(text))); diff != "" {
			t.Errorf("Encode(Decode(%s)) (-before +after):\n%s", body, diff)
		}
	})
}

// parsed reads JSON with numbers as their text; a zero is without exponent.
func parsed(t *testing.T, text []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
	return zeros(v)
}

func zeros(v any) any {
	switch v := v.(type) {
	case json.Number:
		mantissa := v.String()
		if i := strings.IndexAny(mantissa, "eE"); i >= 0 {
			mantissa = mantissa[:i]
		}
		if strings.Trim(mantissa, "-0.") == "" {
			return json.Number(mantissa)
		}
	case []any:
		for i := range v {
			v[i] = zeros(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = zeros(v[k])
		}
	}
	return v
}
