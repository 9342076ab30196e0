package document_test

import (
	"strings"
	"testing"

	"lullaby/items/internal/document"
)

func TestSize(t *testing.T) {
	const key = `{"_id":"é","v":` // 3 + 2 bytes, and 1 for the name v
	for _, tt := range []struct {
		value string
		want  int
	}{
		{`""`, 0},
		{`"é😀"`, 6},
		{`true`, 1},
		{`null`, 1},
		{`0`, 1},
		{`-0.0`, 1},
		{`1`, 2},
		{`12`, 2},
		{`-1`, 3},
		{`120`, 3},
		{`1200`, 2},
		{`100`, 2},
		{`0.1`, 2},
		{`0.01`, 2},
		{`0.012`, 3},
		{`1.5`, 3},
		{`12.34e2`, 3},
		{`1e-130`, 2},
		{`12345678901234567890123456789012345678`, 20},
		{`1234567890123456789012345678901234567.8`, 21},
		{`[]`, 3},
		{`[1, "ab"]`, 3 + 1 + 2 + 1 + 2},
		{`{}`, 3},
		{`{"ab": null, "": [true]}`, 3 + 1 + 2 + 1 + 1 + 0 + 3 + 1 + 1},
	} {
		item, err := document.Decode([]byte(key + tt.value + `}`))
		if err != nil {
			t.Errorf("Decode(%s): %v", tt.value, err)
			continue
		}
		if got := document.Size(item) - 6; got != tt.want {
			t.Errorf("Size(%s) = %d, want %d", tt.value, got, tt.want)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	body := []byte(`{"_id":"lamp-7","lumen":806.5,"on":true,"tags":["a","b"],"text":"` + strings.Repeat("x", 900) + `"}`)
	b.Run("1KB", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := document.Decode(body); err != nil {
				b.Fatal(err)
			}
		}
	})
}
