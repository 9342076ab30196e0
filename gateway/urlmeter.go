package gateway

import (
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// The metrics of function URLs, which are Lambda's
// (docs/aws/httpapi.md#function-url-metrics).
var (
	urlRequests     = watch.Metric{Namespace: lambdaNamespace, Name: "UrlRequestCount", Unit: watch.Count}
	urlClientErrors = watch.Metric{Namespace: lambdaNamespace, Name: "Url4xxCount", Unit: watch.Count}
	urlServerErrors = watch.Metric{Namespace: lambdaNamespace, Name: "Url5xxCount", Unit: watch.Count}
	urlLatency      = watch.Metric{Namespace: lambdaNamespace, Name: "UrlRequestLatency", Unit: watch.Milliseconds}
)

const (
	lambdaNamespace = "AWS/Lambda"
	functionName    = "FunctionName"
)

// A URLMeter records the requests of one function URL, with the dimension
// FunctionName. It has no state of its own; it is safe for concurrent use if its
// Sink is.
type URLMeter struct {
	sink                                          watch.Sink
	requests, clientErrors, serverErrors, latency watch.Series
}

// NewURLMeter returns the meter of the URL of a function, by its name.
func NewURLMeter(sink watch.Sink, function string) *URLMeter {
	of := watch.Dimension{Name: functionName, Value: function}
	return &URLMeter{
		sink, sink.Series(urlRequests, of), sink.Series(urlClientErrors, of), sink.Series(urlServerErrors, of), sink.Series(urlLatency, of),
	}
}

// Answer records a request as [Meter.Answer] does.
func (m *URLMeter) Answer(at instant.Instant, status int, took time.Duration) {
	client, server := errorsOf(status)
	m.sink.Add(at, m.requests, 1)
	m.sink.Add(at, m.clientErrors, client)
	m.sink.Add(at, m.serverErrors, server)
	m.sink.Add(at, m.latency, milliseconds(took))
}
