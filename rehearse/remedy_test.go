package rehearse_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/rehearse"
	"lullaby/rehearse/report"
)

// What is found holds, and one unit less does not.
func TestRemedyIsLeast(t *testing.T) {
	for _, traffic := range []string{"spike:10x:2.5/s", "constant:50/s", "constant:8/s", "spike:3x:20/s"} {
		for seed := range uint64(3) {
			o := options(t, traffic)
			o.Seed, o.For, o.ItemBytes = seed, 20*time.Minute, 1_024*(1+int64(seed))
			m := remedy(t, rehearsal(t, itemsTemplate, o))
			if m.Outcome != report.Found || len(m.Raise) != 1 || m.Raise[0].Setting != report.Provisioned {
				t.Errorf("%s, seed %d: %+v", traffic, seed, m)
				continue
			}
			for less, lost := range []bool{false, true} {
				units := m.Raise[0].Units - int64(less)
				r, err := rehearse.New(with(t, fmt.Sprintf("WriteCapacityUnits=%d", units)), o)
				if err != nil {
					t.Fatal(err)
				}
				if rep := run(t, r); rep.Lost() != lost {
					t.Errorf("%s, seed %d: of %d units %d requests are refused; %d are said to hold", traffic, seed, units, rep.Refused, m.Raise[0].Units)
				}
			}
		}
	}
}

// A remedy raises what is too small: an index, a maximum or a warm throughput.
// It says when that would not be enough, and when it did not find out.
func TestRemedy(t *testing.T) {
	const warm = `Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Handler: bootstrap, Code: code, Role: r, Environment: {Variables: {TABLE: tab}}}}
  T:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: tab
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
`
	warmTemplate := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(warmTemplate, []byte(warm), 0o600); err != nil {
		t.Fatal(err)
	}
	found := func(of string, what report.Setting, units int64, table bool) *report.Remedy {
		return &report.Remedy{Outcome: report.Found, Raise: []report.Raise{{Resource: of, Direction: "write", Setting: what, Units: units, Table: table}}}
	}
	other := func(o report.Outcome) *report.Remedy { return &report.Remedy{Outcome: o, Raise: []report.Raise{}} }
	for _, tt := range []struct {
		name, template, traffic string
		set                     func(*rehearse.Options)
		want                    *report.Remedy
	}{
		{"an index", ordersTemplate, "constant:10/s", func(*rehearse.Options) {}, found("orders/index/by-day", report.Provisioned, 9, false)},
		{"a maximum", ordersTemplate, "spike:2x", func(o *rehearse.Options) { o.Route, o.For = "PUT /events", 15*time.Minute }, found("events", report.Maximum, 67, true)},
		{"warm", warmTemplate, "constant:100/s", func(o *rehearse.Options) { o.ItemBytes, o.For = 100*1_024, time.Minute }, found("tab", report.Warm, 9_201, true)},
		{"the account's throttle", ordersTemplate, "constant:30/s", func(o *rehearse.Options) { o.Gateway.RequestsPerSecond, o.Gateway.Burst = 25, 5 }, other(report.NoHelp)},
		{"concurrency", ordersTemplate, "constant:60/s", func(o *rehearse.Options) { o.Route = "POST /copies" }, other(report.NoHelp)},
		{"too long", itemsTemplate, "constant:1000/s", func(*rehearse.Options) {}, other(report.TooLong)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := options(t, tt.traffic)
			tt.set(&o)
			if diff := cmp.Diff(tt.want, remedy(t, rehearsal(t, tt.template, o))); diff != "" {
				t.Errorf("remedy (-want +got):\n%s", diff)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := rehearsal(t, itemsTemplate, options(t, "constant:1000/s")).Remedy(ctx); err != context.Canceled { //nolint:errorlint // nothing wraps it
		t.Errorf("Remedy = %v, want %v", err, context.Canceled)
	}
}

func remedy(t *testing.T, r *rehearse.Rehearsal) *report.Remedy {
	t.Helper()
	rep, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !rep.Lost() {
		t.Fatal("nothing is lost")
	}
	m, err := r.Remedy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// BenchmarkRemedy spends all of a search's effort.
func BenchmarkRemedy(b *testing.B) {
	r := rehearsal(b, itemsTemplate, options(b, "constant:1000/s"))
	for b.Loop() {
		if m, err := r.Remedy(b.Context()); err != nil || m.Outcome != report.TooLong {
			b.Fatal(m, err)
		}
	}
}

// Of a table that is scaled the minimum is advised, the least with which nothing is
// lost: the policies are played along.
func TestMinimumHolds(t *testing.T) {
	o := options(t, waves)
	o.For, o.Even, o.MaxAttempts = 150*time.Minute, true, 1
	rep := answer(t, rehearsal(t, autoscaledTemplate, o))
	if r := rep.Remedy; r.Outcome != report.Found || len(r.Raise) != 1 || r.Raise[0].Setting != report.Minimum {
		t.Fatalf("remedy %+v", r)
	}
	units := rep.Remedy.Raise[0].Units
	for n, holds := range map[int64]bool{units: true, units - 1: false} {
		rep, err := loaded(t, autoscaledTemplate, o, "Minimum="+strconv.FormatInt(n, 10)).Run(t.Context())
		if err != nil || rep.Lost() == holds {
			t.Errorf("with a minimum of %d requests are lost: %v, %v, want %v", n, rep.Lost(), err, !holds)
		}
	}
}
