package template

import (
	"regexp"
	"time"

	scaling "lullaby/autoscale/request"
	"lullaby/gateway"
	"lullaby/internal/arn"
	esm "lullaby/lambda/mapping"
	alarms "lullaby/watch/request"
)

// A Template is a stack as its template and parameters describe it, with
// references resolved. Slices are in the order of the file. A shape with a
// Source knows the place of each of its fields.
type Template struct {
	Path      string // of the file that was read
	StackName string
	Scope     arn.Scope // of the stack; no empty fields

	Functions []*Function
	Tables    []*Table
	Queues    []*Queue
	Topics    []*Topic
	APIs      []*API
	APIKeys   []*APIKey
	Plans     []*UsagePlan
	HTTPAPIs  []*HTTPAPI
	URLs      []*FunctionURL
	Outputs   []Output

	EventSourceMappings []*EventSourceMapping
	Subscriptions       []*Subscription

	ScalableTargets []*ScalableTarget

	Alarms     []*Alarm // metric alarms, then composite ones, each behind those that it names
	Dashboards []*Dashboard

	Omissions []Omission // sorted by place
	Warnings  []Warning  // about omissions and doubtful values, sorted by place

	Unrunnable []*Error // code and runtimes that up cannot run, sorted by place
}

// A Function is an AWS::Serverless::Function or AWS::Lambda::Function.
type Function struct {
	Source
	LogicalID string
	Name      string // physical name, at most 64 characters

	Runtime       string
	Handler       string
	CodeURI       string   // absolute path of a directory or zip file; may not exist; empty: Inline, or see Fault
	Inline        string   // source in the template, of a function that is Interpreted
	Layers        []*Layer // those that the template makes; later ones win
	Fault         string   // why up cannot run it; empty: it can
	BuildMethod   string   // Metadata's BuildMethod, such as go1.x or makefile; empty: none
	Bundle        *Bundle  // BuildProperties of the BuildMethod esbuild; nil: another BuildMethod
	Architectures []string // empty: x86_64

	MemorySize          int           // MB, 128..10,240, default 128
	Timeout             time.Duration // 1..900 s, default 3 s
	Environment         map[string]string
	LogFormat           string // JSON; empty: text
	LogLevel            string // of the application, with JSON
	SystemLogLevel      string // of Lambda's own lines, with JSON
	ReservedConcurrency *int   // nil: none
	Grants              []Grant
	QueueGrants         []QueueGrant
	Services            []string // that its policies let it call, by their names in signatures; sorted
}

// A Bundle has the properties of esbuild, under SAM's names.
type Bundle struct {
	EntryPoints, External, MainFields, OutExtension, Loader []string
	Target, Format                                          string
	Minify, Sourcemap                                       bool
}

// A Layer is an AWS::Serverless::LayerVersion or AWS::Lambda::LayerVersion.
type Layer struct {
	Source
	LogicalID   string
	ContentURI  string // absolute path of a directory or zip file; may not exist
	BuildMethod string // Metadata's BuildMethod, such as python3.12; empty: none
}

// A Grant is a table that the policies of a function name.
type Grant struct {
	Table       string // logical id
	Read, Write bool   // what the policies allow
}

// A QueueGrant is a queue that the policies of a function name.
type QueueGrant struct {
	Queue string // logical id
	Send  bool   // they allow it to send messages
	Hide  bool   // they allow it to change the visibility of messages
}

// A Table is an AWS::DynamoDB::Table or AWS::Serverless::SimpleTable.
type Table struct {
	Source
	LogicalID string
	Name      string

	AttributeDefinitions []AttributeDefinition // of all key attributes, with those of indexes
	KeySchema            []KeySchemaElement    // HASH, then at most one RANGE
	BillingMode          string                // PROVISIONED or PAY_PER_REQUEST
	ReadCapacityUnits    int64                 // a second; 0 for PAY_PER_REQUEST
	WriteCapacityUnits   int64                 // a second; 0 for PAY_PER_REQUEST

	GlobalSecondaryIndexes []Index
	LocalSecondaryIndexes  []Index
	TimeToLive             string // attribute with the expiry time; empty: none
	StreamViewType         string // empty: no stream
	StreamLabel            string // last part of the stream's ARN, the same at every start
	Tags                   []Tag
	DeletionProtection     bool
	TableClass             string     // empty: default
	OnDemandThroughput     Throughput // maximum
	WarmThroughput         Throughput // minimum
}

// An Index is a secondary index of a table.
type Index struct {
	Source
	Name               string
	KeySchema          []KeySchemaElement
	ProjectionType     string
	NonKeyAttributes   []string // nil: none
	ReadCapacityUnits  int64    // of a global index; 0 for PAY_PER_REQUEST
	WriteCapacityUnits int64
	OnDemandThroughput Throughput // of a global index; maximum
	WarmThroughput     Throughput // of a global index; minimum
}

// A Throughput is in units a second; 0: not set.
type Throughput struct{ Read, Write int64 }

// A Tag is a label of a resource.
type Tag struct{ Key, Value string }

// An AttributeDefinition gives the type (S, N or B) of a key attribute.
type AttributeDefinition struct{ AttributeName, AttributeType string }

// A KeySchemaElement gives the role (HASH or RANGE) of a key attribute.
type KeySchemaElement struct{ AttributeName, KeyType string }

// A Queue is an AWS::SQS::Queue.
type Queue struct {
	Source
	LogicalID  string
	Name       string            // ends in .fifo if it is a FIFO queue
	Attributes map[string]string // of SQS's CreateQueue, by name, but for Policy; what the template does not say is absent
	Policy     string            // JSON; empty: none
	Tags       []Tag
}

// A Topic is an AWS::SNS::Topic.
type Topic struct {
	Source
	LogicalID  string
	Name       string
	Attributes map[string]string // of SNS's CreateTopic, by name, but for Policy; what the template does not say is absent
	Policy     string            // JSON; empty: none
	Tags       []Tag
}

// A Subscription is an AWS::SNS::Subscription, one that stands in a topic, or an event of
// type SNS of an AWS::Serverless::Function, of a topic of the template.
type Subscription struct {
	Source
	LogicalID  string // of the resource or the topic, also of the resource that SAM makes for an event
	UUID       string // the end of its ARN
	TopicARN   string
	Protocol   string
	Endpoint   string
	Attributes map[string]string // of SNS's Subscribe, by name; nil: none
}

// An EventSourceMapping is an AWS::Lambda::EventSourceMapping, or an event of type
// SQS of an AWS::Serverless::Function, from a queue to a function of the template.
type EventSourceMapping struct {
	Source
	LogicalID      string // of the resource, also of that which SAM makes for an event
	UUID           string // the value of Ref
	FunctionName   string // physical name of the function
	FunctionARN    string // with the version or alias that the template names
	EventSourceARN string // of the queue
	Settings       esm.Settings
}

// A ScalableTarget is an AWS::ApplicationAutoScaling::ScalableTarget of a table or index
// of the template, or what a global table nests: the requests that make it as
// CloudFormation would. Its logical id is then the table's.
type ScalableTarget struct {
	Source
	LogicalID string
	Register  *scaling.RegisterScalableTargetInput
	Policies  []*ScalingPolicy
	Actions   []*scaling.PutScheduledActionInput
}

// A ScalingPolicy is an AWS::ApplicationAutoScaling::ScalingPolicy.
type ScalingPolicy struct {
	Source
	LogicalID string
	Put       *scaling.PutScalingPolicyInput
}

// An Alarm is an AWS::CloudWatch::Alarm or AWS::CloudWatch::CompositeAlarm: the
// request that makes it as CloudFormation would, which is one that CloudWatch accepts.
type Alarm struct {
	Source
	LogicalID string
	Name      string
	Metric    *alarms.PutMetricAlarmInput // or
	Composite *alarms.PutCompositeAlarmInput
	Certain   Certainty // what is plain of a metric alarm before anything is measured
}

// A Dashboard is an AWS::CloudWatch::Dashboard.
type Dashboard struct {
	Source
	LogicalID, Name string
	Body            string // JSON
}

// An API is a REST API (v1) with integrations of Lambda, HTTP endpoints and mocks.
type API struct {
	Source
	LogicalID string
	ID        string // ten characters, as in execute-api host names
	Name      string

	Stage            string            // the first stage but SAM's "Stage"
	StageVariables   map[string]string // nil: none
	BinaryMediaTypes []string
	KeyOfAuthorizer  bool               // API keys come from authorizers, not in x-api-key
	Responses        []*GatewayResponse // a type once
	Routes           []*Route
	Mocks            []*Mock
	Forwards         []*Forward
}

// An HTTPAPI is an HTTP API (v2) with Lambda proxy integrations.
type HTTPAPI struct {
	Source
	LogicalID string
	ID        string // ten characters, as in execute-api host names
	Name      string

	Stage          string            // the first stage; mostly $default, which has no part in paths
	StageVariables map[string]string // nil: none
	CORS           *CORS             // nil: the gateway answers no preflights
	Routes         []*Route
}

// A FunctionURL is the HTTPS endpoint of a function.
type FunctionURL struct {
	Source
	LogicalID string
	ID        string // 32 characters, as in host names of lambda-url
	Function  string // physical name of the function
	IAM       bool   // AuthType AWS_IAM: a request needs a signature
	CORS      *CORS  // nil: none
	Stream    bool   // InvokeMode RESPONSE_STREAM
}

// A CORS is what the gateway of an HTTP API or a function URL answers browsers
// of other origins. Empty lists are not configured.
type CORS struct {
	Origins     []string // with *, https://* and the like
	Methods     []string
	Headers     []string // in lower case
	Exposed     []string
	MaxAge      *time.Duration // whole seconds; nil: not sent
	Credentials bool
}

// A Route is one method of one path of an API.
type Route struct {
	Source
	Gate
	Method   string                // GET, POST, ... or ANY; empty: the route $default of an HTTP API
	Path     string                // /item/{_id}, /files/{proxy+}, $default
	Function string                // physical name of the function
	Timeout  time.Duration         // of the integration, 50 ms to 29 s (HTTP APIs: 30 s), by default the longest
	Limits   *gateway.MethodLimits // nil: the stage sets none
	Payload  string                // format of the event, "1.0" or "2.0", of an HTTP API; empty: REST's
}

// A Mock is one method of one resource path that API Gateway answers itself.
type Mock struct {
	Source
	Gate
	Method  string // as Route has it
	Path    string
	Status  int
	Headers map[string]string
	Origins []*regexp.Regexp      // of requests that get their own as Access-Control-Allow-Origin
	Body    string                // of type application/json, unless Headers have another one
	Text    gateway.Text          // the body if it has variables; nil: Body
	Limits  *gateway.MethodLimits // nil: the stage sets none
}

// An Output is a resolved entry of the Outputs section. Name is its logical id.
type Output struct {
	Source
	Name, Description, Value string
}
