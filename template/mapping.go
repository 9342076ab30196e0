package template

import (
	"cmp"
	"errors"
	"math"

	"lullaby/internal/arn"
	"lullaby/lambda"
	esm "lullaby/lambda/mapping"
	"lullaby/queue/request"
)

// Event source mappings of queues: written as resources, and as events of type
// SQS of SAM's functions (docs/aws/templates.md#event-source-mappings).

// queuesOutside is what a function lacks to which a queue is mapped that the
// template does not make.
const queuesOutside = "events of queues outside the template"

// mappingProperties are those that a mapping and an event of type SQS have alike.
var mappingProperties = properties{
	honoured: "BatchSize Enabled FilterCriteria FunctionResponseTypes MaximumBatchingWindowInSeconds ScalingConfig",
	later:    "LoggingConfig MetricsConfig ProvisionedPollerConfig",
	silent:   "KmsKeyArn",
}

// queueEvent are the properties of an event of type SQS.
var queueEvent = mappingProperties.and(properties{honoured: "Queue"})

func eventSourceMapping() *resourceType {
	return &resourceType{
		properties: mappingProperties.and(properties{
			honoured: "EventSourceArn FunctionName",
			later: "AmazonManagedKafkaEventSourceConfig BisectBatchOnFunctionError DestinationConfig DocumentDBEventSourceConfig " +
				"MaximumRecordAgeInSeconds MaximumRetryAttempts ParallelizationFactor Queues SelfManagedEventSource " +
				"SelfManagedKafkaEventSourceConfig SourceAccessConfigurations StartingPosition StartingPositionTimestamp Topics " +
				"TumblingWindowInSeconds",
			silent: "Tags",
		}),
		ref:        mappingID,
		attributes: attributes{"Id": mappingID, "EventSourceMappingArn": arnOf("lambda", "event-source-mapping:")},
		link:       (*loader).linkMapping,
	}
}

// mappingID returns the UUID of a mapping, which is random on AWS.
func mappingID(e *evaluator, r *resource) (string, error) { return e.stack.uuid("mapping", r.id), nil }

// linkMapping adds a mapping that is a resource, if function and queue are of the
// template.
func (l *loader) linkMapping(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	named, source := in.required("FunctionName"), in.text("EventSourceArn", "")
	name, qualifier := functionIn(named)
	f := l.functionNamed(name)
	of := r.id
	if f != nil {
		of = f.LogicalID
	}
	switch q, service := l.queueIn(source); {
	case l.lacks(in, of, "events from outside the template"):
		return nil
	case *in.err != nil:
	case service != "sqs":
		l.omit(in.lineOf("EventSourceArn"), of, "events of "+cmp.Or(service, "another source"))
	case f == nil:
		l.omit(in.lineOf("FunctionName"), of, "events to functions outside the template")
	case q == nil:
		l.omit(in.lineOf("EventSourceArn"), of, queuesOutside)
	default:
		l.checkProperties(of, in.n, r.def.properties)
		l.addMapping(in, r.id, q, f, &EventSourceMapping{
			Source: in.source(r.line, mappingFields), LogicalID: r.id, FunctionARN: lambda.FunctionARN(l.stack.scope, name, qualifier),
		})
	}
	return *in.err
}

// linkQueueEvent adds the mapping of an event of type SQS, with the key of the
// event, to the function of r, if the queue is of the template.
func (l *loader) linkQueueEvent(event reader, key string, r *resource) {
	in := event.under("Properties")
	q, _ := l.queueIn(in.required("Queue"))
	switch f := l.functionOf(r); {
	case l.lacks(in, r.id, queuesOutside):
		*in.err = nil
	case *in.err != nil || f == nil:
	case q == nil:
		l.omit(in.lineOf("Queue"), r.id, queuesOutside)
	default:
		l.checkProperties(r.id, in.n, queueEvent)
		m := &EventSourceMapping{Source: in.source(event.line, queueEventFields), LogicalID: r.id + key}
		m.apart = map[string]*node{"FunctionName": {line: r.line}, "FunctionARN": {line: r.line}}
		m.FunctionARN = lambda.FunctionARN(l.stack.scope, f.Name, l.textOf(r.properties.get("AutoPublishAlias")))
		l.addMapping(in, r.id, q, f, m)
	}
}

// queueIn returns the service of an ARN, and the queue of the template that has
// the ARN, nil if none has.
func (l *loader) queueIn(text string) (*Queue, string) {
	source, err := arn.Parse(text)
	if err != nil {
		return nil, ""
	}
	for _, q := range l.t.Queues {
		if request.ARN(l.stack.scope, q.Name) == text {
			return q, source.Service
		}
	}
	return nil, source.Service
}

// addMapping reads the settings of m, from a queue to a function, and adds m, unless
// Lambda refuses it. of is the logical id for messages.
func (l *loader) addMapping(in reader, of string, q *Queue, f *Function, m *EventSourceMapping) {
	m.UUID = l.stack.uuid("mapping", m.LogicalID)
	m.FunctionName, m.EventSourceARN = f.Name, request.ARN(l.stack.scope, q.Name)
	m.Settings = in.mappingSettings()
	queue, err := q.CreateQueue().Settings()
	if err != nil || *in.err != nil {
		return // told already
	}
	_, err = l.declared.Declare(0, m.UUID, m.CreateEventSourceMapping(),
		esm.Function{Name: f.Name, ARN: m.FunctionARN, Timeout: f.Timeout},
		esm.Queue{FIFO: queue.FIFO, Visibility: queue.Visibility})
	if refused, ok := errors.AsType[*esm.RefusalError](err); ok {
		in.fail(m.Pos(refused.Member...).Line, "%s: %v", of, err)
	}
	l.t.EventSourceMappings = append(l.t.EventSourceMappings, m)
}

// mappingSettings reads the settings of a mapping. What is not there is nil.
func (r reader) mappingSettings() (s esm.Settings) {
	s.BatchSize = r.int32("BatchSize")
	s.MaximumBatchingWindowInSeconds = r.int32("MaximumBatchingWindowInSeconds")
	if r.value("Enabled") != nil {
		s.Enabled = new(r.oneOf("Enabled", "", "true", "false") == "true")
	}
	if scaling := r.under("ScalingConfig"); scaling.n != nil {
		scaling.only("MaximumConcurrency")
		s.ScalingConfig = &esm.ScalingConfig{MaximumConcurrency: scaling.int32("MaximumConcurrency")}
	}
	if criteria := r.under("FilterCriteria"); criteria.n != nil {
		criteria.only("Filters")
		s.FilterCriteria = new(esm.FilterCriteria)
		for i, item := range criteria.list("Filters") {
			filter := criteria.item("Filters", i, item)
			filter.only("Pattern")
			s.FilterCriteria.Filters = append(s.FilterCriteria.Filters, esm.Filter{Pattern: new(filter.text("Pattern", ""))})
		}
	}
	s.FunctionResponseTypes = r.texts("FunctionResponseTypes")
	return s
}

// int32 returns the whole number at key, nil if it is absent.
func (r reader) int32(key string) *int32 {
	if r.value(key) == nil {
		return nil
	}
	return new(int32(r.integer(key, 0, math.MinInt32, math.MaxInt32)))
}

// CreateEventSourceMapping returns the request that CloudFormation would send for
// the mapping. It shares memory with the mapping.
func (m *EventSourceMapping) CreateEventSourceMapping() *esm.CreateEventSourceMappingInput {
	return &esm.CreateEventSourceMappingInput{Settings: m.Settings, EventSourceArn: &m.EventSourceARN, FunctionName: &m.FunctionARN}
}
