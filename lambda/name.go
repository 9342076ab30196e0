package lambda

import "strings"

// A Scope is where functions live: the part of an ARN before their name.
type Scope struct {
	Region    string // us-east-1
	AccountID string // 12 digits
}

// ARN returns the ARN of a function, without a qualifier if that is empty.
func (s Scope) ARN(function, qualifier string) string {
	arn := "arn:aws:lambda:" + s.Region + ":" + s.AccountID + ":function:" + function
	if qualifier != "" {
		arn += ":" + qualifier
	}
	return arn
}

// NotFound returns the error for a function that does not exist. AWS names
// its version whether or not the caller did (recorded 2025-11-24; without it
// until 2023).
func (s Scope) NotFound(function, qualifier string) error {
	if qualifier == "" {
		qualifier = ExecutedVersion
	}
	return &NotFoundError{ARN: s.ARN(function, qualifier)}
}

// Resolve reads the FunctionName and Qualifier of a request: a name, a partial
// ARN (account:function:name) or a full one, each with or without a qualifier
// behind it. It returns the function's name and the ARN as the function will
// see it, which has a qualifier only if the caller gave one. Another account,
// another region, two qualifiers that differ and every version but $LATEST
// are a NotFoundError.
func (s Scope) Resolve(functionName, qualifier string) (function, arn string, err error) {
	parts := strings.Split(functionName, ":")
	here := true
	if len(parts) > 6 && parts[0] == "arn" {
		here = parts[2] == "lambda" && parts[3] == s.Region && parts[5] == "function"
		parts = parts[4:]
	}
	if len(parts) > 2 && parts[1] == "function" {
		here = here && parts[0] == s.AccountID
		parts = parts[2:]
	}
	function = parts[0]
	if len(parts) > 1 {
		inName := strings.Join(parts[1:], ":")
		here = here && (qualifier == "" || qualifier == inName)
		qualifier = inName
	}
	if !here || qualifier != "" && qualifier != ExecutedVersion {
		return "", "", s.NotFound(function, qualifier)
	}
	return function, s.ARN(function, qualifier), nil
}
