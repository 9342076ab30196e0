package template

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Pos is a place in a template.
type Pos struct {
	File string // as the user named it
	Line int    // from 1
}

func (p Pos) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// A Source is the part of a template from which a shape was read. It does not
// change after loading. The zero Source has the zero Pos.
type Source struct {
	at    Pos
	n     *node             // the shape's properties; nil: none
	names map[string]string // names of fields to paths of properties; see Pos
	apart map[string]*node  // properties that are not in n
	calls map[*node]*node   // values of intrinsic functions; nil: not known
}

// At returns a Source at p, for a shape that was not read from a template.
func At(p Pos) Source { return Source{at: p} }

// Pos returns the place of a property of the shape, or of the shape itself
// without arguments. The first argument is the property's name in the template
// or the shape's field. The others lead into its value: keys of mappings,
// indexes of lists.
//
//	table.Pos("KeySchema", "0", "AttributeName")
//	table.Pos("WriteCapacityUnits") // the same as "ProvisionedThroughput", "WriteCapacityUnits"
//
// If the template does not have the property, Pos returns the place of the
// innermost value that would contain it, at last that of the shape.
func (s Source) Pos(property ...string) Pos {
	pos, at := s.at, s.n
	for i, name := range s.path(property) {
		next := s.child(at, name)
		if n := s.apart[name]; i == 0 && n != nil {
			next = n
		}
		if next == nil {
			break
		}
		pos.Line, at = next.line, next
	}
	return pos
}

// members matches the names of members in AWS's texts, such as 'statistic',
// metrics.1.member.period and Metrics.member.1.MetricStat.Period.
var members = regexp.MustCompile(`[A-Za-z]+(?:\.[A-Za-z0-9]+)*`)

// lineOf returns the line of the property that AWS's text is about: the first that it
// names. A field may have words that stand for it, such as "Target value". The
// line is that of the shape if there is none.
func (s Source) lineOf(text string) int {
	for _, words := range slices.Sorted(maps.Keys(s.names)) {
		if strings.Contains(words, " ") && strings.Contains(text, words) {
			return s.Pos(words).Line
		}
	}
	for _, member := range members.FindAllString(text, -1) {
		path := slices.DeleteFunc(strings.Split(member, "."), func(part string) bool { return part == "member" })
		for i, part := range path {
			if n, err := strconv.Atoi(part); err == nil {
				path[i] = strconv.Itoa(n - 1)
			} else {
				path[i] = strings.ToUpper(part[:1]) + part[1:]
			}
		}
		if pos := s.Pos(path...); pos.Line != s.at.Line || s.n.get(path[0]) != nil {
			return pos.Line
		}
	}
	return s.at.Line
}

// path returns the keys that lead to a property. The longest prefix of its
// names that s.names has is replaced.
func (s Source) path(property []string) []string {
	for i := len(property); i > 0; i-- {
		if name, ok := s.names[strings.Join(property[:i], ".")]; ok {
			return append(strings.Split(name, "."), property[i:]...)
		}
	}
	return property
}

// child returns the value of a key or the item at an index, nil if n has none.
func (s Source) child(n *node, name string) *node {
	if n != nil && n.kind == call {
		n = s.calls[n]
	}
	if n == nil || n.kind != list {
		return n.get(name)
	}
	i, err := strconv.Atoi(name)
	if err != nil {
		return nil
	}
	for _, item := range n.items {
		if value, evaluated := s.calls[item]; evaluated && value == nil {
			continue // AWS::NoValue has removed it
		}
		if i == 0 {
			return item
		}
		i--
	}
	return nil
}

// source returns the source of a shape at a line. r reads its properties.
func (r reader) source(line int, names map[string]string) Source {
	return Source{at: r.e.pos(line), n: r.n, names: names, calls: r.e.calls}
}

// Paths of the fields whose names are not those of their properties.
var (
	functionFields = map[string]string{
		"Name":                  "FunctionName",
		"BuildMethod":           "Metadata.BuildMethod",
		"Bundle":                "Metadata.BuildProperties",
		"Environment":           "Environment.Variables",
		"Environment.Variables": "Environment.Variables",
		"ReservedConcurrency":   "ReservedConcurrentExecutions",
		"LogFormat":             "LoggingConfig.LogFormat",
		"LogLevel":              "LoggingConfig.ApplicationLogLevel",
		"SystemLogLevel":        "LoggingConfig.SystemLogLevel",
	}
	serverlessFields = withFields(functionFields, map[string]string{"CodeURI": "CodeUri", "Inline": "InlineCode", "Grants": "Policies", "QueueGrants": "Policies", "Services": "Policies"})
	lambdaFields     = withFields(functionFields, map[string]string{"CodeURI": "Code", "Inline": "Code.ZipFile", "Grants": "Role", "QueueGrants": "Role", "Services": "Role"})

	httpFields  = withFields(corsFields("CorsConfiguration"), map[string]string{"Stage": "StageName"})
	quickFields = map[string]string{"Method": "RouteKey", "Path": "RouteKey", "Function": "Target"}
	routeFields = map[string]string{
		"Method": "RouteKey", "Path": "RouteKey", "Function": "Integration.IntegrationUri",
		"Timeout": "Integration.TimeoutInMillis", "Payload": "Integration.PayloadFormatVersion", "Gate.Authorization": "AuthorizationType",
	}
	urlFields = withFields(corsFields("Cors"), map[string]string{"Function": "TargetFunctionArn", "IAM": "AuthType", "Stream": "InvokeMode"})

	apiFields     = map[string]string{"Stage": "StageName", "StageVariables": "Variables", "Mocks": "Cors", "KeyOfAuthorizer": "ApiKeySourceType", "Responses": "GatewayResponses"}
	planFields    = map[string]string{"Limits": "Throttle", "Stages": "ApiStages"}
	eventFields   = map[string]string{"Timeout": "TimeoutInMillis", "Gate.KeyRequired": "Auth.ApiKeyRequired", "Gate.Checks": "RequestModel", "Payload": "PayloadFormatVersion", "Gate.Authorization": "Auth.Authorizer"}
	mappingFields = fieldsUnder("Settings", mappingProperties.honoured, map[string]string{
		"EventSourceARN": "EventSourceArn", "FunctionARN": "FunctionName",
	})
	queueEventFields = withFields(mappingFields, map[string]string{"EventSourceARN": "Queue"})
	methodFields     = map[string]string{
		"Method": "HttpMethod", "Path": "ResourceId", "Function": "Integration.Uri", "Timeout": "Integration.TimeoutInMillis",
		"Gate.KeyRequired": "ApiKeyRequired", "Gate.Checks": "RequestValidatorId", "Gate.Authorization": "AuthorizationType",
		"URL": "Integration.Uri", "Verb": "Integration.IntegrationHttpMethod", "Whole": "Integration.Type",
		"Parameters": "Integration.RequestParameters", "Answers": "Integration.IntegrationResponses",
	}
	operationFields = map[string]string{
		"Function": "uri", "Timeout": "timeoutInMillis", "URL": "uri", "Verb": "httpMethod", "Whole": "type",
		"Parameters": "requestParameters", "Answers": "responses",
	}

	throughputFields = map[string]string{
		"ReadCapacityUnits":        "ProvisionedThroughput.ReadCapacityUnits",
		"WriteCapacityUnits":       "ProvisionedThroughput.WriteCapacityUnits",
		"OnDemandThroughput.Read":  "OnDemandThroughput.MaxReadRequestUnits",
		"OnDemandThroughput.Write": "OnDemandThroughput.MaxWriteRequestUnits",
		"WarmThroughput.Read":      "WarmThroughput.ReadUnitsPerSecond",
		"WarmThroughput.Write":     "WarmThroughput.WriteUnitsPerSecond",
	}
	indexFields = withFields(throughputFields, map[string]string{
		"Name":             "IndexName",
		"ProjectionType":   "Projection.ProjectionType",
		"NonKeyAttributes": "Projection.NonKeyAttributes",
	})
	tableFields = withFields(throughputFields, map[string]string{
		"Name":               "TableName",
		"TimeToLive":         "TimeToLiveSpecification.AttributeName",
		"StreamViewType":     "StreamSpecification.StreamViewType",
		"StreamLabel":        "StreamSpecification",
		"DeletionProtection": "DeletionProtectionEnabled",
	})
	targetFields = map[string]string{"Maximum capacity": "MaxCapacity", "Minimum capacity": "MinCapacity"}
	actionFields = map[string]string{
		"Maximum capacity": "ScalableTargetAction.MaxCapacity", "Minimum capacity": "ScalableTargetAction.MinCapacity",
		"time zone": "Timezone", "End time": "EndTime",
	}
	policyFields = map[string]string{
		"Target value": tracking + "TargetValue", "Cooldown must": tracking + "ScaleOutCooldown",
		"Predefined metric": tracking + "PredefinedMetricSpecification.PredefinedMetricType",
		"customized metric": tracking + "CustomizedMetricSpecification",
		"policies are not":  "PolicyType",
	}
	alarmFields        = map[string]string{"Name": "AlarmName"}
	queueFields        = fieldsUnder("Attributes", queueAttributes+" "+queueDocuments, map[string]string{"Name": "QueueName"})
	topicFields        = fieldsUnder("Attributes", topicAttributes, map[string]string{"Name": "TopicName"})
	subscriptionFields = fieldsUnder("Attributes", "RawMessageDelivery "+subscriptionDocuments, map[string]string{"TopicARN": "TopicArn"})
	topicEventFields   = fieldsUnder("Attributes", "RedrivePolicy", map[string]string{"TopicARN": "Topic"})
	simpleTableFields  = withFields(tableFields, map[string]string{
		"KeySchema":                            "PrimaryKey",
		"KeySchema.0.AttributeName":            "PrimaryKey.Name",
		"AttributeDefinitions":                 "PrimaryKey",
		"AttributeDefinitions.0.AttributeName": "PrimaryKey.Name",
		"AttributeDefinitions.0.AttributeType": "PrimaryKey.Type",
	})
)

// tracking begins the paths of a policy's settings.
const tracking = "TargetTrackingScalingPolicyConfiguration."

// fieldsUnder returns more, and the keys that stand below a field of a shape and
// are properties themselves.
func fieldsUnder(field, keys string, more map[string]string) map[string]string {
	all := maps.Clone(more)
	for key := range strings.FieldsSeq(keys) {
		all[field+"."+key] = key
	}
	return all
}

// corsFields returns the paths of the fields of a CORS that is a property.
func corsFields(property string) map[string]string {
	return map[string]string{
		"CORS": property, "CORS.Origins": property + ".AllowOrigins", "CORS.Methods": property + ".AllowMethods",
		"CORS.Headers": property + ".AllowHeaders", "CORS.Exposed": property + ".ExposeHeaders",
		"CORS.MaxAge": property + ".MaxAge", "CORS.Credentials": property + ".AllowCredentials",
	}
}

func withFields(common, more map[string]string) map[string]string {
	all := maps.Clone(common)
	maps.Copy(all, more)
	return all
}
