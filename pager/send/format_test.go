package send_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/PagerDuty/go-pagerduty"
	"github.com/google/go-cmp/cmp"

	"lullaby/internal/scripttest"
	"lullaby/pager"
	"lullaby/pager/send"
)

// storm are a page with all that one can have, and its recovery.
func storm() []*pager.Page {
	trigger := pager.Page{
		Kind: pager.Trigger, Key: pager.Key("items", "items-5xx"), Stack: "items", Region: "eu-central-1", Alarm: "items-5xx",
		AlarmARN:    "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:items-5xx",
		Description: `Clients of <b>"items"</b> & co. get errors.`, Since: night, At: night, Began: night.Add(-2 * time.Minute),
		Reason:   "Threshold Crossed: 1 datapoint [312.0 (30/11/26 03:10:00)] was greater than the threshold (5.0).",
		Measured: "Sum of 5XXError of items was 312 a minute; the alarm is on above 5",
		Findings: []pager.Finding{{
			Resource: "table items-table", Limit: "WriteProvisionedThroughputThrottleEvents", Did: "refused 1,204 writes", Count: 1_204, Minutes: 5,
			Why: "it has 5 write units a second, and no burst left", Look: "ConsumedWriteCapacityUnits of items-table, and who calls it", Ends: "less traffic, or more than 5 write units",
		}, {Resource: "function items-PutItem", Limit: "Errors", Did: "failed 312 times", Count: 312, Minutes: 5, Look: "what items-PutItem logs"}},
		Notes: []string{"Nobody is told when it is over: OKActions of the alarm name no topic."},
	}
	recovery := trigger
	recovery.Kind, recovery.At, recovery.Began, recovery.Findings, recovery.Notes = pager.Recovery, night.Add(8*time.Minute), 0, nil, nil
	return []*pager.Page{&trigger, &recovery}
}

// A request is what a receiver got.
type request struct {
	Path string
	Body json.RawMessage
}

// sent returns the request by which a kind of receiver gets a page.
func sent(t *testing.T, kind string, p *pager.Page) (got request) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = request{r.URL.Path, body}
		w.WriteHeader(good[kind].status)
		_, _ = io.WriteString(w, good[kind].body)
	}))
	defer server.Close()
	if answer := every(t, server.URL)[kind].Send(t.Context(), p); answer.Outcome != pager.Delivered {
		t.Fatalf("%s: %+v", kind, answer)
	}
	return got
}

// The requests of a page and of its recovery, to read.
func TestRequests(t *testing.T) {
	for kind := range good {
		all := make([]request, 0, 2)
		for _, p := range storm() {
			all = append(all, sent(t, kind, p))
		}
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		scripttest.Golden(t, "testdata/"+kind+".json", string(text)+"\n")
	}
}

// What PagerDuty gets is what its own client for Go would send: nothing that its type
// lacks, nothing that is lost on the way.
func TestPagerDutyOfItsClient(t *testing.T) {
	for _, p := range storm() {
		body := sent(t, send.PagerDuty, p).Body
		var event pagerduty.V2Event
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		if err := d.Decode(&event); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := anything(t, again), anything(t, body); !reflect.DeepEqual(got, want) {
			t.Errorf("its client sends\n%s\nwe send\n%s", again, body)
		}
		if event.Payload.Summary == "" || event.Payload.Source == "" || event.Payload.Severity != "critical" || event.RoutingKey != secret {
			t.Errorf("what is required: %+v", event)
		}
	}
	// And its client takes the answer that we take, and no other.
	for status, body := range map[int]string{good[send.PagerDuty].status: good[send.PagerDuty].body, 400: `{"status":"invalid event","message":"Event object is invalid","errors":["no key"]}`} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		its := pagerduty.NewClient("", pagerduty.WithV2EventsAPIEndpoint(server.URL))
		_, err := its.ManageEventWithContext(t.Context(), &pagerduty.V2Event{})
		ours := at(t, "pagerduty="+server.URL, secret).Send(t.Context(), trigger())
		if (err == nil) != (ours.Outcome == pager.Delivered) {
			t.Errorf("%d: its client says %v, we say %+v", status, err, ours)
		}
		server.Close()
	}
}

func anything(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// What Alertmanager gets are postableAlerts of its API: labels are required and texts,
// as annotations are, and the others are instants. Trigger and recovery have the same
// labels and beginning, so they are one alert; the trigger's end is far, the recovery's
// is past, also by a clock that is a minute behind (docs/aws/paging.md#alertmanager).
func TestAlertmanagerAPI(t *testing.T) {
	alerts := make([]map[string]any, 0, 2)
	for _, p := range storm() {
		r := sent(t, send.Alertmanager, p)
		list, ok := anything(t, r.Body).([]any)
		if !ok || len(list) != 1 || r.Path != "/api/v2/alerts" {
			t.Fatalf("%s %s", r.Path, r.Body)
		}
		a, _ := list[0].(map[string]any)
		for name, value := range a {
			switch name {
			case "labels", "annotations":
				texts, ok := value.(map[string]any)
				for k, v := range texts {
					if s, isText := v.(string); !isText || s == "" || strings.Trim(k, "abcdefghijklmnopqrstuvwxyz") != "" {
						t.Errorf("%s %s=%v", name, k, v)
					}
				}
				if !ok || len(texts) == 0 {
					t.Errorf("%s %v", name, value)
				}
			case "startsAt", "endsAt":
				if at, err := time.Parse(time.RFC3339Nano, value.(string)); err != nil || at.IsZero() {
					t.Errorf("%s %v", name, value)
				}
			default:
				t.Errorf("the API has no %s", name)
			}
		}
		alerts = append(alerts, a)
	}
	if diff := cmp.Diff(alerts[0]["labels"], alerts[1]["labels"]); diff != "" || alerts[0]["startsAt"] != alerts[1]["startsAt"] {
		t.Errorf("two alerts, want one:\n%s", diff)
	}
	if alerts[0]["endsAt"] != "2027-11-30T03:12:07Z" || alerts[1]["endsAt"] != "2026-11-30T03:19:07Z" {
		t.Errorf("ends %v and %v", alerts[0]["endsAt"], alerts[1]["endsAt"])
	}
}

// The longest page that there can be stays within what receivers take.
func TestSizes(t *testing.T) {
	p := *storm()[0]
	long := strings.Repeat("\u00fc", 255)
	p.Alarm, p.Key, p.Description = long, pager.Key("items", long), strings.Repeat("\u2028<", 512)
	p.Reason, p.Measured = strings.Repeat("\u2028<", 512), strings.Repeat("<", 9_000)
	for range 3 {
		p.Findings = append(p.Findings, pager.Finding{Resource: long, Limit: long, Did: long, Why: long, Look: long, Ends: strings.Repeat("<", 20_000)})
	}
	p.Findings[0].Resource = strings.Repeat("\u00fc", 2_000)
	for kind := range good {
		var v map[string]any
		body := sent(t, kind, &p).Body
		if kind == send.Alertmanager {
			continue
		}
		if err := json.Unmarshal(body, &v); err != nil {
			t.Fatal(err)
		}
		switch kind {
		case send.PagerDuty:
			payload, _ := v["payload"].(map[string]any)
			summary, _ := payload["summary"].(string)
			if n := utf8.RuneCountInString(summary); n != 1_024 || len(body) > 512_000 || len(v["dedup_key"].(string)) > 255 {
				t.Errorf("summary of %d characters, event of %d bytes, key %q", n, len(body), v["dedup_key"])
			}
		case send.Splunk:
			if n := utf8.RuneCountInString(v["state_message"].(string)); n != 20_480 {
				t.Errorf("state_message of %d characters", n)
			}
		}
	}
}
