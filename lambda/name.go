package lambda

import (
	"strings"

	"lullaby/internal/arn"
)

// FunctionARN returns the ARN of a function in scope, without a qualifier if
// that is empty.
func FunctionARN(scope arn.Scope, function, qualifier string) string {
	resource := "function:" + function
	if qualifier != "" {
		resource += ":" + qualifier
	}
	return scope.ARN("lambda", resource)
}

// NotFound returns the error for a function that does not exist in scope. AWS
// names its version whether or not the caller did (recorded 2025-11-24; without
// it until 2023).
func NotFound(scope arn.Scope, function, qualifier string) error {
	if qualifier == "" {
		qualifier = ExecutedVersion
	}
	return &NotFoundError{ARN: FunctionARN(scope, function, qualifier)}
}

// Resolve reads the FunctionName and Qualifier of a request in scope, which has
// no empty field: a name, a partial ARN (account:function:name) or a full one,
// each with or without a qualifier behind it. It returns the function's name
// and the ARN as the function will see it, which has a qualifier only if the
// caller gave one. Another partition, region or account, two qualifiers that
// differ and every version but $LATEST are a NotFoundError.
func Resolve(scope arn.Scope, functionName, qualifier string) (function, functionARN string, err error) {
	parts := strings.Split(functionName, ":")
	here := true
	if len(parts) > 6 && parts[0] == "arn" {
		here = parts[1] == scope.Partition && parts[2] == "lambda" && parts[3] == scope.Region && parts[5] == "function"
		parts = parts[4:]
	}
	if len(parts) > 2 && parts[1] == "function" {
		here = here && parts[0] == scope.Account
		parts = parts[2:]
	}
	function = parts[0]
	if len(parts) > 1 {
		inName := strings.Join(parts[1:], ":")
		here = here && (qualifier == "" || qualifier == inName)
		qualifier = inName
	}
	if !here || qualifier != "" && qualifier != ExecutedVersion {
		return "", "", NotFound(scope, function, qualifier)
	}
	return function, FunctionARN(scope, function, qualifier), nil
}
