package attribute_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lullaby/attribute"
	"lullaby/internal/awsjson"
)

// A dice makes random values.
type dice struct{ *rand.Rand }

// text returns a text with characters of one to four bytes, some of which are
// escaped in JSON.
func (d dice) text() string {
	const from = "abcdefghijklmnopqrstuvwxyz \"\\/\x00\x01\b\f\n\r\t\x1f\x7f<&>éß\u2028€𝄞\ufffd"
	runes := []rune(from)
	s := make([]rune, d.IntN(40)*d.IntN(2)*d.IntN(10))
	for i := range s {
		s[i] = runes[d.IntN(len(runes))]
		if d.IntN(3) > 0 {
			s[i] = runes[d.IntN(26)]
		}
	}
	return string(s)
}

func (d dice) bytes() string {
	b := make([]byte, d.IntN(300)*d.IntN(2))
	for i := range b {
		b[i] = byte(d.Uint32())
	}
	return string(b)
}

func (d dice) number(t *testing.T) attribute.Value {
	text := randomNumber(d.Rand)
	switch d.IntN(4) {
	case 0:
		text = "0"
	case 1:
		text = strconv.Itoa(d.IntN(2000) - 1000)
	}
	return number(t, text)
}

// value returns a value of at most so many levels.
func (d dice) value(t *testing.T, levels int) attribute.Value {
	kinds := 10
	if levels == 1 {
		kinds = 8
	}
	switch d.IntN(kinds) {
	case 0:
		return attribute.String(d.text())
	case 1:
		return d.number(t)
	case 2:
		return attribute.Binary(d.bytes())
	case 3:
		return attribute.Bool(d.IntN(2) == 0)
	case 4:
		return attribute.Null()
	case 5, 6, 7:
		return d.set(t)
	case 8:
		vs := make([]attribute.Value, d.IntN(4))
		for i := range vs {
			vs[i] = d.value(t, levels-1)
		}
		return attribute.List(vs...)
	default:
		return attribute.Map(d.item(t, levels-1))
	}
}

// set returns a set, as a request would bring it.
func (d dice) set(t *testing.T) attribute.Value {
	kind := []string{"SS", "NS", "BS"}[d.IntN(3)]
	texts := map[string]bool{}
	for range 1 + d.IntN(5) {
		text := d.text()
		switch kind {
		case "NS":
			text = d.number(t).Number().String()
		case "BS":
			text = strings.Repeat("AAEC", d.IntN(9))
		}
		texts[text] = true
	}
	members := make([]string, 0, len(texts))
	for text := range texts {
		quoted, err := awsjson.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, string(quoted))
	}
	slices.Sort(members)
	v, _ := decode(t, `{"v":{"`+kind+`":[`+strings.Join(members, ",")+`]}}`).Value("v")
	return v
}

// item returns an item of at most so many levels.
func (d dice) item(t *testing.T, levels int) attribute.Item {
	attrs := make([]attribute.Attribute, d.IntN(5))
	for i := range attrs {
		attrs[i] = attribute.Attribute{Name: "n" + d.text(), Value: d.value(t, levels)}
	}
	return attribute.NewItem(attrs...)
}

// The binary form is written as the item is, whatever the item and however much the
// drain takes at a time, and no cut form is taken for a whole one.
func TestEncodedAnswersAsItem(t *testing.T) {
	seed := rand.Uint64()
	d := dice{rand.New(rand.NewPCG(seed, 0))}
	deep := attribute.NewItem(attribute.Attribute{Name: "v", Value: attribute.Null()})
	for range attribute.MaxDepth - 1 {
		deep = attribute.NewItem(attribute.Attribute{Name: "v", Value: attribute.Map(deep)}, attribute.Attribute{Name: "w", Value: d.value(t, 1)})
	}
	const shallow = 3000
	items := append(make([]attribute.Item, 0, shallow+1), deep)
	for range shallow {
		items = append(items, d.item(t, 1+d.IntN(attribute.MaxDepth)))
	}
	for _, it := range items {
		want, err := awsjson.Marshal(it)
		if err != nil {
			t.Fatal(err)
		}
		e := it.Encode()
		got := make([]byte, 0, len(want))
		rest, err := e.AppendJSON(nil, func(text []byte) []byte {
			if d.IntN(4) == 0 {
				return slices.Grow(text, d.IntN(600))
			}
			got = append(got, text...)
			return make([]byte, 0, d.IntN(600))
		})
		if got = append(got, rest...); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("seed %d: %s, %v\nwant %s", seed, got, err, want)
		}
		if _, err := e[:d.IntN(len(e))].AppendJSON(nil, nil); !errors.Is(err, attribute.ErrCorrupt) {
			t.Fatalf("seed %d: a part of %s: %v, want ErrCorrupt", seed, want, err)
		}
	}
}

// A string is escaped wherever in it that is needed.
func TestEscapesAnywhere(t *testing.T) {
	for _, c := range []string{"\x00", "\x1f", `"`, `\`, " ", "!", "#", "[", "]", "\x7f", "é", "\u2028"} {
		for at := range 20 {
			it := attribute.NewItem(attribute.Attribute{Name: "v", Value: attribute.String(strings.Repeat("x", at) + c + strings.Repeat("é", 19-at))})
			want, err := awsjson.Marshal(it)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := it.Encode().AppendJSON(nil, nil); err != nil || string(got) != string(want) {
				t.Errorf("%s, %v, want %s", got, err, want)
			}
		}
	}
}
