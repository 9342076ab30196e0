package store_test

import (
	"strconv"
	"testing"
	"time"

	"lullaby/internal/awscbor"
	"lullaby/internal/awsquery"
	"lullaby/watch"
	"lullaby/watch/request"
)

// A full page of GetMetricData: 100,800 points, of seventy series in a day of minutes,
// most of it from the disk; and what its protocols add.
func BenchmarkGetMetricData100800(b *testing.B) {
	d := newDisk(b)
	const series = 70
	now := begin
	for ; now < begin.Add(24*time.Hour); now = now.Add(time.Minute) {
		for i := range series {
			number := d.Series(latency, function(strconv.Itoa(i)))
			for k := range 1 + i%3 {
				d.Add(now, number, float64(i*k+now.Time().Minute()))
			}
		}
		if now.Time().Minute() == 0 {
			d.Tick(now)
		}
	}
	d.Tick(now)
	in := &request.GetMetricDataInput{StartTime: &request.Timestamp{Instant: begin}, EndTime: &request.Timestamp{Instant: now}}
	for i := range series {
		in.MetricDataQueries = append(in.MetricDataQueries, watch.MetricDataQuery{Id: "m" + strconv.Itoa(i), MetricStat: &watch.MetricStat{
			Metric: watch.QueryMetric{Namespace: latency.Namespace, MetricName: latency.Name, Dimensions: []watch.Dimension{function(strconv.Itoa(i))}},
			Period: 60, Stat: "Average",
		}})
	}
	for name, encode := range map[string]func(out any) (int, error){
		"read": func(any) (int, error) { return 0, nil },
		"cbor": func(out any) (int, error) {
			body, err := awscbor.Marshal(out)
			return len(body), err
		},
		"xml": func(out any) (int, error) { return len(awsquery.AppendStruct(nil, "GetMetricDataResult", out)), nil },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out, err := d.GetMetricData(b.Context(), now.Add(time.Hour), in)
				if err != nil || len(out.MetricDataResults) != series || len(out.MetricDataResults[0].Values) != 1440 {
					b.Fatal(err)
				}
				size, err := encode(out)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(size), "bytes")
			}
		})
	}
}
