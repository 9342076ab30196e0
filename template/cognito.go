package template

import "strings"

// TypeUserPool is the type of a Cognito user pool, which is left out of the stack.
const TypeUserPool = "AWS::Cognito::UserPool"

// Cognito user pools are not run. Their values are those of AWS's forms, so that
// authorizers and functions can name them (docs/aws/templates.md#names-of-user-pools).
func cognitoTypes() typeTable {
	issuer := func(e *evaluator, r *resource) (string, error) {
		id, err := e.identify(r)
		return poolIssuer(e.stack.scope, id), err
	}
	return typeTable{
		TypeUserPool: {
			ref: func(e *evaluator, r *resource) (string, error) {
				return e.stack.scope.Region + "_" + e.stack.token(9, "pool", r.id), nil
			},
			attributes: attributes{
				"Arn":         arnOf("cognito-idp", "userpool/"),
				"ProviderURL": issuer,
				"ProviderName": func(e *evaluator, r *resource) (string, error) {
					url, err := issuer(e, r)
					return strings.TrimPrefix(url, "https://"), err
				},
			},
		},
		"AWS::Cognito::UserPoolClient": {
			ref: func(e *evaluator, r *resource) (string, error) {
				return strings.ToLower(e.stack.token(26, "client", r.id)), nil
			},
		},
		"AWS::Cognito::UserPoolDomain":         {ref: textIn("Domain")},
		"AWS::Cognito::UserPoolGroup":          {ref: textIn("GroupName")},
		"AWS::Cognito::UserPoolResourceServer": {ref: textIn("Identifier")},
	}
}
