package template

import "strings"

// pseudoParameters gives the values that CloudFormation predefines ("Pseudo
// parameters reference"). AWS::NoValue is nil: it takes away what holds it.
func pseudoParameters(s stack) map[string]*node {
	suffix := "amazonaws.com"
	if s.partition == "aws-cn" {
		suffix += ".cn"
	}
	return map[string]*node{
		"AWS::AccountId":        textNode(s.account, 1),
		"AWS::NoValue":          nil,
		"AWS::NotificationARNs": textList(nil, 1),
		"AWS::Partition":        textNode(s.partition, 1),
		"AWS::Region":           textNode(s.region, 1),
		"AWS::StackId":          textNode(s.id(), 1),
		"AWS::StackName":        textNode(s.name, 1),
		"AWS::URLSuffix":        textNode(suffix, 1),
	}
}

// partitionOf returns the partition of a region (AWS General Reference,
// "Amazon Resource Names").
func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}
