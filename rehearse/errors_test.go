package rehearse_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lullaby/rehearse"
	"lullaby/retry"
)

// Errors about wrong use name the place.
func TestErrors(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.yaml")
	if err := os.WriteFile(empty, []byte("Resources:\n  R: {Type: AWS::IAM::Role}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	reserved := filepath.Join(t.TempDir(), "reserved.yaml")
	if err := os.WriteFile(reserved, []byte(`Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      CodeUri: .
      ReservedConcurrentExecutions: 901
      Events: {Post: {Type: Api, Properties: {Path: /, Method: post}}}
  T:
    Type: AWS::Serverless::SimpleTable
`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, template string
		set            func(*rehearse.Options)
		want           string
	}{
		{"no traffic", itemsTemplate, func(o *rehearse.Options) { o.Traffic = rehearse.Traffic{} }, "--traffic is missing: want constant:R/s, spike:Nx, spike:Nx:R/s or "},
		{"no time", itemsTemplate, func(o *rehearse.Options) { o.For = 0 }, "--for: it is to last for a positive time"},
		{"less than no time", itemsTemplate, func(o *rehearse.Options) { o.For = -time.Second }, "--for: it is to last"},
		{"years", itemsTemplate, func(o *rehearse.Options) { o.For = 20_000 * time.Hour }, "--for: 20000h is longer than a year"},
		{"too many", itemsTemplate, func(o *rehearse.Options) { o.For = 8_000 * time.Hour }, "1440000000 requests are too many"},
		{"no item", itemsTemplate, func(o *rehearse.Options) { o.ItemBytes = 0 }, "--item-bytes: an item has 1 to 409600 bytes, not 0"},
		{"large item", itemsTemplate, func(o *rehearse.Options) { o.ItemBytes = 409_601 }, "not 409601"},
		{"slow init", itemsTemplate, func(o *rehearse.Options) { o.ColdStart = time.Minute }, "--cold-start: an init takes 0 to 10s, not 1m0s"},
		{"slow function", itemsTemplate, func(o *rehearse.Options) { o.ServiceTime = 30 * time.Second }, "the Timeout of PutItem, 30s (testdata/items.yaml:16)"},
		{"slow both", itemsTemplate, func(o *rehearse.Options) { o.ServiceTime, o.ColdStart = 25*time.Second, 5*time.Second }, "all that POST /item waits, 29s (testdata/items.yaml:29)"},
		{"slow answer", itemsTemplate, func(o *rehearse.Options) { o.ServiceTime = 29_600 * time.Millisecond }, "the Timeout of PutItem, 30s (testdata/items.yaml:16), but for the 500ms of its answer"},
		{"no time for an attempt", itemsTemplate, func(o *rehearse.Options) {
			o.ServiceTime, o.ColdStart, o.RetryMode = 28_600*time.Millisecond, 0, retry.ModeAware
		}, "28.6s together are all that POST /item waits, 29s (testdata/items.yaml:29), but for the 500ms of an answer"},
		{"no such route", itemsTemplate, func(o *rehearse.Options) { o.Route = "PUT /item" }, "no route \"PUT /item\", but:\n  testdata/items.yaml:29: POST /item\n"},
		{"no such table", itemsTemplate, func(o *rehearse.Options) { o.Table = "Item" }, "--table: testdata/items.yaml has no table \"Item\", but:\n  testdata/items.yaml:44: Items"},
		{"nothing", empty, func(*rehearse.Options) {}, "empty.yaml: there is no function to rehearse"},
		{"no such function", itemsTemplate, func(o *rehearse.Options) { o.Function = "Put" }, "--function: testdata/items.yaml has no function \"Put\", but:\n  testdata/items.yaml:25: PutItem\n"},
		{"another's route", itemsTemplate, func(o *rehearse.Options) { o.Function, o.Route = "PutItem", "PUT /one" }, "--function: PUT /one is of the function PutOne, not of PutItem"},
		{"no room", reserved, func(*rehearse.Options) {}, "reserved.yaml:3: function F: Specified ReservedConcurrentExecutions for function decreases"},
		{"short spike", itemsTemplate, func(o *rehearse.Options) { o.Traffic, o.For = traffic(t, "spike:2x"), 5*time.Minute }, "traffic spike:2x: its spike lasts 10m, and the whole only 5m"},
		{"high spike", itemsTemplate, func(o *rehearse.Options) { o.Traffic = traffic(t, "spike:1000000x") }, "where 1x is 2.5 a second: more than 1000000 requests a second"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := options(t, "constant:50/s")
			tt.set(&o)
			_, err := rehearse.New(load(t, tt.template), o)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want %s", err, tt.want)
			}
		})
	}
}
