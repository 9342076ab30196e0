package report

import (
	"strings"
	"testing"
	"time"
)

// The first line is the verdict: how much fails, since when, and what would
// hold.
func TestVerdict(t *testing.T) {
	found := func(raise ...Raise) *Remedy { return &Remedy{Outcome: Found, Raise: raise} }
	table := Raise{Resource: "t", Direction: "write", Setting: Provisioned, Units: 23, Table: true}
	index := Raise{Resource: "t/index/x", Direction: "write", Setting: Provisioned, Units: 1}
	at := Span(26*time.Minute + 40*time.Second)
	for _, tt := range []struct {
		offered, served int64
		first           Span
		remedy          *Remedy
		want            string
	}{
		{0, 0, 0, nil, "No write arrived."},
		{1_000, 1_000, 0, nil, "No write fails; the burst falls to 7 of 1,500 write units"},
		{1_000, 537, at, found(table), "46 % of the writes fail from 26m40s on; 23 write units would hold"},
		{1_000, 0, 0, found(index), "All writes fail from the start on; 1 write unit of t/index/x would hold"},
		{1_000, 996, at, found(table, index), "Less than 1 % of the writes fail from 26m40s on; 23 write units and 1 write unit\nof t/index/x would hold"},
		{1_000, 1, at, &Remedy{Outcome: NoHelp}, "More than 99 % of the writes fail from 26m40s on; more write units would not be\nenough"},
		{1_000, 500, at, &Remedy{Outcome: TooLong}, "50 % of the writes fail from 26m40s on; what would hold takes too long to seek"},
		{1_000, 500, at, nil, "50 % of the writes fail from 26m40s on"},
		{1_000, 500, at, found(Raise{Resource: "t", Direction: "write", Setting: Maximum, Units: 60, Table: true}), "50 % of the writes fail from 26m40s on; a maximum of 60 write units would hold"},
		{1_000, 500, at, found(Raise{Resource: "t", Direction: "write", Setting: Warm, Units: 6_000, Table: true}), "50 % of the writes fail from 26m40s on; a warm throughput of 6,000 write units\nwould hold"},
	} {
		r := Report{
			Remedy:    tt.remedy,
			Routes:    []Route{{Offered: tt.offered, Served: tt.served, TimedOut: tt.offered - tt.served, FirstTimeout: tt.first}},
			Functions: []Function{{Calls: []Call{{Direction: "write"}}}},
			Tables:    []Table{{Bursts: []Burst{{LowestOf: 300, Lowest: 200, Direction: "write"}, {LowestOf: 1_500, Lowest: 7, Direction: "write"}}}},
		}
		var text strings.Builder
		if err := r.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := strings.Cut(text.String(), "\n\n"); got != tt.want {
			t.Errorf("%q\nwant %q", got, tt.want)
		}
	}
}

// The text lists what the verdict is without, each part once, and not more than
// a reader takes in. Long lines are folded.
func TestLeftOut(t *testing.T) {
	one := Omission{Resource: "Items", What: "autoscaling"}
	long := Omission{Resource: "Api", What: strings.Repeat("a long name ", 8) + strings.Repeat("x", 90)}
	const single = "This is without a part of the template that Lullaby leaves out:\n  Items: autoscaling\n"
	for _, tt := range []struct {
		leftOut []Omission
		want    string
	}{
		{nil, ""},
		{[]Omission{one}, single},
		{
			[]Omission{long},
			"This is without a part of the template that Lullaby leaves out:\n  Api: a long name a long name a long name a long name a long name a long name a\n" +
				"    long name a long name\n    " + strings.Repeat("x", 90) + "\n",
		},
		{
			[]Omission{one, one, one, one, one, one, one, one},
			"This is without 8 parts of the template that Lullaby leaves out:\n" + strings.Repeat("  Items: autoscaling\n", 6) + "  and 2 more, which --json lists\n",
		},
	} {
		r := Report{LeftOut: tt.leftOut}
		var text strings.Builder
		if err := r.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		got, _, _ := strings.Cut(text.String(), "\n\n")
		_, got, _ = strings.Cut(got+"\n", "\n")
		if got != tt.want {
			t.Errorf("%q\nwant %q", got, tt.want)
		}
	}
}

// With queues the verdict says who loses what: clients their requests, queues their
// messages.
func TestVerdictOfQueues(t *testing.T) {
	served, failed := Route{Offered: 100, Served: 100}, Route{Offered: 100, Served: 60, Refused: 40, Refusals: []Refusal{{First: Span(3 * time.Second), Count: 40}}}
	kept := Queue{Queue: "Q", Sent: 100, Done: 100, Empty: Span(90 * time.Second), Mappings: []Mapping{{}}}
	dead := Queue{Queue: "Q", DeadLetterQueue: "D", Sent: 100, Dead: 86, FirstDead: Span(90 * time.Second), Mappings: []Mapping{{}}}
	late := Queue{Queue: "Q", Backlog: 100, Expired: 50, Left: 50, Mappings: []Mapping{{}}}
	parked := Queue{Queue: "D", Moved: 86, Left: 86} // nobody receives from it
	slower := &Remedy{Outcome: Found, Concurrency: &Concurrency{Function: "F", MaximumConcurrency: 2}}
	for _, tt := range []struct {
		route  Route
		queues []Queue
		remedy *Remedy
		want   string
		lost   bool
	}{
		{served, []Queue{kept}, nil, "No request fails, and no message is lost; Q is empty after 1m30s", false},
		{Route{}, []Queue{kept}, nil, "No message is lost; Q is empty after 1m30s", false},
		{Route{}, []Queue{{Queue: "Q", Mappings: []Mapping{{}}}}, nil, "No message came", false},
		{served, []Queue{dead, parked}, slower, "No request fails, but 86 % of the messages of Q go to D from 1m30s on; a\nMaximumConcurrency of 2 for F would hold", true},
		{Route{}, []Queue{dead, parked}, nil, "86 % of the messages of Q go to D from 1m30s on", true},
		{failed, []Queue{kept}, nil, "40 % of the requests fail from 3s on, and no message is lost; Q is empty after\n1m30s", true},
		{failed, []Queue{dead}, nil, "40 % of the requests fail from 3s on, and 86 % of the messages of Q go to D from\n1m30s on", true},
		{served, []Queue{late}, nil, "No request fails, but 50 % of the messages of Q are lost after their retention,\n50 % of the messages of Q are left", true},
	} {
		r := Report{Remedy: tt.remedy, Routes: []Route{tt.route}, Queues: tt.queues}
		var text strings.Builder
		if err := r.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := strings.Cut(text.String(), "\n\n"); got != tt.want || r.Lost() != tt.lost {
			t.Errorf("%q, lost %t\nwant %q, %t", got, r.Lost(), tt.want, tt.lost)
		}
	}
}
