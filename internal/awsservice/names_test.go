package awsservice_test

import (
	"strings"
	"testing"

	"lullaby/internal/awsservice"
)

func TestNamed(t *testing.T) {
	for name, want := range map[string]string{
		"s3": "s3", "S3": "s3", "s3api": "s3", "stepfunctions": "states", "states": "states", "sesv2": "ses", "cloudwatch": "monitoring",
		"eventbridge": "events", "secretsmanager": "secretsmanager", "newest": "newest",
	} {
		if got := awsservice.Named(name); got != want {
			t.Errorf("Named(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestValid(t *testing.T) {
	for name, want := range map[string]bool{
		"s3": true, "cognito-idp": true, "IoTSecuredTunneling": true, "": false, "a b": false, "s3/": false, "ü": false, strings.Repeat("a", 41): false,
	} {
		if got := awsservice.Valid(name); got != want {
			t.Errorf("Valid(%q) = %v", name, got)
		}
	}
}

func TestOfHost(t *testing.T) {
	for host, want := range map[string]string{
		"photos.localhost:4566":                       "s3",
		"my.photos.localhost":                         "s3",
		"photos.s3.localhost:4566":                    "s3",
		"s3.localhost":                                "s3",
		"photos.s3.eu-west-1.localhost":               "s3",
		"sqs.us-east-1.localhost":                     "sqs",
		"PHOTOS.localhost.":                           "s3",
		"photos.s3.us-east-1.amazonaws.com":           "s3",
		"photos.s3.amazonaws.com":                     "s3",
		"s3-us-west-2.amazonaws.com":                  "s3",
		"secretsmanager.us-east-1.amazonaws.com:443":  "secretsmanager",
		"secretsmanager-fips.us-east-1.amazonaws.com": "secretsmanager",
		"dynamodb.us-east-1.amazonaws.com":            "dynamodb",
		"123456789012.ddb.us-east-1.amazonaws.com":    "dynamodb",
		"iam.amazonaws.com":                           "iam",
		"email.us-gov-west-1.amazonaws.com":           "ses",
		"states.cn-north-1.amazonaws.com.cn":          "states",
		"a1b2.execute-api.us-east-1.amazonaws.com":    "execute-api",
		"localhost:4566":                              "",
		"127.0.0.1:4566":                              "",
		"[::1]:4566":                                  "",
		"host.docker.internal":                        "",
		"photos.localhost.evil.test":                  "",
		"amazonaws.com":                               "",
		"":                                            "",
	} {
		if got := awsservice.OfHost(host); got != want {
			t.Errorf("OfHost(%q) = %q, want %q", host, got, want)
		}
	}
}
