package arn_test

import (
	"testing"

	"lullaby/internal/arn"
)

func TestPartitions(t *testing.T) {
	tests := []struct{ region, partition, suffix string }{
		{"", "aws", "amazonaws.com"},
		{"us-east-1", "aws", "amazonaws.com"},
		{"eu-west-3", "aws", "amazonaws.com"},
		{"mx-central-1", "aws", "amazonaws.com"},
		{"cn-north-1", "aws-cn", "amazonaws.com.cn"},
		{"cn-northwest-1", "aws-cn", "amazonaws.com.cn"},
		{"us-gov-west-1", "aws-us-gov", "amazonaws.com"},
		{"us-iso-east-1", "aws-iso", "c2s.ic.gov"},
		{"us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"},
		{"eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"},
		{"us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"},
		{"eusc-de-east-1", "aws-eusc", "amazonaws.eu"},
	}
	for _, tt := range tests {
		s := arn.Scope{Region: tt.region}.WithDefaults()
		if s.Partition != tt.partition || s.DNSSuffix() != tt.suffix {
			t.Errorf("%q is in %s, %s; want %s, %s", tt.region, s.Partition, s.DNSSuffix(), tt.partition, tt.suffix)
		}
		if got, want := s.Host("dynamodb"), "dynamodb."+s.Region+"."+tt.suffix; got != want {
			t.Errorf("Host in %+v = %q, want %q", s, got, want)
		}
		text := s.ARN("dynamodb", "table/orders")
		parsed, err := arn.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if want := (arn.ARN{Scope: s, Service: "dynamodb", Resource: "table/orders"}); parsed != want {
			t.Errorf("Parse(%q) = %+v, want %+v", text, parsed, want)
		}
		if !s.Contains(parsed) {
			t.Errorf("%+v does not contain %v", s, parsed)
		}
	}
}

func TestDefaults(t *testing.T) {
	if got, want := (arn.Scope{}).ARN("sqs", "jobs"), "arn:aws:sqs:us-east-1:123456789012:jobs"; got != want {
		t.Errorf("ARN of the zero Scope = %q, want %q", got, want)
	}
}

func TestGlobal(t *testing.T) {
	if got, want := (arn.Scope{Region: "cn-north-1"}).Global("iam", "root"), "arn:aws-cn:iam::123456789012:root"; got != want {
		t.Errorf("Global = %q, want %q", got, want)
	}
}

func TestParse(t *testing.T) {
	for _, text := range []string{
		"arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
		"arn:aws:s3:::bucket/key",
		"arn:aws-cn:dynamodb:cn-north-1:123456789012:table/t/stream/2026-01-01T00:00:00.000",
	} {
		a, err := arn.Parse(text)
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
			continue
		}
		if a.String() != text {
			t.Errorf("Parse(%q).String() = %q", text, a.String())
		}
	}
	for _, text := range []string{"", "orders", "arn:", "arn:aws:dynamodb:us-east-1:1", "arn::dynamodb:us-east-1:1:table/t", "urn:aws:sqs:us-east-1:1:q", "arn:aws:sqs:us-east-1:1:"} {
		if a, err := arn.Parse(text); err == nil {
			t.Errorf("Parse(%q) = %+v, want an error", text, a)
		}
	}
	here := arn.Scope{Region: "us-east-1", Account: "123456789012"}
	for _, text := range []string{
		"arn:aws:sqs:us-west-2:123456789012:q",
		"arn:aws:sqs:us-east-1:999999999999:q",
		"arn:aws-cn:sqs:us-east-1:123456789012:q",
	} {
		a, err := arn.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if here.Contains(a) {
			t.Errorf("%+v contains %s", here, text)
		}
	}
}
