// Package awsservice knows how requests and policies name AWS's services: by the name in
// the scope of a signature ("s3", "states"), which is the one that its functions return.
//
// The package is internal: it may change whenever its users do.
package awsservice
