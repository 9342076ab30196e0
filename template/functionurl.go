package template

import (
	"strings"

	"lullaby/lambda"
)

// Function URLs: AWS::Lambda::Url, and FunctionUrlConfig of a SAM function
// (docs/aws/templates.md#function-urls).

// AuthTypes of a function URL.
const (
	authNone = "NONE"
	authIAM  = "AWS_IAM"
)

// InvokeModes of a function URL.
const (
	buffered = "BUFFERED"
	streamed = "RESPONSE_STREAM"
)

func lambdaURL() *resourceType {
	return &resourceType{
		properties: properties{honoured: "TargetFunctionArn Qualifier AuthType Cors InvokeMode"},
		ref:        urlFunctionARN,
		attributes: attributes{"FunctionArn": urlFunctionARN, "FunctionUrl": functionURL},
		link: func(l *loader, r *resource) error {
			in := l.reader(r.id+": ", r.line, r.properties)
			name, _ := functionIn(in.required("TargetFunctionArn"))
			switch {
			case *in.err != nil:
				return *in.err
			case !l.hasFunction(name):
				l.warnOf(in.lineOf("TargetFunctionArn"), r.id, "left out: function URLs of no function of this template")
				return nil
			}
			l.addURL(in, r.id, r.line, name)
			return *in.err
		},
	}
}

// functionURLConfig are the properties of FunctionUrlConfig.
var functionURLConfig = properties{honoured: "AuthType Cors InvokeMode"}

// linkFunctionURL adds the URL of a SAM function that has one.
func (l *loader) linkFunctionURL(r *resource) error {
	if r.properties.get("FunctionUrlConfig") == nil {
		return nil
	}
	of := l.reader(r.id+": ", r.line, r.properties)
	in := of.under("FunctionUrlConfig")
	l.checkProperties(r.id, in.n, functionURLConfig)
	name := l.nameOf(r, of)
	if auth := in.text("AuthType", ""); in.n != nil && auth != authNone && auth != authIAM {
		in.wrong(in.label+"AuthType", l.errorf(in.lineOf("AuthType"),
			"%sAuthType is required to configure function property `FunctionUrlConfig`. Please provide either AWS_IAM or NONE.", in.label))
	} else if in.n != nil {
		l.addURL(in, r.id+"Url", in.line, name)
	}
	return *of.err
}

// addURL adds the URL of a function, under the logical id of the URL.
func (l *loader) addURL(in reader, id string, line int, function string) {
	in.required("AuthType")
	u := &FunctionURL{
		Source: in.source(line, urlFields), LogicalID: id, ID: urlID(l.stack, id), Function: function,
		IAM:    in.oneOf("AuthType", "", authNone, authIAM) == authIAM,
		CORS:   in.cors("Cors", templateKey, 0),
		Stream: in.oneOf("InvokeMode", buffered, buffered, streamed) == streamed,
	}
	l.t.URLs = append(l.t.URLs, u)
}

// urlID generates the identifier of a function URL.
func urlID(s stack, logicalID string) string {
	return strings.ToLower(s.token(32, "url", logicalID))
}

// functionURL returns the address of a function URL on AWS.
func functionURL(e *evaluator, r *resource) (string, error) {
	return "https://" + urlID(e.stack, r.id) + ".lambda-url." + e.stack.scope.Region + ".on.aws/", nil
}

// urlFunctionARN returns the ARN of a function URL's function.
func urlFunctionARN(e *evaluator, r *resource) (string, error) {
	in := e.reader(r.id+": ", r.line, r.properties)
	name, qualifier := functionIn(in.text("TargetFunctionArn", ""))
	if q := in.text("Qualifier", ""); q != "" {
		qualifier = q
	}
	return lambda.FunctionARN(e.stack.scope, name, qualifier), *in.err
}
