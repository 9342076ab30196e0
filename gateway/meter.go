package gateway

import (
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// The metrics of a REST API (API Gateway Developer Guide, "Amazon API Gateway
// dimensions and metrics"). Those of errors have a sample of 0 or 1 for each
// request, so that their average is the error rate.
var (
	requests           = watch.Metric{Namespace: namespace, Name: "Count", Unit: watch.Count}
	clientErrors       = watch.Metric{Namespace: namespace, Name: "4XXError", Unit: watch.Count}
	serverErrors       = watch.Metric{Namespace: namespace, Name: "5XXError", Unit: watch.Count}
	latency            = watch.Metric{Namespace: namespace, Name: "Latency", Unit: watch.Milliseconds}
	integrationLatency = watch.Metric{Namespace: namespace, Name: "IntegrationLatency", Unit: watch.Milliseconds}
)

const (
	namespace = "AWS/ApiGateway"
	apiName   = "ApiName"
	stageName = "Stage"
)

// A Meter records the requests of one stage of a REST API, with the dimension
// ApiName and with ApiName and Stage. It has no state of its own; it is safe
// for concurrent use if its Sink is.
type Meter struct {
	sink   watch.Sink
	series [2]restSeries
}

type restSeries struct{ requests, clientErrors, serverErrors, latency, integrationLatency watch.Series }

// NewMeter returns the meter of a stage. api and stage are names.
func NewMeter(sink watch.Sink, api, stage string) *Meter {
	m := &Meter{sink: sink}
	dimensions := []watch.Dimension{{Name: apiName, Value: api}, {Name: stageName, Value: stage}}
	for i := range m.series {
		of := dimensions[:i+1]
		m.series[i] = restSeries{
			sink.Series(requests, of...), sink.Series(clientErrors, of...), sink.Series(serverErrors, of...),
			sink.Series(latency, of...), sink.Series(integrationLatency, of...),
		}
	}
	return m
}

// Answer records a request that arrived at an instant and was answered with an
// HTTP status. took is the time from its head to the end of its answer;
// integration is the time of its function, 0: it was not invoked.
func (m *Meter) Answer(at instant.Instant, status int, took, integration time.Duration) {
	client, server := errorsOf(status)
	for i := range m.series {
		s := &m.series[i]
		m.sink.Add(at, s.requests, 1)
		m.sink.Add(at, s.clientErrors, client)
		m.sink.Add(at, s.serverErrors, server)
		m.sink.Add(at, s.latency, milliseconds(took))
		if integration > 0 {
			m.sink.Add(at, s.integrationLatency, milliseconds(integration))
		}
	}
}

// errorsOf returns the samples of both kinds of errors for a status.
func errorsOf(status int) (client, server float64) {
	switch {
	case status >= 500:
		return 0, 1
	case status >= 400:
		return 1, 0
	default:
		return 0, 0
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
