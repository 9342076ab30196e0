package mapping

// CreateEventSourceMappingInput is the request of CreateEventSourceMapping. A REST
// protocol has all of it in the body.
type CreateEventSourceMappingInput struct {
	Settings

	EventSourceArn *string
	FunctionName   *string

	Foreign
}

// UpdateEventSourceMappingInput is the request of UpdateEventSourceMapping. A REST
// protocol has UUID in the path and the rest in the body.
type UpdateEventSourceMappingInput struct {
	Settings

	UUID         string `json:"-"`
	FunctionName *string

	Foreign
}

// GetEventSourceMappingInput is the request of GetEventSourceMapping. A REST
// protocol has it in the path.
type GetEventSourceMappingInput struct{ UUID string }

// DeleteEventSourceMappingInput is the request of DeleteEventSourceMapping. A REST
// protocol has it in the path.
type DeleteEventSourceMappingInput struct{ UUID string }

// ListEventSourceMappingsInput is the request of ListEventSourceMappings. A REST
// protocol has it in the query.
type ListEventSourceMappingsInput struct {
	EventSourceArn *string
	FunctionName   *string
	Marker         *string
	MaxItems       *int32
}

// ListEventSourceMappingsOutput is a page of mappings.
type ListEventSourceMappingsOutput struct {
	EventSourceMappings []EventSourceMappingConfiguration
	NextMarker          string `json:",omitempty"` // empty: this is the last page
}

// EventSourceMappingConfiguration is a mapping as the API describes it. The
// answer has the status 202 if the request begins a change: of Create, Update and
// Delete.
type EventSourceMappingConfiguration struct {
	BatchSize                      int32
	EventSourceArn                 string
	EventSourceMappingArn          string
	FilterCriteria                 *FilterCriteria `json:",omitempty"`
	FunctionArn                    string
	FunctionResponseTypes          []string
	LastModified                   float64 // seconds since 1970
	MaximumBatchingWindowInSeconds int32
	ScalingConfig                  *ScalingConfig `json:",omitempty"`
	State                          State
	StateTransitionReason          string
	UUID                           string
}

// Foreign are the members of requests that AWS has for other event sources, or
// that Lullaby lacks; nil: not given.
type Foreign struct {
	AmazonManagedKafkaEventSourceConfig any
	BisectBatchOnFunctionError          any
	DestinationConfig                   any
	DocumentDBEventSourceConfig         any
	KMSKeyArn                           any
	LoggingConfig                       any
	MaximumRecordAgeInSeconds           any
	MaximumRetryAttempts                any
	MetricsConfig                       any
	ParallelizationFactor               any
	ProvisionedPollerConfig             any
	Queues                              any
	SelfManagedEventSource              any
	SelfManagedKafkaEventSourceConfig   any
	SourceAccessConfigurations          any
	StartingPosition                    any
	StartingPositionTimestamp           any
	Tags                                any
	Topics                              any
	TumblingWindowInSeconds             any
}

// check refuses the first member that is given. AWS takes the last ones of the
// list for queues, and Lullaby lacks them. Assumed: AWS's text for members of
// other sources, which it has for some.
func (f *Foreign) check(operation string) error {
	if f.StartingPosition != nil {
		return invalid("StartingPosition is not valid for SQS event sources.", "StartingPosition")
	}
	for _, m := range []struct {
		name   string
		value  any
		queues bool
	}{
		{"AmazonManagedKafkaEventSourceConfig", f.AmazonManagedKafkaEventSourceConfig, false},
		{"BisectBatchOnFunctionError", f.BisectBatchOnFunctionError, false},
		{"DestinationConfig", f.DestinationConfig, false},
		{"DocumentDBEventSourceConfig", f.DocumentDBEventSourceConfig, false},
		{"MaximumRecordAgeInSeconds", f.MaximumRecordAgeInSeconds, false},
		{"MaximumRetryAttempts", f.MaximumRetryAttempts, false},
		{"ParallelizationFactor", f.ParallelizationFactor, false},
		{"Queues", f.Queues, false},
		{"SelfManagedEventSource", f.SelfManagedEventSource, false},
		{"SelfManagedKafkaEventSourceConfig", f.SelfManagedKafkaEventSourceConfig, false},
		{"SourceAccessConfigurations", f.SourceAccessConfigurations, false},
		{"StartingPositionTimestamp", f.StartingPositionTimestamp, false},
		{"Topics", f.Topics, false},
		{"TumblingWindowInSeconds", f.TumblingWindowInSeconds, false},
		{"KMSKeyArn", f.KMSKeyArn, true},
		{"LoggingConfig", f.LoggingConfig, true},
		{"MetricsConfig", f.MetricsConfig, true},
		{"ProvisionedPollerConfig", f.ProvisionedPollerConfig, true},
		{"Tags", f.Tags, true},
	} {
		switch {
		case m.value == nil:
		case m.queues:
			return invalid(m.name+" is a member of "+operation+" that Lullaby does not have", m.name)
		default:
			return invalid("Unsupported "+m.name+" parameter for given event source mapping type.", m.name)
		}
	}
	return nil
}
