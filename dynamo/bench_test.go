package dynamo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/storage"
	"lullaby/watch/store"
)

// BenchmarkPutItem compares a put with limits off, one that is let in, one of
// which there are datapoints too, and one that is refused: the second and the
// third are to cost hardly more than the first, the fourth less than half of it.
// The requests are decoded outside the time.
func BenchmarkPutItem(b *testing.B) {
	for _, durability := range []storage.Durability{storage.Disk, storage.Process, storage.Memory} {
		for _, limits := range []string{"off", "on", "counted", "refused"} {
			name := fmt.Sprintf("1KB/%v/limits=%s", durability, limits)
			b.Run(name, func(b *testing.B) { benchmarkPutItem(b, durability, limits) })
		}
	}
}

func benchmarkPutItem(b *testing.B, durability storage.Durability, limits string) {
	db, err := storage.Open(b.TempDir(), storage.Options{Durability: durability})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	o := dynamo.Options{Instant: true, Unlimited: limits == "off"}
	if limits == "counted" {
		o.Metrics = new(store.Store)
	}
	e, err := start(db, o)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = stop(e) }()
	puts := benchmarkPuts(b, e, limits == "refused")
	for limits == "refused" {
		if _, err := e.PutItem(b.Context(), instant.Of(time.Now()), &puts[0]); err != nil {
			break
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := e.PutItem(b.Context(), instant.Of(time.Now()), &puts[i%len(puts)]); err != nil && limits != "refused" {
				b.Error(err)
				return
			}
		}
	})
}

// benchmarkPuts makes tables, ten that take 40,000 writes a second each or one
// that takes next to nothing, and returns puts to them.
func benchmarkPuts(b *testing.B, e *dynamo.Engine, scarce bool) []request.PutItemInput {
	b.Helper()
	tables, throughput := 10, `"BillingMode":"PAY_PER_REQUEST","WarmThroughput":{"WriteUnitsPerSecond":40000}`
	if scarce {
		tables, throughput = 1, `"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}`
	}
	for n := range tables {
		var in request.CreateTableInput
		if err := awsjson.Unmarshal(fmt.Appendf(nil, `{"TableName":"tab%d","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],`+
			`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],%s}`, n, throughput), &in); err != nil {
			b.Fatal(err)
		}
		if _, err := e.CreateTable(b.Context(), instant.Of(time.Now()), &in); err != nil {
			b.Fatal(err)
		}
	}
	puts := make([]request.PutItemInput, 10_000)
	for i := range puts {
		text := fmt.Appendf(nil, `{"TableName":"tab%d","Item":{"id":{"S":"item%d"},"b":{"S":"%s"}}}`, i%tables, i, strings.Repeat("x", 1000))
		if err := awsjson.Unmarshal(text, &puts[i]); err != nil {
			b.Fatal(err)
		}
	}
	return puts
}
