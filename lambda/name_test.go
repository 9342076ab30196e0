package lambda_test

import (
	"errors"
	"testing"

	"lullaby/lambda"
)

func TestResolve(t *testing.T) {
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:"
	tests := []struct {
		name, qualifier string
		function        string // empty: not found
		arn             string
	}{
		{"orders", "", "orders", arn + "orders"},
		{"orders", "$LATEST", "orders", arn + "orders:$LATEST"},
		{"orders:$LATEST", "", "orders", arn + "orders:$LATEST"},
		{"orders:$LATEST", "$LATEST", "orders", arn + "orders:$LATEST"},
		{"123456789012:function:orders", "", "orders", arn + "orders"},
		{"123456789012:function:orders:$LATEST", "", "orders", arn + "orders:$LATEST"},
		{arn + "orders", "", "orders", arn + "orders"},
		{arn + "orders:$LATEST", "", "orders", arn + "orders:$LATEST"},

		{"orders:prod", "", "", arn + "orders:prod"},
		{"orders", "7", "", arn + "orders:7"},
		{"orders:$LATEST", "prod", "", arn + "orders:$LATEST"},
		{arn + "orders:prod", "", "", arn + "orders:prod"},
		{"210987654321:function:orders", "", "", arn + "orders:$LATEST"},
		{"arn:aws:lambda:eu-west-1:123456789012:function:orders", "", "", arn + "orders:$LATEST"},
		{"arn:aws:sqs:us-east-1:123456789012:function:orders", "", "", arn + "orders:$LATEST"},
	}
	scope := lambda.Scope{Region: "us-east-1", AccountID: "123456789012"}
	for _, tt := range tests {
		function, got, err := scope.Resolve(tt.name, tt.qualifier)
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
	scope := lambda.Scope{Region: "us-east-1", AccountID: "123456789012"}
	f.Fuzz(func(t *testing.T, name, qualifier string) {
		function, arn, err := scope.Resolve(name, qualifier)
		if err != nil {
			return
		}
		again, same, err := scope.Resolve(arn, "")
		if function != "" && (again != function || same != arn || err != nil) {
			t.Errorf("Resolve(%q, %q) = %q, %q, which resolves to %q, %q, %v", name, qualifier, function, arn, again, same, err)
		}
	})
}
