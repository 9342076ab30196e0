// Package jwt reads JSON Web Tokens (RFC 7519) in their compact form: header,
// claims and signature, and checks the signature by a key set (RFC 7517) that
// somebody was given. What the claims must say is the caller's to decide.
//
// Signatures of RSA with SHA-2 are checked, since API Gateway takes no others
// (docs/aws/gateway.md#json-web-tokens). The algorithm is taken from that list
// and from the key, never from the token alone: a token without a signature, or
// one that has a public key's text as the secret of an HMAC, is refused.
//
// The package is internal: it may change whenever its users do.
package jwt
