package lambda_test

import (
	"errors"
	"testing"

	"lullaby/internal/arn"
	"lullaby/lambda"
)

func TestResolve(t *testing.T) {
	const here = "arn:aws:lambda:us-east-1:123456789012:function:"
	tests := []struct {
		name, qualifier string
		function        string // empty: not found
		arn             string
	}{
		{"orders", "", "orders", here + "orders"},
		{"orders", "$LATEST", "orders", here + "orders:$LATEST"},
		{"orders:$LATEST", "", "orders", here + "orders:$LATEST"},
		{"orders:$LATEST", "$LATEST", "orders", here + "orders:$LATEST"},
		{"123456789012:function:orders", "", "orders", here + "orders"},
		{"123456789012:function:orders:$LATEST", "", "orders", here + "orders:$LATEST"},
		{here + "orders", "", "orders", here + "orders"},
		{here + "orders:$LATEST", "", "orders", here + "orders:$LATEST"},

		{"orders:prod", "", "", here + "orders:prod"},
		{"orders", "7", "", here + "orders:7"},
		{"orders:$LATEST", "prod", "", here + "orders:$LATEST"},
		{here + "orders:prod", "", "", here + "orders:prod"},
		{"210987654321:function:orders", "", "", here + "orders:$LATEST"},
		{"arn:aws-cn:lambda:us-east-1:123456789012:function:orders", "", "", here + "orders:$LATEST"},
		{"arn:aws:lambda:eu-west-1:123456789012:function:orders", "", "", here + "orders:$LATEST"},
		{"arn:aws:sqs:us-east-1:123456789012:function:orders", "", "", here + "orders:$LATEST"},
	}
	scope := arn.Scope{}.WithDefaults()
	for _, tt := range tests {
		function, got, err := lambda.Resolve(scope, tt.name, tt.qualifier)
		if tt.function == "" {
			var missing *lambda.NotFoundError
			if !errors.As(err, &missing) || !errors.Is(err, lambda.ErrFunctionNotFound) || missing.ARN != tt.arn {
				t.Errorf("Resolve(%q, %q) = %v, want not found: %s", tt.name, tt.qualifier, err, tt.arn)
			}
			continue
		}
		if function != tt.function || got != tt.arn || err != nil {
			t.Errorf("Resolve(%q, %q) = %q, %q, %v, want %q, %q", tt.name, tt.qualifier, function, got, err, tt.function, tt.arn)
		}
	}
}

func FuzzResolve(f *testing.F) {
	f.Add("orders:$LATEST", "")
	f.Add("arn:aws:lambda:us-east-1:123456789012:function:orders", "$LATEST")
	scope := arn.Scope{}.WithDefaults()
	f.Fuzz(func(t *testing.T, name, qualifier string) {
		function, resolved, err := lambda.Resolve(scope, name, qualifier)
		if err != nil {
			return
		}
		again, same, err := lambda.Resolve(scope, resolved, "")
		if function != "" && (again != function || same != resolved || err != nil) {
			t.Errorf("Resolve(%q, %q) = %q, %q, which resolves to %q, %q, %v", name, qualifier, function, resolved, again, same, err)
		}
	})
}
