package dynamo_test

import (
	"fmt"
	"strings"
	"testing"

	"lullaby/dynamo"
	"lullaby/internal/awsjson"
	"lullaby/storage"
)

// BenchmarkPutItem compares a put that is let in with one that is refused: the
// second is to cost the engine less than half of the first. Run with -benchmem;
// the requests are decoded outside the time.
func BenchmarkPutItem(b *testing.B) {
	for _, durability := range []storage.Durability{storage.Disk, storage.Process, storage.Memory} {
		for _, refused := range []bool{false, true} {
			name := fmt.Sprintf("1KB/%v/refused=%v", durability, refused)
			b.Run(name, func(b *testing.B) { benchmarkPutItem(b, durability, refused) })
		}
	}
}

func benchmarkPutItem(b *testing.B, durability storage.Durability, refused bool) {
	db, err := storage.Open(b.TempDir(), storage.Options{Durability: durability})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	e, err := dynamo.New(db, dynamo.Options{Instant: true})
	if err != nil {
		b.Fatal(err)
	}
	units := ":1000000000"
	if refused {
		units = ":1"
	}
	var in dynamo.CreateTableInput
	if err := awsjson.Unmarshal([]byte(strings.ReplaceAll(hashTable, ":5", units)), &in); err != nil {
		b.Fatal(err)
	}
	if _, err := e.CreateTable(b.Context(), &in); err != nil {
		b.Fatal(err)
	}
	puts := make([]dynamo.PutItemInput, 1000)
	for i := range puts {
		text := fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"item%d"},"b":{"S":"%s"}}}`, i, strings.Repeat("x", 1000))
		if err := awsjson.Unmarshal([]byte(text), &puts[i]); err != nil {
			b.Fatal(err)
		}
	}
	for refused {
		if _, err := e.PutItem(b.Context(), &puts[0]); err != nil {
			break
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := e.PutItem(b.Context(), &puts[i%len(puts)]); (err != nil) != refused && !refused {
				b.Error(err)
				return
			}
		}
	})
}
