package web_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/instant"
	"lullaby/pager"
	"lullaby/queue/request"
	"lullaby/web"
)

// rows are items or messages.
type rows[R any] struct {
	Rows []R
	Next string
}

// Items are found page by page, by a text, in the table and in an index. To look at them
// consumes nothing.
func TestItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.create(t, "tab")
		for i := range 120 {
			time.Sleep(2 * time.Second) // a unit comes in each second
			check(t, w.put(t, "tab", fmt.Sprintf("<b>%03d", i)))
		}
		before, err := w.tables.Balances(now(), "tab")
		check(t, err)
		look := func(query string) (found []string) {
			from := ""
			for {
				var got rows[map[string]map[string]string]
				w.ask(t, "GET", "/api/items?table=tab&"+query+"&from="+from, "", &got)
				for _, item := range got.Rows {
					found = append(found, item["id"]["S"])
				}
				if from = got.Next; from == "" {
					return found
				}
			}
		}
		for query, want := range map[string]int{"": 120, "index=by-c": 120, "text=" + url.QueryEscape("<b>11"): 10, "text=nothing": 0} {
			found := look(query)
			seen := map[string]bool{}
			for _, id := range found {
				seen[id] = true
			}
			if len(found) != want || len(seen) != want {
				t.Errorf("%q: %d items, %d different, want %d", query, len(found), len(seen), want)
			}
		}
		after, err := w.tables.Balances(now(), "tab")
		check(t, err)
		if before[0] != after[0] || before[1] != after[1] {
			t.Errorf("the burst was %+v, and is %+v after a look", before, after)
		}
		if sums := w.cloudWatch(t, "ConsumedReadCapacityUnits", ""); len(sums) > 0 {
			t.Errorf("a look has consumed %v", sums)
		}
	})
}

// Messages are seen as they are, waiting, in flight or delayed, and stay so.
func TestMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		queue := w.queue(t, "q", `{}`)
		for i := range 120 {
			w.send(t, queue, fmt.Sprintf(`{"MessageBody": "m-%03d"}`, i))
		}
		w.send(t, queue, `{"MessageBody": "later", "DelaySeconds": 60}`)
		in := request.ReceiveMessageInput{QueueUrl: queue}
		got, err := w.queues.ReceiveMessage(t.Context(), now(), &in)
		check(t, err)
		check(t, w.delete(t, queue, got.Messages[0].ReceiptHandle))
		_, err = w.queues.ReceiveMessage(t.Context(), now(), &in)
		check(t, err)
		for range 2 { // the second look finds what the first has found
			var all []web.Message
			for from := ""; ; {
				var page rows[web.Message]
				w.ask(t, "GET", "/api/messages?queue=q&from="+from, "", &page)
				all = append(all, page.Rows...)
				if from = page.Next; from == "" {
					break
				}
			}
			if len(all) != 120 {
				t.Fatalf("%d messages, want 120", len(all))
			}
			if all[0].Body != "m-001" || all[0].Receives != 1 || all[0].Hidden == 0 ||
				all[1].Receives != 0 || all[1].Hidden != 0 || all[119].Body != "later" || all[119].Hidden == 0 {
				t.Errorf("%+v, %+v ... %+v", all[0], all[1], all[119])
			}
		}
		var page rows[web.Message]
		w.ask(t, "GET", "/api/messages?queue=q&text=m-11", "", &page)
		if len(page.Rows) != 10 {
			t.Errorf("%d messages have m-11, want 10", len(page.Rows))
		}
		var state web.State
		w.ask(t, "GET", "/api/state", "", &state)
		if q := state.Queues[0]; q.Visible != 118 || q.InFlight != 1 || q.Delayed != 1 {
			t.Errorf("the queue: %+v", q)
		}
	})
}

// Names and texts with quotes and HTML come as they are, in JSON that no browser takes for
// HTML.
func TestNamesAreText(t *testing.T) {
	w := newWorld(t)
	const evil = `"><img src=x onerror=alert(1)>`
	w.Refused(web.Refusal{Service: "DynamoDB", Resource: evil, Request: evil, Message: evil})
	var got struct{ Refusals []web.Refusal }
	w.ask(t, "GET", "/api/refusals", "", &got)
	if got.Refusals[0].Request != evil || got.Refusals[0].Resource != evil {
		t.Errorf("the refusal: %+v", got.Refusals[0])
	}
	var raw json.RawMessage
	w.ask(t, "GET", "/api/state", "", &raw)
	if strings.Contains(string(raw), "<img") {
		t.Errorf("the state has HTML: %s", raw)
	}
}

// Of many refusals the last are kept.
func TestRefusalsAreBounded(t *testing.T) {
	w := newWorld(t)
	for i := range 1_000 {
		w.Refused(web.Refusal{Status: i})
	}
	var got struct {
		Refusals []web.Refusal
		Total    int
	}
	w.ask(t, "GET", "/api/refusals", "", &got)
	if len(got.Refusals) != 200 || got.Refusals[0].Status != 999 || got.Refusals[199].Status != 800 || got.Total != 1_000 {
		t.Errorf("%d of %d refusals, from %d", len(got.Refusals), got.Total, got.Refusals[0].Status)
	}
	var state web.State
	w.ask(t, "GET", "/api/state", "", &state)
	if len(state.Refusals) != 8 || state.Refused != 1_000 {
		t.Errorf("the state has %d of %d", len(state.Refusals), state.Refused)
	}
}

// Pages are shown with what happened, the newest first, of many the last.
func TestPagesAreShown(t *testing.T) {
	w := newWorld(t)
	for range 30 {
		w.Paged(pager.Page{Kind: pager.Trigger, Alarm: "old", At: instant.Of(time.Now())})
	}
	at := instant.Of(time.UnixMilli(1_700_000_000_000))
	w.Paged(pager.Page{
		Kind: pager.Trigger, Alarm: "<b>5xx", At: at, Reason: "Threshold Crossed", Measured: "5XXError was 7",
		Findings: []pager.Finding{{Resource: "table orders", Did: "refused 62 writes", Minutes: 5}},
	})
	w.Paged(pager.Page{Kind: pager.Recovery, Alarm: "<b>5xx", Since: at, At: at.Add(8 * time.Minute)})
	var state web.State
	w.ask(t, "GET", "/api/state", "", &state)
	want := []web.Page{
		{At: 1_700_000_480_000, Kind: "recovery", Alarm: "<b>5xx", Says: "It was on for 8 minutes."},
		{At: 1_700_000_000_000, Kind: "trigger", Alarm: "<b>5xx", Says: "table orders refused 62 writes in 5 minutes"},
	}
	if len(state.Pages) != 20 || !slices.Equal(state.Pages[:2], want) {
		t.Errorf("%d pages, from %+v, want 20 from %+v", len(state.Pages), state.Pages[:2], want)
	}
}
