package requests_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/internal/conformance/endpoint"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/write"
)

// now is in the past: expiry is compared with the instant that the caller hands
// over, and DynamoDB would delete by its own clock.
var now = instant.Of(time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC))

func open(t *testing.T) requests.Table {
	t.Helper()
	db := endpoint.DynamoDB(t)
	endpoint.Table(t, db, "requests", "id")
	return requests.Table{Name: "requests", DB: db}
}

// A step is a change of the status of a request.
type step struct {
	name string
	do   func(t *testing.T, table requests.Table, id string) error
}

var (
	queue = step{"queue", func(t *testing.T, table requests.Table, id string) error {
		t.Helper()
		return table.Queue(t.Context(), now, id)
	}}
	written = step{"written", func(t *testing.T, table requests.Table, id string) error {
		t.Helper()
		return table.Written(t.Context(), now, id, false)
	}}
	superseded = step{"superseded", func(t *testing.T, table requests.Table, id string) error {
		t.Helper()
		return table.Written(t.Context(), now, id, true)
	}}
	failed = step{"failed", func(t *testing.T, table requests.Table, id string) error {
		t.Helper()
		return table.Failed(t.Context(), now, id, "given up")
	}}
	noteFull = step{"note full", func(t *testing.T, table requests.Table, id string) error {
		t.Helper()
		return table.Note(t.Context(), id, "full")
	}}
	noteSlow = step{"note slow", func(t *testing.T, table requests.Table, id string) error {
		t.Helper()
		return table.Note(t.Context(), id, "slow")
	}}
)

// The status moves forward only, and a failed request that is moved back may
// still be written.
func TestStatus(t *testing.T) {
	table := open(t)
	isWritten, isSuperseded := requests.Request{Status: requests.Written}, requests.Request{Status: requests.Written, Superseded: true}
	isFailed := func(reason string) requests.Request { return requests.Request{Status: requests.Failed, Reason: reason} }
	for _, tt := range []struct {
		steps []step
		want  requests.Request // the zero Request: not known
	}{
		{nil, requests.Request{}},
		{[]step{queue}, requests.Request{Status: requests.Queued}},
		{[]step{queue, queue}, requests.Request{Status: requests.Queued}},
		{[]step{queue, noteFull}, requests.Request{Status: requests.Queued}},
		{[]step{noteFull}, requests.Request{}},
		{[]step{queue, written}, isWritten},
		{[]step{queue, superseded}, isSuperseded},
		{[]step{queue, failed}, isFailed("given up")},
		{[]step{queue, noteFull, failed}, isFailed("full")},
		{[]step{queue, noteFull, noteSlow, failed}, isFailed("slow")},
		{[]step{queue, failed, queue}, isFailed("given up")},
		{[]step{queue, noteFull, failed, noteSlow, failed}, isFailed("slow")},
		{[]step{queue, failed, written}, isWritten},
		{[]step{queue, failed, written, failed}, isWritten},
		{[]step{queue, written, superseded}, isWritten},
		{[]step{queue, superseded, written}, isSuperseded},
		{[]step{queue, written, queue, noteFull}, isWritten},
		{[]step{written}, isWritten}, // its record is gone
		{[]step{failed}, isFailed("given up")},
	} {
		id, names := write.NewStamp(now).RequestID, make([]string, 0, len(tt.steps))
		for _, s := range tt.steps {
			names = append(names, s.name)
			if err := s.do(t, table, id); err != nil {
				t.Fatalf("%v: %v", names, err)
			}
		}
		got, known, err := table.Request(t.Context(), now, id)
		if err != nil || known != (tt.want != requests.Request{}) {
			t.Errorf("after %v: known %v, error %v", names, known, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("after %v (-want +got):\n%s", names, diff)
		}
	}
}

// A record ends on time, long before DynamoDB deletes it, and each change of
// status keeps it for as long again.
func TestRequestsExpire(t *testing.T) {
	table, id := open(t), write.NewStamp(now).RequestID
	known := func(at instant.Instant, want bool) {
		t.Helper()
		if _, got, err := table.Request(t.Context(), at, id); err != nil || got != want {
			t.Errorf("%v after the post the request is known: %v, error %v, want %v", at.Sub(now), got, err, want)
		}
	}
	if err := table.Queue(t.Context(), now, id); err != nil {
		t.Fatal(err)
	}
	known(now.Add(requests.Kept-time.Second), true)
	known(now.Add(requests.Kept), false)
	if err := table.Failed(t.Context(), now.Add(time.Hour), id, "given up"); err != nil {
		t.Fatal(err)
	}
	known(now.Add(requests.Kept), true)
	known(now.Add(requests.Kept+time.Hour), false)
	if err := table.Written(t.Context(), now.Add(requests.Kept), id, false); err != nil {
		t.Fatal(err)
	}
	known(now.Add(2*requests.Kept-time.Second), true)
	known(now.Add(2*requests.Kept), false)
}

func claim(digest string) requests.Claim {
	return requests.Claim{Stamp: write.NewStamp(now.Add(123_456_789)), Digest: digest}
}

// A key stands for the first request for a day.
func TestClaims(t *testing.T) {
	table, first := open(t), claim("1")
	claimed := func(at instant.Instant, key string, c, want requests.Claim) {
		t.Helper()
		got, err := table.Claim(t.Context(), at, key, c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("claim (-want +got):\n%s", diff)
		}
	}
	sent := func(key, id string) {
		t.Helper()
		if err := table.Sent(t.Context(), key, id); err != nil {
			t.Fatal(err)
		}
	}
	claimed(now, "7", first, first)
	claimed(now, "7", claim("2"), first)
	other := claim("1")
	claimed(now, "8", other, other)
	sent("7", first.Stamp.RequestID)
	first.Sent = true
	claimed(now.Add(requests.KeyKept-time.Second), "7", claim("1"), first)

	next := claim("3")
	claimed(now.Add(requests.KeyKept), "7", next, next)
	sent("7", first.Stamp.RequestID) // by a call that comes late
	claimed(now.Add(requests.KeyKept), "7", claim("3"), next)
	sent("9", first.Stamp.RequestID) // its record is gone
	none := claim("4")
	claimed(now, "9", none, none)
}

// Of many at once, one wins, and all get its request.
func TestClaimsAtOnce(t *testing.T) {
	table := open(t)
	var got [8]requests.Claim
	var calls sync.WaitGroup
	for i := range got {
		calls.Go(func() {
			var err error
			if got[i], err = table.Claim(t.Context(), now, "7", claim("1")); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	for _, c := range got {
		if c != got[0] {
			t.Errorf("claims %v and %v, want one", c, got[0])
		}
	}
}
