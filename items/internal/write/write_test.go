package write_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lullaby/instant"
	"lullaby/items/internal/document"
	"lullaby/items/internal/write"
)

var at = instant.Of(time.Date(2026, 11, 29, 12, 0, 0, 120_000_000, time.UTC))

const (
	idA = "AAAAAAAAAAAAAAAAAAAAAAAAAA"
	idB = "BBBBBBBBBBBBBBBBBBBBBBBBBB"
)

// In order: the instant decides, and the id where it is the same.
func TestNewerWins(t *testing.T) {
	stamps := []write.Stamp{{1, idB}, {at, idA}, {at, idB}, {at + 1, idA}, {at.Add(time.Hour), idA}}
	for i, s := range stamps {
		for k, stored := range stamps {
			want := write.Stored
			if i < k {
				want = write.Superseded
			} else if i > k {
				want = write.Missing
			}
			if got := write.StateOf(map[string]types.AttributeValue{write.Attribute: stored.Value()}, s); got != want {
				t.Errorf("StateOf(the item of %v, %v) = %v, want %v", stored, s, got, want)
			}
		}
	}
	for _, item := range []map[string]types.AttributeValue{nil, {write.Attribute: &types.AttributeValueMemberS{Value: "~"}}} {
		if got := write.StateOf(item, stamps[0]); got != write.Missing {
			t.Errorf("StateOf(%v) = %v, want Missing", item, got)
		}
	}
}

// Only the stamp goes: a document may have an attribute of its name.
func TestStrip(t *testing.T) {
	item := map[string]types.AttributeValue{"_id": &types.AttributeValueMemberS{Value: "a"}, write.Attribute: write.NewStamp(at).Value()}
	write.Strip(item)
	if _, found := item[write.Attribute]; found || len(item) != 1 {
		t.Errorf("after Strip the item is %v, want _id alone", item)
	}
	item[write.Attribute] = &types.AttributeValueMemberS{Value: "mine"}
	if write.Strip(item); len(item) != 2 {
		t.Errorf("Strip removed an attribute of the document: %v", item)
	}
}

func TestStampSize(t *testing.T) {
	value, _ := write.NewStamp(at).Value().(*types.AttributeValueMemberB)
	if got := len(write.Attribute) + len(value.Value); got != write.StampSize {
		t.Errorf("the stamp takes %d bytes, StampSize is %d", got, write.StampSize)
	}
}

func TestIDs(t *testing.T) {
	if a, b := write.NewStamp(at).RequestID, write.NewStamp(at).RequestID; a == b || !write.ValidID(a) {
		t.Errorf("ids %s and %s, want two that are valid", a, b)
	}
	for _, id := range []string{"", idA[1:], idA + "A", strings.ToLower(idA), "key/AAAAAAAAAAAAAAAAAAAAAA"} {
		if write.ValidID(id) {
			t.Errorf("ValidID(%q) = true, want false", id)
		}
	}
}

// What is posted arrives, whatever characters it has; SQS takes the message.
func TestMessages(t *testing.T) {
	for _, posted := range []string{
		`{"_id":"a","n":1.50,"list":[null,true,{}]}`,
		"{\"_id\":\"\u007f\u0085\uFFFE\uFFFF\",\"\uFFFF\":\"\U0010FFFF\"}",
		`{"_id":"\u0000\u0001\u001f","<":"\ud83d\ude00"}`,
	} {
		item, err := document.Decode([]byte(posted))
		if err != nil {
			t.Fatal(err)
		}
		text, err := write.Text(item)
		if err != nil {
			t.Fatal(err)
		}
		want := write.Stamp{at, idA}
		body := write.Encode(want, text)
		if slices.ContainsFunc([]rune(body), func(r rune) bool { return r < 0x20 || r == 0xFFFE || r == 0xFFFF }) {
			t.Errorf("SQS does not take %q", body)
		}
		stamp, got, err := write.Decode(body)
		if err != nil {
			t.Errorf("Decode(%q): %v", body, err)
		}
		if diff := cmp.Diff(item, got, cmpopts.IgnoreUnexported(
			types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberL{},
			types.AttributeValueMemberM{}, types.AttributeValueMemberBOOL{}, types.AttributeValueMemberNULL{},
		)); diff != "" || stamp != want {
			t.Errorf("of %s came %v and (-want +got):\n%s", posted, stamp, diff)
		}
		if stamp, err := write.DecodeStamp(body); err != nil || stamp != want {
			t.Errorf("DecodeStamp = %v, %v, want %v", stamp, err, want)
		}
	}
}

func TestMaxText(t *testing.T) {
	longest := write.Stamp{At: at + 1, RequestID: idA}
	if got := len(write.Encode(longest, strings.Repeat("x", write.MaxText))); got != 1<<20 {
		t.Errorf("the longest message has %d bytes, want %d", got, 1<<20)
	}
}

func TestDecodeRefuses(t *testing.T) {
	const stamp = `{"request_id":"` + idA + `","at":"2026-11-29T12:00:00.12Z"`
	for _, tt := range []struct{ body, want string }{
		{``, "message: unexpected end of JSON input"},
		{`hello`, "message: invalid character 'h' looking for beginning of value"},
		{`{"_id":"a"}`, "message: no request_id and at of a write"},
		{`{"request_id":"7","at":"2026-11-29T12:00:00Z","document":{"_id":"a"}}`, "message: no request_id and at of a write"},
		{`{"request_id":"` + idA + `","at":"1969-11-29T12:00:00Z","document":{"_id":"a"}}`, "message: no request_id and at of a write"},
		{stamp + `}`, "document of the message: body is not valid JSON: unexpected end of JSON input, before offset 0"},
		{stamp + `,"document":[]}`, "document of the message: body is not a JSON object"},
		{stamp + `,"document":{"n":1}}`, "document of the message: the object has no _id"},
	} {
		if _, _, err := write.Decode(tt.body); err == nil || err.Error() != tt.want {
			t.Errorf("Decode(%s): %v, want %s", tt.body, err, tt.want)
		}
	}
}
