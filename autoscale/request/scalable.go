package request

import (
	"regexp"
	"strings"

	"lullaby/autoscale/refusal"
)

// namespaces and dimensions are AWS's enumerations, in its order.
var (
	namespaces = []string{
		"ecs", "elasticmapreduce", "ec2", "appstream", "dynamodb", "rds", "sagemaker", "custom-resource", "comprehend", "lambda",
		"cassandra", "kafka", "elasticache", "neptune", "workspaces",
	}
	dimensions = []string{
		"ecs:service:DesiredCount", "ec2:spot-fleet-request:TargetCapacity", "elasticmapreduce:instancegroup:InstanceCount",
		"appstream:fleet:DesiredCapacity", "dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits",
		"dynamodb:index:ReadCapacityUnits", "dynamodb:index:WriteCapacityUnits", "rds:cluster:ReadReplicaCount",
		"sagemaker:variant:DesiredInstanceCount", "custom-resource:ResourceType:Property",
		"comprehend:document-classifier-endpoint:DesiredInferenceUnits", "comprehend:entity-recognizer-endpoint:DesiredInferenceUnits",
		"lambda:function:ProvisionedConcurrency", "cassandra:table:ReadCapacityUnits", "cassandra:table:WriteCapacityUnits",
		"kafka:broker-storage:VolumeSize", "elasticache:cache-cluster:Nodes", "elasticache:replication-group:NodeGroups",
		"elasticache:replication-group:Replicas", "neptune:cluster:ReadReplicaCount", "sagemaker:variant:DesiredProvisionedConcurrency",
		"sagemaker:inference-component:DesiredCopyCount", "workspaces:workspacespool:DesiredUserSessions",
	}
)

// Namespace is the one service whose resources are scaled here.
const Namespace = "dynamodb"

// A Scalable names a target: what is scaled, and in which dimension. Each operation
// on one target has it.
type Scalable struct {
	ServiceNamespace  *string
	ResourceId        *string // table/orders, table/orders/index/by-day
	ScalableDimension *string // dynamodb:table:WriteCapacityUnits
}

func (in *Scalable) constrain(v *violations) {
	namespace(v, in.ServiceNamespace)
	v.required(in.ResourceId, "ResourceId", maxText)
	if v.given(in.ScalableDimension != nil, "ScalableDimension") {
		v.oneOf(in.ScalableDimension, "ScalableDimension", dimensions)
	}
}

func namespace(v *violations, s *string) {
	if v.given(s != nil, "ServiceNamespace") {
		v.oneOf(s, "ServiceNamespace", namespaces)
	}
}

// only refuses the services that Lullaby does not scale.
func only(namespace string) error {
	if namespace != Namespace {
		return refusal.Invalid("Lullaby scales tables and global secondary indexes of DynamoDB (service namespace dynamodb) alone, nothing of %s", namespace)
	}
	return nil
}

// resources are the forms of resource ids by the kind that a dimension names; a name is
// one of DynamoDB's (docs/aws/messages.md#bounds).
var resources = map[string]*regexp.Regexp{
	"table": regexp.MustCompile(`^table/[a-zA-Z0-9_.-]{3,255}$`),
	"index": regexp.MustCompile(`^table/[a-zA-Z0-9_.-]{3,255}/index/[a-zA-Z0-9_.-]{3,255}$`),
}

// match refuses an id of another kind of resource than the dimension has.
func (in *Scalable) match() error {
	if err := only(*in.ServiceNamespace); err != nil {
		return err
	}
	service, rest, _ := strings.Cut(*in.ScalableDimension, ":")
	kind, _, _ := strings.Cut(rest, ":")
	if form := resources[kind]; service != Namespace || form == nil || !form.MatchString(*in.ResourceId) {
		return refusal.Invalid("Unsupported service namespace, resource type or scalable dimension")
	}
	return nil
}

// A Filter restricts a list to a namespace, and to a target if it names one.
type Filter struct {
	ServiceNamespace  *string
	ResourceId        *string
	ScalableDimension *string
}

func (in *Filter) constrain(v *violations) {
	namespace(v, in.ServiceNamespace)
	v.text(in.ResourceId, "ResourceId", maxText)
	v.oneOf(in.ScalableDimension, "ScalableDimension", dimensions)
}

func (in *Filter) check() error {
	return firstOf(only(*in.ServiceNamespace), needsResource(in.ScalableDimension != nil && in.ResourceId == nil))
}

// needsResource refuses a dimension without a resource
// (docs/aws/autoscaling.md#lists).
func needsResource(missing bool) error {
	if missing {
		return refusal.Invalid("If you specify a scalable dimension, you must also specify a resource ID")
	}
	return nil
}

// A Page says how much of a list is wanted, and from where.
type Page struct {
	MaxResults *int32 // 1 to 50; nil: 50
	NextToken  *string
}

// maxResults is how many members a page has at most
// (docs/aws/autoscaling.md#lists).
const maxResults = 50

func (in *Page) check() error {
	if n := in.MaxResults; n != nil && (*n < 1 || *n > maxResults) {
		return refusal.Invalid("MaxResults must be between 1 and %d", maxResults)
	}
	return nil
}

// Results returns how many members the page has at most.
func (in *Page) Results() int {
	if in.MaxResults == nil {
		return maxResults
	}
	return int(*in.MaxResults)
}

// checkList checks what all lists by target have.
func checkList(f *Filter, p *Page) error {
	if f.ServiceNamespace == nil {
		return nil // a violation of the model, which comes first
	}
	return firstOf(f.check(), p.check())
}
