package template

import (
	"maps"
	"strings"
)

// A typeTable has the resource types by name.
type typeTable map[string]*resourceType

// newTypeTable returns a table of all types that Lullaby knows.
func newTypeTable() typeTable {
	all := resourceTypes()
	for name, t := range skippedTypes() {
		t.skipped = true
		all[name] = t
	}
	return all
}

// of returns the type of that name. One that Lullaby does not know is skipped.
func (t typeTable) of(name string) *resourceType {
	if known := t[name]; known != nil {
		return known
	}
	return &resourceType{skipped: true}
}

// skippedTypes are the types that are not run, but to which functions and
// tables refer: what Ref and Fn::GetAtt return of them
// (docs/aws/templates.md#values-of-what-is-not-run).
func skippedTypes() typeTable {
	machine := func(property string) *resourceType {
		arn := namedARN("states", "stateMachine:", property, 80)
		return &resourceType{ref: arn, attributes: attributes{"Arn": arn, "Name": named(property, 80)}}
	}
	all := typeTable{
		"AWS::StepFunctions::StateMachine": machine("StateMachineName"),
		typeStateMachine:                   machine("Name"),

		"AWS::ApiGatewayV2::DomainName": {ref: textIn("DomainName")},
		"AWS::SSM::Parameter":           {ref: named("Name", maxName), attributes: attributes{"Value": textIn("Value"), "Type": textIn("Type")}},

		typeSecret: {ref: secretARN},
	}
	maps.Copy(all, cognitoTypes())
	return all
}

// textIn returns the string in a property, empty if it is absent.
func textIn(property string) func(*evaluator, *resource) (string, error) {
	return func(e *evaluator, r *resource) (string, error) { return e.property(r, property, "") }
}

// namedARN returns an ARN of a service that ends in prefix and the name in a
// property, or a generated name of at most limit characters.
func namedARN(service, prefix, property string, limit int) func(*evaluator, *resource) (string, error) {
	return func(e *evaluator, r *resource) (string, error) {
		name, err := named(property, limit)(e, r)
		return e.stack.scope.ARN(service, prefix+name), err
	}
}

// secretARN returns the ARN of a secret, which ends in six random characters on
// AWS.
func secretARN(e *evaluator, r *resource) (string, error) {
	arn, err := namedARN("secretsmanager", "secret:", "Name", maxName)(e, r)
	return arn + "-" + e.stack.token(6, "secret", r.id), err
}

// plausible returns a value for an attribute of a skipped resource: an ARN if
// its name says so, else the value of Ref.
func (e *evaluator) plausible(r *resource, attribute string) (string, error) {
	id, err := e.identify(r)
	parts := strings.Split(r.typ, "::")
	if err != nil || !strings.HasSuffix(attribute, "Arn") || strings.HasPrefix(id, "arn:") || len(parts) < 3 {
		return id, err
	}
	return e.stack.scope.ARN(strings.ToLower(parts[1]), id), nil
}
