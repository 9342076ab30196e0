// Package arn builds and parses ARNs, and has the partitions of regions.
package arn

import (
	"cmp"
	"fmt"
	"strings"
)

// The scope that a zero Scope stands for.
const (
	DefaultRegion  = "us-east-1"
	DefaultAccount = "123456789012"
)

// A Scope is the partition, region and account of resources. An empty field
// stands for its default: see [Scope.WithDefaults].
type Scope struct {
	Partition string // aws, aws-cn, ...; empty: that of Region
	Region    string // empty: us-east-1
	Account   string // 12 digits; empty: 123456789012
}

// WithDefaults returns s with its empty fields filled.
func (s Scope) WithDefaults() Scope {
	s.Region = cmp.Or(s.Region, DefaultRegion)
	s.Account = cmp.Or(s.Account, DefaultAccount)
	s.Partition = cmp.Or(s.Partition, PartitionOf(s.Region))
	return s
}

// partitions are those of aws-sdk-go-v2's endpoint rules of 2026, by the prefixes
// of their regions. A region with none of these prefixes is in aws.
var partitions = []struct{ prefix, name, suffix string }{
	{"cn-", "aws-cn", "amazonaws.com.cn"},
	{"us-gov-", "aws-us-gov", "amazonaws.com"},
	{"us-iso-", "aws-iso", "c2s.ic.gov"},
	{"us-isob-", "aws-iso-b", "sc2s.sgov.gov"},
	{"eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"},
	{"us-isof-", "aws-iso-f", "csp.hci.ic.gov"},
	{"eusc-", "aws-eusc", "amazonaws.eu"},
}

// PartitionOf returns the partition of a region.
func PartitionOf(region string) string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.name
		}
	}
	return "aws"
}

// DNSSuffix returns the domain of the partition of s, as AWS::URLSuffix gives it.
func (s Scope) DNSSuffix() string {
	for _, p := range partitions {
		if p.name == s.WithDefaults().Partition {
			return p.suffix
		}
	}
	return "amazonaws.com"
}

// Host returns the host name of a service in s: service.region.suffix.
func (s Scope) Host(service string) string {
	return service + "." + s.WithDefaults().Region + "." + s.DNSSuffix()
}

// ARN returns the ARN of a resource of a service in s:
// arn:partition:service:region:account:resource.
func (s Scope) ARN(service, resource string) string {
	s = s.WithDefaults()
	return "arn:" + s.Partition + ":" + service + ":" + s.Region + ":" + s.Account + ":" + resource
}

// Global returns the ARN of a resource of a service without regions, such as
// IAM: arn:partition:service::account:resource.
func (s Scope) Global(service, resource string) string {
	s = s.WithDefaults()
	return "arn:" + s.Partition + ":" + service + "::" + s.Account + ":" + resource
}

// Contains reports whether the partition, region and account of a are those of s.
func (s Scope) Contains(a ARN) bool { return a.Scope == s.WithDefaults() }

// An ARN is an ARN in its parts. Region and Account may be empty, as in ARNs of
// S3 and IAM; an empty field of an ARN stands for no default.
type ARN struct {
	Scope    Scope
	Service  string
	Resource string // all that follows the account, colons included
}

// Parse parses an ARN. It requires six parts, of which region and account may be
// empty. It does not check the form that a service gives its ARNs.
func Parse(text string) (ARN, error) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[1] == "" || parts[2] == "" || parts[5] == "" {
		return ARN{}, fmt.Errorf("%q is not arn:partition:service:region:account:resource", text)
	}
	return ARN{
		Scope:   Scope{Partition: parts[1], Region: parts[3], Account: parts[4]},
		Service: parts[2], Resource: parts[5],
	}, nil
}

// String returns the ARN in the form that Parse reads.
func (a ARN) String() string {
	s := a.Scope
	return "arn:" + s.Partition + ":" + a.Service + ":" + s.Region + ":" + s.Account + ":" + a.Resource
}
