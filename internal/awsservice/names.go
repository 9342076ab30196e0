package awsservice

import "strings"

// Valid reports whether name has the form of a service's name in signatures: letters,
// digits and hyphens, 40 at most.
func Valid[T string | []byte](name T) bool {
	if len(name) == 0 || len(name) > 40 {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if ('a' > c || c > 'z') && ('A' > c || c > 'Z') && ('0' > c || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// Named returns the name in signatures of the service that a person, a policy or a host
// calls name, in any case. Most names are the same everywhere; one that is not known stays as it is.
func Named(name string) string {
	name = strings.ToLower(name)
	if other, ok := otherNames[name]; ok {
		return other
	}
	return name
}

// otherNames are the commands of the AWS CLI, the prefixes of actions in policies and of
// hosts, and a few names that people use, where they differ from the name in signatures
// (docs/aws/forward.md#names).
var otherNames = map[string]string{
	"apigatewaymanagementapi": "execute-api",
	"apigatewayv2":            "apigateway",
	"appconfigdata":           "appconfig",
	"bedrock-agent":           "bedrock",
	"bedrock-agent-runtime":   "bedrock",
	"bedrock-runtime":         "bedrock",
	"cloudwatch":              "monitoring",
	"cloudwatchlogs":          "logs",
	"cognito":                 "cognito-idp",
	"ddb":                     "dynamodb",
	"docdb":                   "rds",
	"dynamodbstreams":         "dynamodb",
	"efs":                     "elasticfilesystem",
	"elb":                     "elasticloadbalancing",
	"elbv2":                   "elasticloadbalancing",
	"email":                   "ses",
	"emr":                     "elasticmapreduce",
	"eventbridge":             "events",
	"iot-data":                "iotdata",
	"keyspaces":               "cassandra",
	"lexv2-runtime":           "lex",
	"location":                "geo",
	"neptune":                 "rds",
	"opensearch":              "es",
	"opensearchserverless":    "aoss",
	"pinpoint":                "mobiletargeting",
	"s3api":                   "s3",
	"s3control":               "s3",
	"sagemaker-runtime":       "sagemaker",
	"sesv2":                   "ses",
	"sfn":                     "states",
	"stepfunctions":           "states",
	"streams.dynamodb":        "dynamodb",
	"timestream-query":        "timestream",
	"timestream-write":        "timestream",
}

// OfTarget returns the service whose requests have the header X-Amz-Target with prefix
// before the dot, empty if the prefix is not known (docs/aws/forward.md#targets).
func OfTarget(prefix string) string { return targets[prefix] }

var targets = map[string]string{
	"AWSCognitoIdentityProviderService":    "cognito-idp",
	"AWSCognitoIdentityService":            "cognito-identity",
	"AWSEvents":                            "events",
	"AWSGlue":                              "glue",
	"AWSShineFrontendService_20170701":     "translate",
	"AWSStepFunctions":                     "states",
	"AmazonAthena":                         "athena",
	"AmazonEC2ContainerRegistry_V20150921": "ecr",
	"AmazonEC2ContainerServiceV20141113":   "ecs",
	"AmazonSSM":                            "ssm",
	"CertificateManager":                   "acm",
	"CodeBuild_20161006":                   "codebuild",
	"CodePipeline_20150709":                "codepipeline",
	"Comprehend_20171127":                  "comprehend",
	"Firehose_20150804":                    "firehose",
	"Kinesis_20131202":                     "kinesis",
	"Logs_20140328":                        "logs",
	"RedshiftData":                         "redshift-data",
	"RekognitionService":                   "rekognition",
	"ResourceGroupsTaggingAPI_20170126":    "tagging",
	"Route53AutoNaming_v20170314":          "servicediscovery",
	"SageMaker":                            "sagemaker",
	"StarlingDoveService":                  "config",
	"Textract":                             "textract",
	"Timestream_20181101":                  "timestream",
	"Transcribe":                           "transcribe",
	"TrentService":                         "kms",
	"VerifiedPermissions":                  "verifiedpermissions",
	"secretsmanager":                       "secretsmanager",
}

// OfVersion returns the service whose API in the query protocol has a version, empty if it
// is not known or several have it (docs/aws/forward.md#versions).
func OfVersion(version string) string { return versions[version] }

var versions = map[string]string{
	"2010-05-08": "iam",
	"2010-05-15": "cloudformation",
	"2011-01-01": "autoscaling",
	"2011-06-15": "sts",
	"2012-06-01": "elasticloadbalancing",
	"2012-12-01": "redshift",
	"2014-10-31": "rds",
	"2015-02-02": "elasticache",
	"2015-12-01": "elasticloadbalancing",
	"2016-11-15": "ec2",
}
