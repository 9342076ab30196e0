package template_test

import (
	"strings"
	"testing"

	"lullaby/internal/arn"
	"lullaby/template"
)

// evaluate returns the value of an expression in one line of YAML, as the value
// of an output, in a template that has something to refer to.
func evaluate(t *testing.T, expression string, opts template.Options) (string, error) {
	t.Helper()
	text := `Transform: AWS::Serverless-2016-10-31
Parameters:
  Env: {Type: String, Default: prod}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Ports: {Type: List<Number>, Default: "1,2"}
  Id: {Type: "AWS::EC2::VPC::Id", Default: vpc-1}
  Secret: {Type: "AWS::SSM::Parameter::Value<String>", Default: /secret}
Mappings:
  Sizes: {prod: {memory: 512, zones: [x, y]}, dev: {memory: 128}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsDev: !Not [Condition: IsProd]
  Both: !And [!Condition IsProd, !Condition IsDev]
  Either: !Or [{Condition: IsDev}, {Condition: IsProd}]
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      CodeUri: f
      Handler: h
      Runtime: provided.al2023
      AutoPublishAlias: live
      Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}
  Api:
    Type: AWS::Serverless::Api
    Properties: {StageName: v1}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: items
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: NEW_IMAGE}
  Keys:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: keys
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: !If [IsProd, KEYS_ONLY, OLD_IMAGE]}
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: r}}
  Log: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /l}}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt Fn.Arn}}
  Ghost: {Type: Custom::Ghost}
  Absent: {Type: Custom::Absent, Condition: IsDev}
Outputs:
  Value:
    Value: ` + expression + "\n"
	tmpl, err := load(t, text, opts)
	if err != nil {
		return "", err
	}
	if len(tmpl.Outputs) == 0 {
		return "", nil
	}
	return tmpl.Outputs[0].Value, nil
}

func TestIntrinsics(t *testing.T) {
	tests := []struct{ expression, want string }{
		{`!Ref Env`, "prod"},
		{`{Ref: Env}`, "prod"},
		{`{"Ref": "Id"}`, "vpc-1"},
		{`!Ref AWS::Region`, "eu-west-1"},
		{`!Ref AWS::AccountId`, "210987654321"},
		{`!Ref AWS::Partition`, "aws"},
		{`!Ref AWS::URLSuffix`, "amazonaws.com"},
		{`!Ref AWS::StackName`, "shop"},
		{`!Ref Fn`, "f"},
		{`!Ref Table`, "items"},
		{`!Ref Api.Stage`, "v1"},
		{`!Ref Apiv1Stage`, "v1"},
		{`!Ref ServerlessRestApi.Stage`, "Prod"},
		{`!Ref ServerlessRestApiProdStage`, "Prod"},
		{`!Ref Fn.Version`, "arn:aws:lambda:eu-west-1:210987654321:function:f:1"},
		{`!Ref Fn.Alias`, "arn:aws:lambda:eu-west-1:210987654321:function:f:live"},
		{`!Ref Version`, "arn:aws:lambda:eu-west-1:210987654321:function:f:1"},
		{`!GetAtt Version.Version`, "1"},
		{`!GetAtt Fn.Arn`, "arn:aws:lambda:eu-west-1:210987654321:function:f"},
		{`!GetAtt [Fn, Arn]`, "arn:aws:lambda:eu-west-1:210987654321:function:f"},
		{`{"Fn::GetAtt": ["Table", "Arn"]}`, "arn:aws:dynamodb:eu-west-1:210987654321:table/items"},
		{`{"Fn::GetAtt": "Table.StreamArn"}`, "arn:aws:dynamodb:eu-west-1:210987654321:table/items/stream/2018-01-01T00:00:00.000"},
		{`!GetAtt Keys.StreamArn`, "arn:aws:dynamodb:eu-west-1:210987654321:table/keys/stream/2018-01-01T00:00:00.003"},
		{`!GetAtt Role.Arn`, "arn:aws:iam::210987654321:role/r"},
		{`!GetAtt Log.Arn`, "arn:aws:logs:eu-west-1:210987654321:log-group:/l:*"},
		{`!Sub 'a-${Env}-${Table.Arn}-${!Env}-${ Env }-${ServerlessRestApi.Stage}-$Env-$${Env}'`, "a-prod-arn:aws:dynamodb:eu-west-1:210987654321:table/items-${Env}-prod-Prod-$Env-$prod"},
		{`!Sub ['${a}${a}${Env}', {a: !Ref AWS::Region}]`, "eu-west-1eu-west-1prod"},
		{`!Sub ['${Fn.Arn}', {Fn.Arn: mine}]`, "mine"},
		{`!Join ['-', [a, !Ref Env, 1, true]]`, "a-prod-1-true"},
		{`!Join ['+', !Ref Zones]`, "a+b+c"},
		{`!Join ['+', !Ref Ports]`, "1+2"},
		{`!Join ['', [a, !Ref AWS::NoValue, b]]`, "ab"},
		{`!Join ['', !Ref AWS::NotificationARNs]`, ""},
		{`!Select [1, !Ref Zones]`, "b"},
		{`!Select ['0', [a, b]]`, "a"},
		{`!Select [2, !Split ['/', 'a/b/c']]`, "c"},
		{`!FindInMap [Sizes, !Ref Env, memory]`, "512"},
		{`!Select [1, !FindInMap [Sizes, prod, zones]]`, "y"},
		{`!FindInMap [Sizes, test, memory, {DefaultValue: !Ref Env}]`, "prod"},
		{`!Select [1, !GetAZs ""]`, "eu-west-1b"},
		{`!Join [" ", !GetAZs eu-west-1]`, "eu-west-1a eu-west-1b eu-west-1c"},
		{`!Join [" ", !Cidr [10.0.0.0/16, 3, 8]]`, "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24"},
		{`!Select [1, !Cidr ["2001:db8::/56", 2, 64]]`, "2001:db8:0:1::/64"},
		{`!Length [a, !Ref AWS::NoValue, b]`, "2"},
		{`!ToJsonString {a: [1, x], b: !Ref Env, c: !Ref AWS::NoValue}`, `{"a":["1","x"],"b":"prod"}`},
		{`!If [IsProd, a, !Ref AWS::NoValue]`, "a"},
		{`!If [IsDev, !ImportValue x, b]`, "b"},
		{`!If [Both, a, b]`, "b"},
		{`!If [Either, a, b]`, "a"},
		{`!Base64 hello`, "aGVsbG8="},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			got, err := evaluate(t, tt.expression, template.Options{Scope: arn.Scope{Region: "eu-west-1", Account: "210987654321"}})
			if tt.want == "" { // an output may not be empty
				if err == nil || err.Error() != "template.yaml:51: output Value: Value is empty" {
					t.Errorf("%s = %q, %v, want nothing", tt.expression, got, err)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("%s = %q, %v, want %q", tt.expression, got, err, tt.want)
			}
		})
	}
}

func TestPartitions(t *testing.T) {
	for region, want := range map[string]string{
		"cn-north-1":    "aws-cn amazonaws.com.cn",
		"us-gov-west-1": "aws-us-gov amazonaws.com",
	} {
		got, err := evaluate(t, `!Sub "${AWS::Partition} ${AWS::URLSuffix}"`, template.Options{Scope: arn.Scope{Region: region}})
		if err != nil || got != want {
			t.Errorf("partition and suffix of %s = %q, %v, want %q", region, got, err, want)
		}
	}
}

func TestIntrinsicErrors(t *testing.T) {
	tests := []struct{ expression, want string }{
		{`!Join [a]`, "Fn::Join takes a list of 2"},
		{`!Join [[a], [b]]`, "the delimiter of Fn::Join must be a single value, not a list"},
		{`!Join ['', a]`, "the second argument of Fn::Join must be a list, not a single value"},
		{`!Join ['', [[a]]]`, "a value of Fn::Join must be a single value, not a list"},
		{`!Join ['', [~]]`, "a value of Fn::Join is empty"},
		{`!Join ['', !Ref AWS::NoValue]`, "the second argument of Fn::Join: AWS::NoValue leaves no value"},
		{`!Split ['', a]`, "the delimiter of Fn::Split is empty"},
		{`!Split [a, [b]]`, "the source of Fn::Split must be a single value, not a list"},
		{`!Select [3, !Ref Zones]`, `Fn::Select: index "3" of a list of 3`},
		{`!Select [-1, !Ref Zones]`, `Fn::Select: index "-1" of a list of 3`},
		{`!Select [x, !Ref Zones]`, `Fn::Select: index "x" of a list of 3`},
		{`!FindInMap [Sizes, test, memory]`, `Fn::FindInMap: there is no "Mappings.Sizes.test"`},
		{`!Select [0, !Cidr [10.0.0.0/24, 3, 8]]`, "Fn::Cidr: 10.0.0.0/24 has no room for 3 blocks of 8 bits"},
		{`!Select [0, !Cidr [here, 1, 8]]`, `Fn::Cidr: "here" is not a block such as 10.0.0.0/16`},
		{`!ToJsonString a`, "Fn::ToJsonString takes a list or a mapping"},
		{`!FindInMap [Sizes, prod]`, "Fn::FindInMap takes a list of 3, and perhaps a DefaultValue"},
		{`!If [Nothing, a, b]`, `there is no condition "Nothing"`},
		{`!If [[IsProd], a, b]`, "Fn::If: the first argument is the name of a condition"},
		{`!Equals [a, a]`, "Fn::Equals may stand in Conditions only"},
		{`!Ref Absent`, "Absent is not in the stack: its condition IsDev is false"},
		{`!Ref Zones`, "output Value: Value must be a single value, not a list"},
		{`!GetAtt Table.Name`, `Table of type AWS::DynamoDB::Table has no attribute "Name" that Lullaby knows`},
		{`!Sub '${Zones}'`, "${Zones} of Fn::Sub must be a single value, not a list"},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			got, err := evaluate(t, tt.expression, template.Options{})
			if err == nil || !strings.HasSuffix(err.Error(), ": "+tt.want) {
				t.Errorf("%s = %q, %v, want %s", tt.expression, got, err, tt.want)
			}
		})
	}
}

// Nested functions take bounded time and give results of bounded size.
func TestNestedFunctions(t *testing.T) {
	nest := func(levels int, open, shut string) string {
		return strings.Repeat(open, levels) + "x" + strings.Repeat(shut, levels)
	}
	tests := []struct{ name, expression, want string }{
		{"Join", nest(40, "!Join ['', [", "]]"), "x"},
		{"Select", nest(40, "!Select [0, [", "]]"), "x"},
		{"If", nest(80, "!If [IsProd, ", ", y]"), "x"},
		{"Sub", nest(12, `!Sub ['${v}${v}', {v: `, "}]"), strings.Repeat("x", 1<<12)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := evaluate(t, tt.expression, template.Options{}); err != nil || got != tt.want {
				t.Errorf("got %d bytes, %v, want %d", len(got), err, len(tt.want))
			}
		})
	}
	_, err := evaluate(t, nest(40, `!Sub ['${v}${v}', {v: `, "}]"), template.Options{})
	want := "template.yaml:51: the functions of this template build more than 16777216 bytes"
	if err == nil || err.Error() != want {
		t.Errorf("a string doubled 40 times: %v, want %s", err, want)
	}
}
