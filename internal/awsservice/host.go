package awsservice

import (
	"slices"
	"strings"
)

// OfHost returns the service that a host is of, empty if it tells none. It takes a Host
// header, with or without a port. A name below amazonaws.com is AWS's; below localhost,
// which always is this machine (RFC 6761, section 6.3), a name of one service is that
// service, and any other is a bucket of S3's, whose clients put its name before the
// endpoint's (docs/aws/forward.md#hosts).
func OfHost(header string) string {
	name, _, _ := strings.Cut(strings.ToLower(header), ":")
	name = strings.TrimSuffix(name, ".")
	labels, ofAWS := cutHost(name, ".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
	if !ofAWS {
		var local bool
		if labels, local = cutHost(name, ".localhost"); !local {
			return ""
		}
	}
	if slices.ContainsFunc(labels, isS3) {
		return "s3"
	}
	last := len(labels) - 1
	regional := isRegion(labels[last]) && last > 0
	if regional {
		last--
	}
	switch {
	case ofAWS || regional:
		return Named(strings.TrimSuffix(labels[last], "-fips"))
	default:
		return "s3"
	}
}

// cutHost returns the labels of name before one of the ends.
func cutHost(name string, ends ...string) (labels []string, ok bool) {
	for _, end := range ends {
		if rest, found := strings.CutSuffix(name, end); found && rest != "" {
			return strings.Split(rest, "."), true
		}
	}
	return nil, false
}

// isS3 reports whether a label is one of S3's: s3, s3-us-west-2, s3-accelerate. A bucket
// may begin so too, and is S3's as well.
func isS3(label string) bool { return label == "s3" || strings.HasPrefix(label, "s3-") }

// isRegion reports whether a label has the form of a region: us-east-1, us-gov-west-1.
func isRegion(label string) bool {
	parts := strings.Split(label, "-")
	number := parts[len(parts)-1]
	return len(parts) >= 3 && len(parts[0]) == 2 && len(number) == 1 && number[0] >= '1' && number[0] <= '9'
}
