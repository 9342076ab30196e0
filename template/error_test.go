package template_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lullaby/template"
)

// The templates below begin with one of these. Their own first line is the next
// one.
const (
	samHead   = "Transform: AWS::Serverless-2016-10-31\nResources:\n" // two lines
	plainHead = "Resources:\n"                                        // one line
)

// fn is a complete SAM function, to which cases add properties.
const fn = "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: f\n      Handler: bootstrap\n      Runtime: provided.al2023\n"

// table is a table with a hash key, complete but for its throughput.
const table = `  T:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
`

// route is an Api event.
func route(id, method, path string) string {
	return fmt.Sprintf("        %s: {Type: Api, Properties: {Method: %s, Path: %q}}\n", id, method, path)
}

// An errorTest is a template with exactly one error.
type errorTest struct{ name, text, want string }

func TestTextErrors(t *testing.T) {
	checkErrors(t, []errorTest{
		{"empty file", "", "1: the template is empty"},
		{"comment only", "# nothing\n", "1: the template is empty"},
		{"empty value", "~\n", "1: the template is empty"},
		{"not a mapping", "- a\n", "1: a template is a mapping with a Resources section, not a list"},
		{"bad indentation", "Resources:\n  A:\n    Type: x\n   B: y\n", "4: indented by 3 spaces, as no line above: 4 spaces, as line 3, would be right, or 2, as line 2"},
		{"indentation below a value", "Resources:\n  A:\n    Type: x\n      B: y\n", "4: indented by 6 spaces, below line 3, which has a value already: 4 spaces would stand beside it"},
		{"indentation in a list", "Resources:\n  A:\n    - b: 1\n     c: 2\n", "4: indented by 5 spaces, as no line above: 6 spaces, as line 3, would be right, or 4, as line 3"},
		{"tab", "Resources:\n\tA: 1\n", `2: a tab in the indentation: YAML takes spaces only, such as "  Type: ..."`},
		{"open quote", "Description: \"x\nResources: {}\n", "1: YAML: found unexpected end of stream"},
		{"open quote further down", "\nDescription: x\nMetadata: 'y\n\n\n", "3: YAML: found unexpected end of stream"},
		{"open bracket", "Resources:\n  A: [1,\nB: 2\n", "3: YAML: did not find expected ',' or ']'"},
		{"unknown anchor", "Resources:\n  A: 1\n  B: *nowhere\n  C: 1\n", "3: YAML: unknown anchor 'nowhere' referenced"},
		{"second document", "Resources: {}\n---\nResources: {}\n", "2: a second document: a template is one"},
		{"broken second document", "Resources: {}\n---\n[\n", "3: YAML: did not find expected node content"},
		{"NUL", "Resources:\n  A: \x00\n", "2: control character U+0000"},
		{"escape", "Resources:\n\n  A: \x1b[31m\n", "3: control character U+001B"},
		{"not UTF-8", "Resources:\n  A: \xff\n", "2: not UTF-8 text"},
		{"merge key", plainHead + "  A: &a {Type: x}\n  B:\n    <<: *a\n", "4: CloudFormation does not support the merge key <<"},
		{"key that is a list", "? [a]\n: b\n", "1: a key must be plain text"},
		{"key that is a function", "Resources:\n  !Ref A: b\n", "2: a key must be plain text"},
		{"unknown tag", plainHead + "  A:\n    Type: !Reference x\n", "3: unknown tag !Reference"},
		{"binary", plainHead + "  A:\n    Type: !!binary eA==\n", "3: unknown tag !!binary"},
		{"alias in itself", plainHead + "  A: &a\n    Type: [*a]\n", "3: alias *a stands inside the value it names"},
		{"alias bomb", bomb(), "8: more than 250000 values or 8388608 bytes of them, aliases written out"},
		{"long aliases", "Metadata:\n  - &a " + strings.Repeat("x", 1<<18) + "\n" + strings.Repeat("  - *a\n", 40), "33: more than 250000 values or 8388608 bytes of them, aliases written out"},
		{"deep", "Metadata: " + strings.Repeat("[", 101) + strings.Repeat("]", 101), "1: nested deeper than 100 levels"},
		{"very deep", "Metadata: " + strings.Repeat("[", 20_000), "1: YAML: exceeded max depth of 10000"},
		{"too long", "#" + strings.Repeat("x", 1<<20), "1: 1048577 bytes: CloudFormation takes templates of at most 1048576"},
	})
}

func TestSectionErrors(t *testing.T) {
	checkErrors(t, []errorTest{
		{"version", "AWSTemplateFormatVersion: 2011-01-01\nResources: {A: {Type: x}}\n", "1: AWSTemplateFormatVersion can only be 2010-09-09"},
		{"unknown section", "Resource: {}\n", `1: a template has no section "Resource"`},
		{"no resources", "Description: x\n", "1: a template needs at least one entry in Resources"},
		{"empty section", "Resources:\nOutputs: {}\n", "1: section Resources must be a mapping, not empty"},
		{"section by function", "Resources:\n  Fn::Transform: {Name: Mine}\n", "2: Lullaby does not evaluate Fn::Transform yet"},
		{"resource by function", "Resources:\n  A: {Type: x}\n  Fn::Transform: {Name: Mine}\n", "3: Lullaby does not evaluate Fn::Transform yet"},
		{"loop shape", "Resources:\n  A: {Type: x}\n  Fn::ForEach::B: [x]\n", "3: Fn::ForEach::B takes a list of a variable's name, a list of values and a mapping"},
		{"loop that makes one twice", "Resources:\n  A: {Type: x}\n  Fn::ForEach::B: [X, [A], {'${X}': {Type: x}}]\n", "3: Fn::ForEach::B makes \"A\" twice"},
		{"include of nothing", "Resources:\n  A: {Type: x}\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: nowhere.yaml}}\n", "3: AWS::Include: \"nowhere.yaml\" is not there, as seen from the template's folder"},
		{"rule", "Parameters: {P: {Type: String, Default: a}}\nRules:\n  R: {Assertions: [{Assert: {Fn::Contains: [[b], !Ref P]}, AssertDescription: P is b}]}\nResources: {A: {Type: x}}\n", "3: rule R: P is b"},
		{"too many resources", plainHead + many(501), "1: section Resources has 501 entries; CloudFormation takes 500"},
		{"Globals without SAM", "Globals: {Function: {Timeout: 1}}\nResources: {A: {Type: x}}\n", "1: section Globals needs Transform: AWS::Serverless-2016-10-31"},
		{"Globals of nothing", "Transform: AWS::Serverless-2016-10-31\nGlobals: {Functions: {}}\nResources: {A: {Type: x}}\n", `2: Globals has no section "Functions"`},
		{"Globals Events", "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    Events: {}\nResources: {A: {Type: x}}\n", "4: Globals: Function does not take Events"},
		{"transform", "Transform: [[x]]\nResources: {A: {Type: x}}\n", "1: a transform is the name of a macro, not a list"},
	})
}

func TestResourceErrors(t *testing.T) {
	checkErrors(t, []errorTest{
		{"resource id", plainHead + "  put-item: {Type: x}\n", `2: "put-item": the id of a resource has letters and digits only`},
		{"resource shape", plainHead + "  A: 1\n", "2: A must be a mapping, not a single value"},
		{"resource key", plainHead + "  A:\n    Type: x\n    Propertys: {}\n", `4: A: a resource has no attribute "Propertys"`},
		{"no type", plainHead + "  A:\n    Properties: {}\n", "2: A: Type is missing"},
		{"no transform", plainHead + fn, "3: F: type AWS::Serverless::Function needs Transform: AWS::Serverless-2016-10-31"},
		{"properties", plainHead + "  A:\n    Type: x\n    Properties: [1]\n", "4: A: Properties must be a mapping, not a list"},
		{"DependsOn", plainHead + "  A:\n    Type: x\n    DependsOn: [B]\n", `4: A: DependsOn: there is no resource "B"`},
		{"DependsOn shape", plainHead + "  A:\n    Type: x\n    DependsOn: {B: 1}\n", "4: A: DependsOn takes the ids of resources"},
		{"resource condition", plainHead + "  A:\n    Type: x\n    Condition: C\n", `4: there is no condition "C"`},
		{"resource condition shape", plainHead + "  A:\n    Type: x\n    Condition: [C]\n", "4: A: Condition takes the name of a condition"},
	})
}

func TestReferenceErrors(t *testing.T) {
	checkErrors(t, []errorTest{
		{"Ref to nothing", samHead + fn + "      FunctionName: !Ref Nowhere\n", `9: there is no parameter or resource "Nowhere"`},
		{"Ref to nothing, not read", samHead + fn + "      Description: !Ref Nowhere\n", `9: there is no parameter or resource "Nowhere"`},
		{"Ref to nothing, skipped type", plainHead + "  A:\n    Type: x\n    Properties:\n      B: {Ref: Nowhere}\n", `5: there is no parameter or resource "Nowhere"`},
		{"GetAtt to nothing", samHead + fn + "      Description: !GetAtt Nowhere.Arn\n", `9: there is no parameter or resource "Nowhere"`},
		{"Sub to nothing", samHead + fn + "      Description: !Sub 'a ${Nowhere.Arn}'\n", `9: there is no parameter or resource "Nowhere"`},
		{"Sub variable", samHead + fn + "      Description: !Sub '${HOME:-x}'\n", `9: Fn::Sub: "${HOME:-x}" is no variable; write ${!name} for the text ${name}`},
		{"Sub without end", samHead + fn + "      Description: !Sub '${AWS::Region'\n", `9: Fn::Sub: "${AWS::Region" is no variable; write ${!name} for the text ${name}`},
		{"Sub shape", samHead + fn + "      Description: !Sub [a]\n", "9: Fn::Sub takes a string, or a list of a string and a mapping of variables"},
		{"Ref shape", samHead + fn + "      FunctionName: !Ref [a]\n", "9: Ref takes the name of a parameter or resource, not a list"},
		{"GetAtt shape", samHead + fn + "      FunctionName: !GetAtt F\n", "9: resources need each other: F -> F"},
		{"GetAtt without attribute", samHead + fn + "      FunctionName: !GetAtt R\n  R: {Type: AWS::IAM::Role}\n", "9: Fn::GetAtt takes a resource and an attribute, as in MyTable.Arn"},
		{"unknown attribute", samHead + fn + "      FunctionName: !GetAtt R.Name\n  R: {Type: AWS::IAM::Role}\n", `9: R of type AWS::IAM::Role has no attribute "Name" that Lullaby knows`},
		{"stream of a table without", samHead + fn + "      FunctionName: !GetAtt T.StreamArn\n" + table + "      BillingMode: PAY_PER_REQUEST\n", "10: T has no StreamArn, for it has no StreamSpecification"},
		{"stream that is taken away", samHead + fn + "      FunctionName: !GetAtt T.StreamArn\n" + table + "      BillingMode: PAY_PER_REQUEST\n      StreamSpecification: !Ref AWS::NoValue\n", "10: T has no StreamArn, for it has no StreamSpecification"},
		{"stream without a view", plainHead + table + "      BillingMode: PAY_PER_REQUEST\n      StreamSpecification: {}\n", "8: T: StreamSpecification.StreamViewType is missing"},
		{"stream of no view", plainHead + table + "      BillingMode: PAY_PER_REQUEST\n      StreamSpecification: {StreamViewType: ALL}\n", `8: T: StreamSpecification.StreamViewType must be one of [NEW_IMAGE OLD_IMAGE NEW_AND_OLD_IMAGES KEYS_ONLY], not "ALL"`},
		{"stream with more", plainHead + table + "      BillingMode: PAY_PER_REQUEST\n      StreamSpecification: {StreamEnabled: true, StreamViewType: KEYS_ONLY}\n", `8: T: StreamSpecification."StreamEnabled" is not a key that is permitted here`},
		{"cycle", samHead + fn + "      FunctionName: !Ref A\n  A:\n    Type: x\n    Properties: {b: !GetAtt B.c}\n  B:\n    Type: x\n    DependsOn: F\n", "15: resources need each other: F -> A -> B -> F"},
		{"cycle through the implicit API", samHead + fn + "      Environment: {Variables: {URL: !Ref ServerlessRestApi}}\n      Events:\n" + route("E", "get", "/"), "9: resources need each other: ServerlessRestApi -> F -> ServerlessRestApi"},
		{"unknown function", samHead + fn + "      FunctionName: {Fn::Upper: x}\n", "9: Fn::Upper is not an intrinsic function"},
		{"unevaluated function", samHead + fn + "      FunctionName: !ImportValue x\n", `9: Fn::ImportValue "x" has no value: --export x=...`},
		{"NoValue where a value is needed", samHead + fn + "      FunctionName: !Join ['', [a, !Sub '${AWS::NoValue}']]\n", "9: ${AWS::NoValue} of Fn::Sub: AWS::NoValue leaves no value"},
	})
}

func TestFunctionErrors(t *testing.T) {
	checkErrors(t, []errorTest{
		{"function without Runtime", samHead + strings.Replace(fn, "      Runtime: provided.al2023\n", "", 1), "3: F: Runtime is missing"},
		{"function without Handler", samHead + strings.Replace(fn, "      Handler: bootstrap\n", "", 1), "3: F: Handler is missing"},
		{"runtime that never was", samHead + strings.Replace(fn, "provided.al2023", "nodejs10.10", 1), "8: F: Value nodejs10.10 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs24.x, nodejs22.x, python3.14, python3.13, python3.12, python3.11, java25, java21, java17, java11, java8.al2, dotnet10, ruby3.4, ruby3.3, provided.al2023, provided.al2] or be a valid ARN"},
		{"empty Handler", samHead + strings.Replace(fn, "bootstrap", "''", 1), "7: F: Handler is empty"},
		{"null Handler", samHead + strings.Replace(fn, "bootstrap", "", 1), "7: F: Handler is empty"},
		{"inline and CodeUri", samHead + fn + "      InlineCode: x\n", "6: F: Only one of 'InlineCode' or 'CodeUri' can be set."},
		{"Timeout", samHead + fn + "      Timeout: 901\n", "9: F: Timeout must be 1 to 900, not 901"},
		{"Timeout of nothing", samHead + fn + "      Timeout: 0\n", "9: F: Timeout must be 1 to 900, not 0"},
		{"Timeout shape", samHead + fn + "      Timeout: [3]\n", "9: F: Timeout must be a single value, not a list"},
		{"Timeout text", samHead + fn + "      Timeout: 3s\n", `9: F: Timeout must be a whole number, not "3s"`},
		{"MemorySize", samHead + fn + "      MemorySize: 64\n", "9: F: MemorySize must be 128 to 10240, not 64"},
		{"reserved", samHead + fn + "      ReservedConcurrentExecutions: -1\n", "9: F: ReservedConcurrentExecutions must be at least 0, not -1"},
		{"Architectures", samHead + fn + "      Architectures: [arm]\n", "9: F: Architectures must be [x86_64] or [arm64], not [arm]"},
		{"Architectures shape", samHead + fn + "      Architectures: arm64\n", "9: F: Architectures must be a list, not a single value"},
		{"FunctionName", samHead + fn + "      FunctionName: a b\n", `9: F: FunctionName takes letters, digits, - and _, at most 64, not "a b"`},
		{"Environment shape", samHead + fn + "      Environment: []\n", "9: F: Environment must be a mapping, not a list"},
		{"Environment key", samHead + fn + "      Environment: {A: b}\n", `9: F: Environment."A" is not a key that is permitted here`},
		{"variable name", samHead + fn + "      Environment: {Variables: {A-B: b}}\n", `9: F: Environment variable "A-B": a name is letters, digits and _, at least two, a letter first`},
		{"variable value", samHead + fn + "      Environment: {Variables: {AB: [b]}}\n", "9: F: Environment.Variables.AB must be a single value, not a list"},
		{"variable reserved", samHead + fn + "      Environment: {Variables: {AWS_REGION: b}}\n", "9: F: Environment variable AWS_REGION is set by Lambda and cannot be set here"},
		{"variables too long", samHead + fn + "      Environment: {Variables: {AB: " + strings.Repeat("x", 4096) + "}}\n", "9: F: Environment variables take more than 4096 bytes"},
		{"same name twice", samHead + fn + "      FunctionName: f\n" + strings.Replace(fn, "  F:", "  G:", 1) + "      FunctionName: f\n", `10: two functions named "f", the first on line 3`},
	})
}

func TestRouteErrors(t *testing.T) {
	checkErrors(t, []errorTest{
		{"same route twice", samHead + fn + "      Events:\n" + route("A", "get", "/a") + route("B", "GET", "/a"), `11: GET "/a" of ServerlessRestApi has a route already, on line 10`},
		{"two variables at a place", samHead + fn + "      Events:\n" + route("A", "get", "/a/{x}/b") + route("B", "get", "/a/{y}"), `11: GET "/a/{y}": {y} stands where line 10 has {x}; API Gateway takes one variable at a place`},
		{"path", samHead + fn + "      Events:\n" + route("A", "get", "a"), `10: GET "a": a path begins with /`},
		{"path part", samHead + fn + "      Events:\n" + route("A", "get", "/a b"), `10: GET "/a b": "a b" is not a part of a path: letters, digits, . _ : and -, or a variable {name} or {name+}`},
		{"below greedy", samHead + fn + "      Events:\n" + route("A", "get", "/{p+}/b"), `10: GET "/{p+}/b": nothing can stand below {p+}`},
		{"method", samHead + fn + "      Events:\n" + route("A", "fetch", "/"), `10: F: Events.A.Properties.Method must be one of [ANY DELETE GET HEAD OPTIONS PATCH POST PUT], not "fetch"`},
		{"no path", samHead + fn + "      Events:\n        A: {Type: Api, Properties: {Method: get}}\n", "10: F: Events.A.Properties.Path is missing"},
		{"no event type", samHead + fn + "      Events:\n        A: {Properties: {Method: get}}\n", "10: F: Events.A.Type is missing"},
		{"integration time-out", samHead + fn + "      Events:\n        A: {Type: Api, Properties: {Method: get, Path: /, TimeoutInMillis: 30000}}\n", "10: F: Events.A.Properties.TimeoutInMillis must be 50 to 29000, not 30000"},
		{"no such API", samHead + fn + "      Events:\n        A: {Type: Api, Properties: {Method: get, Path: /, RestApiId: abc}}\n", "10: F: Events.A.Properties.RestApiId is no API of this template"},
		{"events by function", samHead + fn + "      Events: !If [C, {A: {Type: Api, Properties: {Method: get, Path: /}}}, {}]\nConditions: {C: !Equals [a, a]}\n", "9: F: Events.A.Properties.RestApiId: an event of the implicit API must be written out, not made by a function"},
		{"stage", samHead + "  A:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: a b\n", `6: A: StageName takes letters, digits, - and _, at most 128, not "a b"`},
		{"no stage", samHead + "  A: {Type: AWS::Serverless::Api}\n", "3: A: StageName is missing"},
	})
}

func TestTableErrors(t *testing.T) {
	checkErrors(t, []errorTest{
		{"table without schema", plainHead + strings.Replace(table, "KeySchema", "Keys", 1) + "      BillingMode: PAY_PER_REQUEST\n", "2: T: KeySchema is missing"},
		{"attribute not defined", plainHead + strings.Replace(table, "{AttributeName: id, KeyType", "{AttributeName: at, KeyType", 1) + "      BillingMode: PAY_PER_REQUEST\n", "6: T: One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [at], AttributeDefinitions: [id]"},
		{"attribute missing", plainHead + strings.Replace(table, "[{AttributeName: id, AttributeType: S}]", "[]", 1) + "      BillingMode: PAY_PER_REQUEST\n", "6: T: Invalid KeySchema: Some index key attribute have no definition"},
		{"attribute twice", plainHead + strings.Replace(table, "AttributeType: S}", "AttributeType: S}, {AttributeName: id, AttributeType: S}", 1) + "      BillingMode: PAY_PER_REQUEST\n", "5: T: Attribute Name is duplicated: id"},
		{"attribute type", plainHead + strings.Replace(table, "AttributeType: S", "AttributeType: BOOL", 1) + "      BillingMode: PAY_PER_REQUEST\n", `5: T: AttributeDefinitions[0].AttributeType must be one of [B N S], not "BOOL"`},
		{"key type", plainHead + strings.Replace(table, "KeyType: HASH", "KeyType: RANGE", 1) + "      BillingMode: PAY_PER_REQUEST\n", "6: T: Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
		{"key twice", plainHead + strings.Replace(table, "KeyType: HASH}", "KeyType: HASH}, {AttributeName: id, KeyType: RANGE}", 1) + "      BillingMode: PAY_PER_REQUEST\n", "6: T: Invalid KeySchema: Some index key attribute have no definition"},
		{"no throughput", plainHead + table, "2: T: One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
		{"throughput on demand", plainHead + table + "      BillingMode: PAY_PER_REQUEST\n      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}\n", "8: T: One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
		{"throughput of nothing", plainHead + table + "      ProvisionedThroughput: {ReadCapacityUnits: 0, WriteCapacityUnits: 1}\n", "7: T: ProvisionedThroughput.ReadCapacityUnits must be at least 1, not 0"},
		{"half a throughput", plainHead + table + "      ProvisionedThroughput: {ReadCapacityUnits: 1}\n", "7: T: ProvisionedThroughput.WriteCapacityUnits is missing"},
		{"BillingMode", plainHead + table + "      BillingMode: FREE\n", `7: T: BillingMode must be one of [PROVISIONED PAY_PER_REQUEST], not "FREE"`},
		{"TableName", plainHead + table + "      BillingMode: PAY_PER_REQUEST\n      TableName: ab\n", "8: T: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"},
		{"simple key type", samHead + "  T:\n    Type: AWS::Serverless::SimpleTable\n    Properties: {PrimaryKey: {Name: id, Type: S}}\n", `5: T: PrimaryKey.Type must be one of [String Number Binary], not "S"`},
	})
}

// What AWS refuses of a table is on the line of the member that it is about.
func TestTableRules(t *testing.T) {
	const invalid = "One or more parameter values were invalid: "
	whole := "    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: items\n      BillingMode: PAY_PER_REQUEST\n" +
		"      AttributeDefinitions:\n        - AttributeName: id\n          AttributeType: S\n        - AttributeName: at\n          AttributeType: N\n" +
		"      KeySchema:\n        - AttributeName: id\n          KeyType: HASH\n        - AttributeName: at\n          KeyType: RANGE\n" +
		"      GlobalSecondaryIndexes:\n        - IndexName: byAt\n          KeySchema:\n            - AttributeName: at\n              KeyType: HASH\n" +
		"          Projection:\n            ProjectionType: ALL\n      TableClass: STANDARD\n      Tags:\n        - Key: team\n          Value: night\n"
	tests := make([]errorTest, 0, 16)
	for _, tt := range []struct{ name, old, new, want string }{
		{"pattern of the name", "TableName: items", "TableName: it ems", "5: T: 1 validation error detected: Value 'it ems' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
		{"key not defined", "- AttributeName: at\n          KeyType: RANGE", "- AttributeName: to\n          KeyType: RANGE", "15: T: " + invalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [id, to], AttributeDefinitions: [id, at]"},
		{"key twice", "- AttributeName: at\n          KeyType: RANGE", "- AttributeName: id\n          KeyType: RANGE", "15: T: Both the Hash Key and the Range Key element in the KeySchema have the same name"},
		{"second role", "KeyType: RANGE", "KeyType: HASH", "16: T: Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"},
		{"definition of no key", "        - AttributeName: at\n          AttributeType: N\n", "        - AttributeName: at\n          AttributeType: N\n        - AttributeName: to\n          AttributeType: N\n", "12: T: " + invalid + "Some AttributeDefinitions are not used. AttributeDefinitions: [id, at, to], keys used: [id, at]"},
		{"name of an index", "IndexName: byAt", "IndexName: by", "18: T: 1 validation error detected: Value 'by' at 'globalSecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must have length greater than or equal to 3"},
		{"key of an index", "            - AttributeName: at\n", "            - AttributeName: to\n", "20: T: " + invalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [to], AttributeDefinitions: [id, at]"},
		{"role of an index", "              KeyType: HASH", "              KeyType: RANGE", "21: T: Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
		{"projection", "            ProjectionType: ALL\n", "            ProjectionType: INCLUDE\n", "23: T: " + invalid + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"},
		{"projection of all and more", "            ProjectionType: ALL\n", "            ProjectionType: ALL\n            NonKeyAttributes: [a]\n", "23: T: " + invalid + "ProjectionType is ALL, but NonKeyAttributes is specified"},
		{"units of an index", "            ProjectionType: ALL\n", "            ProjectionType: ALL\n          ProvisionedThroughput:\n            ReadCapacityUnits: 1\n            WriteCapacityUnits: 1\n", "25: T: " + invalid + "ProvisionedThroughput should not be specified for index: byAt when BillingMode is PAY_PER_REQUEST"},
		{"local index without a sort key", "      TableClass", "      LocalSecondaryIndexes:\n        - IndexName: local\n          KeySchema:\n            - AttributeName: id\n              KeyType: HASH\n          Projection: {ProjectionType: ALL}\n      TableClass", "27: T: " + invalid + "Index KeySchema does not have a range key for index: local"},
		{"tag of AWS's", "Key: team", "Key: aws:team", "26: T: Tag Key cannot be prefixed with aws:, Key: aws:team"},
		{"warm below what it has", "      TableClass", "      WarmThroughput:\n        ReadUnitsPerSecond: 1\n      TableClass", "25: T: " + invalid + "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html"},
		{"time to live", "      TableClass", "      TimeToLiveSpecification:\n        Enabled: true\n        AttributeName: " + strings.Repeat("x", 256) + "\n      TableClass", "26: T: 1 validation error detected: Value '" + strings.Repeat("x", 256) + "' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length less than or equal to 255"},
	} {
		if !strings.Contains(whole, tt.old) {
			t.Fatalf("%s: no %q in the table", tt.name, tt.old)
		}
		tests = append(tests, errorTest{tt.name, plainHead + "  T:\n" + strings.Replace(whole, tt.old, tt.new, 1), tt.want})
	}
	checkErrors(t, tests)
}

func TestOutputErrors(t *testing.T) {
	checkErrors(t, []errorTest{
		{"output of nothing", plainHead + "  A: {Type: x}\nOutputs:\n  O:\n    Value: !Ref B\n", `5: there is no parameter or resource "B"`},
		{"output without value", plainHead + "  A: {Type: x}\nOutputs:\n  O: {Description: x}\n", "4: output O: Value is missing"},
		{"output shape", plainHead + "  A: {Type: x}\nOutputs:\n  O: {Value: [x]}\n", "4: output O: Value must be a single value, not a list"},
		{"output condition", plainHead + "  A: {Type: x}\nOutputs:\n  O: {Value: x, Condition: C}\n", `4: there is no condition "C"`},
	})
}

func checkErrors(t *testing.T, tests []errorTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tmpl, err := load(t, tt.text, template.Options{})
			if tmpl != nil {
				t.Errorf("Load = %v, want no template", tmpl)
			}
			if got, want := problems(t, err), []string{"template.yaml:" + tt.want}; !slices.Equal(got, want) {
				t.Errorf("Load:\n got %q\nwant %q", got, want)
			}
		})
	}
}

// problems lists the errors of a template.
func problems(t *testing.T, err error) []string {
	t.Helper()
	var broken *template.LoadError
	if !errors.As(err, &broken) {
		t.Fatalf("Load = %v, want a *LoadError", err)
	}
	all := make([]string, len(broken.Errors))
	for i, e := range broken.Errors {
		all[i] = e.Error()
	}
	return all
}

// bomb is nine levels of nine aliases each: a billion values in ten lines.
func bomb() string {
	var b strings.Builder
	b.WriteString("Metadata:\n  - &a0 [x]\n")
	for i := 1; i <= 9; i++ {
		fmt.Fprintf(&b, "  - &a%d [%s]\n", i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	return b.String()
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  R%d: {Type: x}\n", i)
	}
	return b.String()
}

func TestUnsupportedIsMarked(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"refused by Lullaby", samHead + fn + "      FunctionName: !ImportValue x\n", true},
		{"refused by AWS", samHead + fn + "      Timeout: 901\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.text, template.Options{})
			var broken *template.Error
			if !errors.As(err, &broken) || broken.Unsupported != tt.want {
				t.Errorf("Load = %#v, want Unsupported %v", err, tt.want)
			}
		})
	}
}
