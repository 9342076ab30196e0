package wire

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"lullaby/capacity"
	"lullaby/dynamo/meter"
	dynamorequest "lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awscbor"
	"lullaby/storage"
	"lullaby/watch"
	watched "lullaby/watch/store"
)

// benchMetrics has a store of metrics on disk.
func benchMetrics(b *testing.B) *watched.Store {
	b.Helper()
	db, err := storage.Open(b.TempDir(), storage.Options{Durability: storage.Process})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	s, err := watched.New(db, watched.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkRecord records what a PutItem measures, on all processors at once: its units,
// and its latency. That is to take at most 500 ns and to allocate nothing.
func BenchmarkRecord(b *testing.B) {
	s := benchMetrics(b)
	units, requests := meter.OfTable(s, "orders"), newRequestMeter(s)
	name := "orders"
	in := &dynamorequest.PutItemInput{}
	in.TableName = &name
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			at := time.Now()
			units.Consume(instant.Of(at), capacity.Write, capacity.WriteCost(0, 1000))
			requests.count(call{at: at, operation: "PutItem", in: in}, nil, 200)
		}
	})
}

// BenchmarkFullPage is a full page of GetMetricData, 100,800 points of seventy series in
// a day of minutes that is on disk, from the body of the request to that of the answer: it
// is to take 20 ms as CBOR, 100 ms as XML.
func BenchmarkFullPage(b *testing.B) {
	s := benchMetrics(b)
	const series, day = 70, 24 * time.Hour
	begin := instant.Of(time.Now()).Truncate(day).Add(-day)
	metric := watch.Metric{Namespace: "AWS/Lambda", Name: "Duration", Unit: watch.Milliseconds}
	for i := range series {
		number := s.Series(metric, watch.Dimension{Name: "FunctionName", Value: strconv.Itoa(i)})
		for minute := range 24 * 60 {
			for k := range 1 + i%3 {
				s.Add(begin.Add(time.Duration(minute)*time.Minute), number, float64(i*k+minute%60))
			}
		}
	}
	done, cancel := context.WithCancel(b.Context())
	cancel()
	s.Run(done) // moves the day to the disk
	server := New(Services{CloudWatch: s}, Options{})
	for _, bb := range []struct {
		name string
		form func(begin, end instant.Instant) *fasthttp.RequestCtx
	}{
		{"cbor", func(begin, end instant.Instant) *fasthttp.RequestCtx { return fullPageCBOR(b, series, begin, end) }},
		{"xml", func(begin, end instant.Instant) *fasthttp.RequestCtx { return fullPageForm(series, begin, end) }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			c := bb.form(begin, begin.Add(day))
			b.ReportAllocs()
			for b.Loop() {
				c.Response.Reset()
				server.handle(c)
			}
			body := c.Response.Body()
			if c.Response.StatusCode() != 200 || bytes.Count(body, []byte("Complete")) != series {
				b.Fatalf("%d %.200s", c.Response.StatusCode(), body)
			}
			b.ReportMetric(float64(len(body)), "bytes")
		})
	}
}

// fullPageForm asks in the query protocol.
func fullPageForm(series int, begin, end instant.Instant) *fasthttp.RequestCtx {
	var form strings.Builder
	fmt.Fprintf(&form, "Action=GetMetricData&Version=2010-08-01&StartTime=%s&EndTime=%s", begin.Time().Format(time.RFC3339), end.Time().Format(time.RFC3339))
	for i := range series {
		at := fmt.Sprintf("&MetricDataQueries.member.%d.", i+1)
		stat := at + "MetricStat."
		fmt.Fprintf(&form, "%sId=m%d%sStat=Average%[3]sPeriod=60%[3]sMetric.Namespace=AWS/Lambda%[3]sMetric.MetricName=Duration"+
			"%[3]sMetric.Dimensions.member.1.Name=FunctionName%[3]sMetric.Dimensions.member.1.Value=%[2]d", at, i, stat)
	}
	return benchPost("/", formType, form.String())
}

// fullPageCBOR asks in CBOR.
func fullPageCBOR(b *testing.B, series int, begin, end instant.Instant) *fasthttp.RequestCtx {
	b.Helper()
	type query struct {
		Id         string
		MetricStat watch.MetricStat
	}
	in := struct {
		StartTime, EndTime float64
		MetricDataQueries  []query
	}{float64(begin.Time().Unix()), float64(end.Time().Unix()), make([]query, series)}
	for i := range in.MetricDataQueries {
		in.MetricDataQueries[i] = query{"m" + strconv.Itoa(i), watch.MetricStat{
			Metric: watch.QueryMetric{Namespace: "AWS/Lambda", MetricName: "Duration", Dimensions: []watch.Dimension{{Name: "FunctionName", Value: strconv.Itoa(i)}}},
			Period: 60, Stat: "Average",
		}}
	}
	body, err := awscbor.Marshal(in)
	if err != nil {
		b.Fatal(err)
	}
	c := benchPost("/service/GraniteServiceVersion20100801/operation/GetMetricData", "application/cbor", string(body))
	c.Request.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
	return c
}

func benchPost(path, contentType, body string) *fasthttp.RequestCtx {
	c := new(fasthttp.RequestCtx)
	c.Init(&fasthttp.Request{}, nil, nil)
	c.Request.Header.SetMethod("POST")
	c.Request.SetRequestURI(path)
	c.Request.Header.SetHost("127.0.0.1:4566")
	c.Request.Header.Set("Content-Type", contentType)
	c.Request.SetBodyString(body)
	return c
}
