package gateway

import (
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// The metrics of an HTTP API (docs/aws/httpapi.md#metrics). Those of errors have
// other names than a REST API's. Assumed: they too have a sample of 0 or 1 for
// each request.
var (
	httpClientErrors = watch.Metric{Namespace: namespace, Name: "4xx", Unit: watch.Count}
	httpServerErrors = watch.Metric{Namespace: namespace, Name: "5xx", Unit: watch.Count}
	dataProcessed    = watch.Metric{Namespace: namespace, Name: "DataProcessed", Unit: watch.Bytes}
)

const apiID = "ApiId"

// An HTTPMeter records the requests of one stage of an HTTP API, with the
// dimension ApiId and with ApiId and Stage. It has no state of its own; it is safe
// for concurrent use if its Sink is.
type HTTPMeter struct {
	sink   watch.Sink
	series [2]httpSeries
}

type httpSeries struct {
	requests, clientErrors, serverErrors, latency, integrationLatency, dataProcessed watch.Series
}

// NewHTTPMeter returns the meter of a stage. id is the API's, stage is a name.
func NewHTTPMeter(sink watch.Sink, id, stage string) *HTTPMeter {
	m := &HTTPMeter{sink: sink}
	dimensions := []watch.Dimension{{Name: apiID, Value: id}, {Name: stageName, Value: stage}}
	for i := range m.series {
		of := dimensions[:i+1]
		m.series[i] = httpSeries{
			sink.Series(requests, of...), sink.Series(httpClientErrors, of...), sink.Series(httpServerErrors, of...),
			sink.Series(latency, of...), sink.Series(integrationLatency, of...), sink.Series(dataProcessed, of...),
		}
	}
	return m
}

// Answer records a request as [Meter.Answer] does. bytes are those of both bodies.
func (m *HTTPMeter) Answer(at instant.Instant, status int, took, integration time.Duration, bytes int) {
	client, server := errorsOf(status)
	for i := range m.series {
		s := &m.series[i]
		m.sink.Add(at, s.requests, 1)
		m.sink.Add(at, s.clientErrors, client)
		m.sink.Add(at, s.serverErrors, server)
		m.sink.Add(at, s.latency, milliseconds(took))
		m.sink.Add(at, s.dataProcessed, float64(bytes))
		if integration > 0 {
			m.sink.Add(at, s.integrationLatency, milliseconds(integration))
		}
	}
}
