package sigv4

// unsignedPayload is signed in the place of a body's hash if the signature does not cover
// the body.
const unsignedPayload = "UNSIGNED-PAYLOAD"

// OfS3 has r verified as a request to S3, of which s is the signature: the path is
// escaped once, and the signature has the hash of the body that x-amz-content-sha256
// names, or none if it is in the query ("Authenticating Requests: Using the Authorization
// Header" and "Using Query Parameters"). So nothing says that Body is the one that was signed.
func (r *Request) OfS3(s *Signature) {
	r.EscapedOnce = true
	if r.BodyHash = r.Header("x-amz-content-sha256"); r.BodyHash != "" {
		return
	}
	if r.BodyHash, _ = s.parameter("X-Amz-Content-Sha256"); r.BodyHash != "" {
		return
	}
	if _, presigned := s.parameter("X-Amz-Signature"); presigned {
		r.BodyHash = unsignedPayload
	}
}
