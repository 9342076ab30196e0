package lambda

import (
	"strings"

	"lullaby/internal/arn"
)

// FunctionARN returns the ARN of a function in scope, with the qualifier unless
// that is empty.
func FunctionARN(scope arn.Scope, function, qualifier string) string {
	resource := "function:" + function
	if qualifier != "" {
		resource += ":" + qualifier
	}
	return scope.ARN("lambda", resource)
}

// NotFound returns the NotFoundError of a function in scope. Its ARN always has
// a version, $LATEST if qualifier is empty (recorded on AWS on 2025-11-24;
// before 2023 it had none).
func NotFound(scope arn.Scope, function, qualifier string) error {
	if qualifier == "" {
		qualifier = ExecutedVersion
	}
	return &NotFoundError{ARN: FunctionARN(scope, function, qualifier)}
}

// Resolve reads the FunctionName and Qualifier of a request. functionName is a
// name, a partial ARN (account:function:name) or a full ARN, each with an
// optional qualifier. No field of scope may be empty.
//
// Resolve returns the function's name and its ARN as the function sees it,
// which has a qualifier only if the request has one. It returns a NotFoundError
// for another partition, region or account, for two different qualifiers, and
// for every version but $LATEST.
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
