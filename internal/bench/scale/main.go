//go:build linux

// Command scale measures how cost grows with the number of items: the time of
// GetItem, PutItem and Query on a table of few and of many items, the memory of
// the process, and the time to open, describe and delete the table. It calls the
// engine itself, without the network. Ten million items need some 4 GB of disk.
//
//	go run ./internal/bench/scale [-items 10000000]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"lullaby/attribute"
	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/internal/bench"
	"lullaby/storage"
)

const few = 10_000

// payload makes an item of some 200 bytes.
var payload = attribute.String(strings.Repeat("x", 170))

func main() {
	many := flag.Int("items", 10_000_000, "items of the large table")
	flag.Parse()
	if err := run(context.Background(), *many); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, many int) (err error) {
	debug.SetGCPercent(400) // as up does
	debug.SetMemoryLimit(256 << 20)
	dir, err := os.MkdirTemp("", "scale")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	small, err := measure(ctx, filepath.Join(dir, "few"), few)
	if err != nil {
		return err
	}
	large, err := measure(ctx, filepath.Join(dir, "many"), many)
	if err != nil {
		return err
	}
	fmt.Printf("%-24s %12d %12d   ratio\n", "items", few, many)
	for i, row := range small {
		fmt.Printf("%-24s %12v %12v   %.2f\n", row.name, row.took.Round(10*time.Nanosecond), large[i].took.Round(10*time.Nanosecond),
			float64(large[i].took)/float64(row.took))
	}
	return nil
}

type row struct {
	name string
	took time.Duration
}

// measure fills a table with items, twenty to a partition key, and returns the
// time of operations on it.
func measure(ctx context.Context, dir string, items int) (rows []row, err error) {
	db, e, _, err := open(dir)
	if err != nil {
		return nil, err
	}
	if err := fill(ctx, e, items); err != nil {
		return nil, err
	}
	rows, err = operations(ctx, e, items)
	if err != nil {
		return nil, err
	}
	fmt.Printf("%d items: %d MB resident, %.1f s of garbage collection\n", items, resident()>>20, gcTime().Seconds())
	if err := errors.Join(e.Close(), db.Close()); err != nil {
		return nil, err
	}
	// The first start waits for storage to compact the load.
	db, e, took, err := open(dir)
	if err != nil {
		return nil, err
	}
	rows = append(rows, row{"open after the load", took})
	if err := errors.Join(e.Close(), db.Close()); err != nil {
		return nil, err
	}
	if db, e, took, err = open(dir); err != nil {
		return nil, err
	}
	rows = append(rows, row{"open", took})
	name := "scale"
	begin := time.Now()
	if _, err := e.DescribeTable(ctx, instant.Of(time.Now()), &request.DescribeTableInput{TableName: &name}); err != nil {
		return nil, err
	}
	rows = append(rows, row{"DescribeTable", time.Since(begin)})
	begin = time.Now()
	if _, err := e.DeleteTable(ctx, instant.Of(time.Now()), &request.DeleteTableInput{TableName: &name}); err != nil {
		return nil, err
	}
	rows = append(rows, row{"DeleteTable", time.Since(begin)})
	return rows, errors.Join(e.Close(), db.Close())
}

func open(dir string) (db *storage.DB, e *dynamo.Engine, took time.Duration, err error) {
	begin := time.Now()
	if db, err = storage.Open(dir, storage.Options{Durability: storage.Process}); err != nil {
		return nil, nil, 0, err
	}
	e, err = dynamo.New(db, dynamo.Options{Instant: true, Unlimited: true})
	return db, e, time.Since(begin), err
}

func fill(ctx context.Context, e *dynamo.Engine, items int) error {
	var in request.CreateTableInput
	if err := awsjson.Unmarshal([]byte(`{"TableName":"scale","BillingMode":"PAY_PER_REQUEST",`+
		`"AttributeDefinitions":[{"AttributeName":"h","AttributeType":"S"},{"AttributeName":"r","AttributeType":"S"}],`+
		`"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}]}`), &in); err != nil {
		return err
	}
	if _, err := e.CreateTable(ctx, instant.Of(time.Now()), &in); err != nil {
		return err
	}
	const batch = 25
	for n := 0; n < items; n += batch {
		writes := make([]request.WriteRequest, 0, batch)
		for i := n; i < min(n+batch, items); i++ {
			writes = append(writes, request.WriteRequest{PutRequest: &request.PutRequest{Item: item(i)}})
		}
		if _, err := e.BatchWriteItem(ctx, instant.Of(time.Now()), &request.BatchWriteItemInput{RequestItems: map[string][]request.WriteRequest{"scale": writes}}); err != nil {
			return err
		}
	}
	return nil
}

const perPartition = 20

func item(n int) attribute.Item {
	return attribute.NewItem(append(key(n), attribute.Attribute{Name: "v", Value: payload})...)
}

func key(n int) attribute.Item {
	return attribute.NewItem(
		attribute.Attribute{Name: "h", Value: attribute.String("partition-" + strconv.Itoa(n/perPartition))},
		attribute.Attribute{Name: "r", Value: attribute.String(strconv.Itoa(n % perPartition))},
	)
}

// operations returns the median time of each operation on random items.
func operations(ctx context.Context, e *dynamo.Engine, items int) ([]row, error) {
	name, strong := "scale", true
	query := "h = :h"
	return medians([]operation{
		{"GetItem", func(n int) error {
			in := request.GetItemInput{TableName: &name, Key: key(n)}
			in.ConsistentRead = &strong
			_, err := e.GetItem(ctx, instant.Of(time.Now()), &in)
			return err
		}},
		{"PutItem", func(n int) error {
			in := request.PutItemInput{Item: item(n)}
			in.TableName = &name
			_, err := e.PutItem(ctx, instant.Of(time.Now()), &in)
			return err
		}},
		{"Query of 20 items", func(n int) error {
			in := request.QueryInput{KeyConditionExpression: &query}
			in.TableName = &name
			h, _ := key(n).Value("h")
			in.ExpressionAttributeValues = attribute.NewItem(attribute.Attribute{Name: ":h", Value: h})
			_, err := e.Query(ctx, instant.Of(time.Now()), &in)
			return err
		}},
	}, items)
}

type operation struct {
	name string
	do   func(n int) error
}

func medians(operations []operation, items int) ([]row, error) {
	const times = 20_000
	var rows []row
	for _, o := range operations {
		took := make([]float64, times)
		for i := range took {
			n := rand.IntN(items) //nolint:gosec // no secret
			begin := time.Now()
			if err := o.do(n); err != nil {
				return nil, err
			}
			took[i] = float64(time.Since(begin))
		}
		rows = append(rows, row{o.name, time.Duration(bench.Median(took))})
	}
	return rows, nil
}

// resident returns the memory of the process in bytes.
func resident() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

func gcTime() time.Duration {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return time.Duration(m.PauseTotalNs) //nolint:gosec // years
}
