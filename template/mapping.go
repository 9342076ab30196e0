package template

import (
	"cmp"
	"slices"
	"time"

	"lullaby/internal/arn"
)

// Event source mappings of queues: written as resources, and as events of type
// SQS of SAM's functions (docs/aws/templates.md#event-source-mappings).

// Bounds and the default of a mapping of a queue ("AWS::Lambda::EventSourceMapping").
const (
	defaultBatch, minBatch, maxBatch = 10, 1, 10_000

	maxBatchingWindow = 300 // seconds

	minMaximumConcurrency, maxMaximumConcurrency = 2, 1000
)

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
	name, source := functionNameIn(in.required("FunctionName")), in.text("EventSourceArn", "")
	of := r.id
	i := slices.IndexFunc(l.t.Functions, func(f *Function) bool { return f.Name == name })
	if i >= 0 {
		of = l.t.Functions[i].LogicalID
	}
	switch queue, service := l.queueIn(source); {
	case l.lacks(in, of, "events from outside the template"):
		return nil
	case *in.err != nil:
	case service != "sqs":
		l.omit(in.lineOf("EventSourceArn"), of, "events of "+cmp.Or(service, "another source"))
	case i < 0:
		l.omit(in.lineOf("FunctionName"), of, "events to functions outside the template")
	case queue == nil:
		l.omit(in.lineOf("EventSourceArn"), of, queuesOutside)
	default:
		l.checkProperties(of, in.n, r.def.properties)
		l.addMapping(in, r.id, &EventSourceMapping{
			Source: in.source(r.line, mappingFields), LogicalID: r.id, FunctionName: name, EventSourceARN: source,
		})
	}
	return *in.err
}

// linkQueueEvent adds the mapping of an event of type SQS, with the key of the
// event, to a function, if the queue is of the template.
func (l *loader) linkQueueEvent(event reader, key string, r *resource, function string) {
	in := event.under("Properties")
	source := in.required("Queue")
	switch queue, _ := l.queueIn(source); {
	case l.lacks(in, r.id, queuesOutside):
		*in.err = nil
	case *in.err != nil:
	case queue == nil:
		l.omit(in.lineOf("Queue"), r.id, queuesOutside)
	default:
		l.checkProperties(r.id, in.n, queueEvent)
		m := &EventSourceMapping{
			Source: in.source(event.line, queueEventFields), LogicalID: r.id + key, FunctionName: function, EventSourceARN: source,
		}
		m.apart = map[string]*node{"FunctionName": {line: r.line}}
		l.addMapping(in, r.id, m)
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
		if l.stack.scope.ARN("sqs", q.Name) == text {
			return q, source.Service
		}
	}
	return nil, source.Service
}

// addMapping reads what both kinds of mapping share and adds m, unless its queue
// and its function have a mapping already. of is the logical id for messages.
func (l *loader) addMapping(in reader, of string, m *EventSourceMapping) {
	m.UUID = l.stack.uuid("mapping", m.LogicalID)
	m.BatchSize = in.integer("BatchSize", defaultBatch, minBatch, maxBatch)
	m.BatchingWindow = time.Duration(in.integer("MaximumBatchingWindowInSeconds", 0, 0, maxBatchingWindow)) * time.Second
	scaling := in.under("ScalingConfig")
	scaling.only("MaximumConcurrency")
	m.MaximumConcurrency = scaling.integer("MaximumConcurrency", 0, minMaximumConcurrency, maxMaximumConcurrency)
	criteria := in.under("FilterCriteria")
	criteria.only("Filters")
	for i, item := range criteria.list("Filters") {
		filter := criteria.item("Filters", i, item)
		filter.only("Pattern")
		m.FilterCriteria = append(m.FilterCriteria, filter.required("Pattern"))
	}
	m.FunctionResponseTypes = in.texts("FunctionResponseTypes")
	m.Enabled = in.oneOf("Enabled", "true", "true", "false") == "true"
	for _, other := range l.t.EventSourceMappings {
		if other.EventSourceARN == m.EventSourceARN && other.FunctionName == m.FunctionName {
			in.fail(m.at.Line, "%s: An event source mapping with SQS arn (\" %s \") and function (\" %s \") already exists. "+
				"Please update or delete the existing mapping with UUID %s", of, m.EventSourceARN, m.FunctionName, other.UUID)
		}
	}
	l.t.EventSourceMappings = append(l.t.EventSourceMappings, m)
}
