package attribute_test

import (
	"bytes"
	"cmp"
	"math/big"
	"strings"
	"testing"

	"lullaby/attribute"
)

// keyValues takes values of the kinds that keys have from bytes: a byte of kind,
// one of length, the text. A text that is no number is taken as bytes. Two
// sequences of the same layout have the same kinds.
func keyValues(layout, data []byte) []attribute.Value {
	var vs []attribute.Value
	for _, b := range layout[:min(len(layout), 4)] {
		n := 0
		if len(data) > 0 {
			n = min(int(data[0]%18), len(data)-1)
			data = data[1:]
		}
		text := string(data[:n])
		data = data[n:]
		switch b % 3 {
		case 0:
			vs = append(vs, attribute.String(text))
		case 1:
			vs = append(vs, attribute.Binary(text))
		default:
			digits := new(big.Int).SetBytes([]byte(text)).String()
			if n > 0 && text[0] >= 0x80 {
				digits = "-" + digits
			}
			number, err := attribute.ParseNumber(digits + "e" + big.NewInt(int64(int8(n*37))).String())
			if err != nil {
				number = attribute.Zero
			}
			vs = append(vs, attribute.Num(number))
		}
	}
	return vs
}

// compareSequences is the order that keys are to have, by the values alone.
func compareSequences(t *testing.T, a, b []attribute.Value) int {
	for i := range a {
		order := strings.Compare(a[i].Text(), b[i].Text())
		if a[i].Kind() == attribute.N {
			order = rational(t, a[i].Number().String()).Cmp(rational(t, b[i].Number().String()))
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

// Keys of sequences of values order as the sequences do, and end themselves:
// whatever follows, no key goes on as another.
func FuzzKeys(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0}, []byte("\x03a\x00b\x02\x00\xff\x01\x07"), []byte("\x02a\x00\x02\x00\x01\x02\x07\x01"))
	f.Add([]byte{2, 2}, []byte("\x01\x81\x01\x01"), []byte("\x02\x81\x00\x01\x02"))
	f.Add([]byte{0, 1}, []byte("\x01a\x01b"), []byte("\x02ab\x00"))
	f.Add([]byte{1, 0}, []byte("\x01\x00\x01b"), []byte("\x02\x00\x01\x00"))
	f.Add([]byte{0}, []byte("\x00"), []byte("\x01\x00"))
	f.Fuzz(func(t *testing.T, layout, one, two []byte) {
		a, b := keyValues(layout, one), keyValues(layout, two)
		var keyA, keyB []byte
		for i := range a {
			keyA, keyB = a[i].AppendKey(keyA), b[i].AppendKey(keyB)
		}
		want := compareSequences(t, a, b)
		if got := bytes.Compare(keyA, keyB); got != want {
			t.Fatalf("keys %x and %x order %d, want %d: %v, %v", keyA, keyB, got, want, a, b)
		}
		if want == 0 {
			return
		}
		if got := bytes.Compare(append(keyA, one...), append(keyB, two...)); got != cmp.Compare(want, 0) {
			t.Fatalf("keys %x and %x with more behind them order %d, want %d", keyA, keyB, got, want)
		}
	})
}
