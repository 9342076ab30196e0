package conformance

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"lullaby/rehearse/report"
)

// Writes that come four times as fast as the table takes them wait in the queue of a
// running stack as in that of a rehearsal. Every request ends WRITTEN, at the table's
// rate, and none is given up. Written, refused and dead differ from the rehearsal by at
// most 3 % of the requests, and the time until the queue is empty by at most 10 %.
func TestQueuedRehearsal(t *testing.T) {
	takesLong(t)
	t.Parallel()
	const traffic = 15 * time.Second
	r, rehearsed := rehearsal(t, "template-queued.yaml", nil, "constant:20/s", traffic, true)
	up := start(t, "--drained", filepath.Join(itemsDir, "template-queued.yaml"))
	q := queued{db: sdk(up.AWS), queues: queueSDK(up.AWS), url: up.AWS + "/123456789012/items-", begin: time.Now()}
	var got echo
	var sending sync.WaitGroup
	sending.Go(func() { got = send(t, up.HTTP+"/item", r.Arrivals()) })
	t.Cleanup(sending.Wait)
	all := q.watch(t, traffic)
	sending.Wait()

	took, want := all[len(all)-1].at, &rehearsed.Queues[0]
	t.Logf("of %d requests, empty after %v; rehearsed: of %d, after %v",
		len(got.answers), took.Round(time.Millisecond), rehearsed.Routes[0].Offered, want.Empty)
	sameFates(t, &got, q.written(t, up.HTTP, &got), q.dead(t), rehearsed)
	if empty := time.Duration(want.Empty); (took - empty).Abs() > empty/10 {
		t.Errorf("the queue is empty after %v, after %v in the rehearsal", took, empty)
	}
	risesAndFalls(t, all, want)
}

// queued is a running stack of template-queued.yaml.
type queued struct {
	db     *dynamodb.Client
	queues *sqs.Client
	url    string // of its queues, up to their own names
	begin  time.Time
}

// A look is what was there at an instant.
type look struct {
	at             time.Duration // since the start, when the answers had come
	items          int64         // in the table
	visible, depth int64         // messages of the queue: visible, and all
}

// watch looks each second until the queue is empty after the traffic. The table has
// no burst: it must not have taken more than it gained since q.begin, and in the second
// before, in which up drained it and became ready.
func (q *queued) watch(t *testing.T, traffic time.Duration) (all []look) {
	t.Helper()
	const rate = 5 // WriteCapacityUnits; each item takes one
	for second := 1; ; second++ {
		time.Sleep(time.Until(q.begin.Add(time.Duration(second) * time.Second)))
		l := look{items: q.count(t)}
		l.at = time.Since(q.begin)
		l.visible, l.depth = q.depth(t, "writes")
		all = append(all, l)
		if most := int64(rate * (l.at + time.Second).Seconds()); l.items > most {
			t.Errorf("%d items after %v, more than the table takes, %d", l.items, l.at, most)
		}
		switch {
		case l.at > traffic+time.Second && l.depth == 0:
			return all
		case l.at > 100*time.Second:
			t.Fatalf("%d messages are left after %v", l.depth, l.at)
		}
	}
}

// count returns how many items the table has.
func (q *queued) count(t *testing.T) int64 {
	t.Helper()
	out, err := q.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("items-table"), Select: types.SelectCount})
	if err != nil {
		t.Fatal(err)
	}
	return int64(out.Count)
}

// depth returns how many messages of a queue are visible, and how many it has.
func (q *queued) depth(t *testing.T, name string) (visible, all int64) {
	t.Helper()
	out, err := q.queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(q.url + name), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []string{"", "NotVisible", "Delayed"} {
		n, err := strconv.ParseInt(out.Attributes["ApproximateNumberOfMessages"+of], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if all += n; of == "" {
			visible = n
		}
	}
	return visible, all
}

// dead returns how many messages were given up.
func (q *queued) dead(t *testing.T) int64 {
	t.Helper()
	_, dead := q.depth(t, "dead-writes")
	_, parked := q.depth(t, "parked-writes")
	return dead + parked
}

// written returns how many requests are WRITTEN. All must be, none superseded, and the
// item that each posted must have its stamp, which the condition of the write lets in
// once.
func (q *queued) written(t *testing.T, api string, got *echo) (n int64) {
	t.Helper()
	out, err := q.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("items-table")})
	if err != nil {
		t.Fatal(err)
	}
	stamps := map[string]string{}
	for _, item := range out.Items {
		id, _ := item["_id"].(*types.AttributeValueMemberS)
		stamp, _ := item["_request"].(*types.AttributeValueMemberB)
		if len(item) != 2 || id == nil || stamp == nil {
			t.Fatalf("an item is %v, want _id and _request", item)
		}
		stamps[id.Value] = string(stamp.Value)
	}
	if len(stamps) != len(got.answers) {
		t.Errorf("%d items of %d requests", len(stamps), len(got.answers))
	}
	for id, answer := range got.answers {
		var request struct {
			ID string `json:"request_id"`
		}
		if err := json.Unmarshal([]byte(answer), &request); err != nil || request.ID == "" {
			t.Errorf("POST of %s: %s, want a request_id", id, answer)
			continue
		}
		_, status := call(t, http.MethodGet, api+"/request/"+request.ID, "")
		if want := `{"status":"WRITTEN","request_id":"` + request.ID + `"}`; status != want {
			t.Errorf("the request of %s: %s, want %s", id, status, want)
			continue
		}
		if n++; !strings.HasSuffix(stamps[id], request.ID) {
			t.Errorf("item %s has the stamp %q, want that of request %s", id, stamps[id], request.ID)
		}
	}
	return n
}

// sameFates compares what became of the requests with the rehearsal.
func sameFates(t *testing.T, got *echo, written, dead int64, rehearsed *report.Report) {
	t.Helper()
	route, queue := &rehearsed.Routes[0], &rehearsed.Queues[0]
	offered := int64(len(got.answers))
	if offered != route.Offered {
		t.Errorf("%d answers to %d requests", offered, route.Offered)
	}
	for _, tt := range []struct {
		fate      string
		got, want int64
	}{
		{"written", written, queue.Done},
		{"refused", offered - got.status[http.StatusAccepted], route.Refused + route.TimedOut},
		{"dead", dead, queue.Dead},
	} {
		if d := tt.got - tt.want; max(d, -d)*100 > 3*offered {
			t.Errorf("%d of %d requests %s, %d in the rehearsal", tt.got, offered, tt.fate, tt.want)
		}
	}
	if refused := offered - got.status[http.StatusAccepted]; refused > 0 || dead > 0 {
		t.Errorf("%d of %d requests refused and %d dead, want none", refused, offered, dead)
	}
}

// risesAndFalls checks that the depth rises to about that of the rehearsal while
// requests come, and falls to nothing afterwards.
func risesAndFalls(t *testing.T, all []look, want *report.Queue) {
	t.Helper()
	var deepest look
	for _, l := range all {
		if l.visible > deepest.visible {
			deepest = l
		}
	}
	if d := deepest.visible - want.Deepest; max(d, -d)*10 > want.Deepest {
		t.Errorf("%d messages are visible at most, %d in the rehearsal", deepest.visible, want.Deepest)
	}
	if d := deepest.at - time.Duration(want.DeepestAt); d.Abs() > 5*time.Second {
		t.Errorf("the queue is deepest after %v, after %v in the rehearsal", deepest.at, want.DeepestAt)
	}
	t.Logf("%d visible at most, after %v; rehearsed: %d, after %v", deepest.visible, deepest.at.Round(time.Millisecond), want.Deepest, want.DeepestAt)
}
