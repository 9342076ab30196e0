package wire

// What scripts may read of Lambda's answers (recorded in aws/aws-sdk-js#1080).
// DynamoDB names nothing (architect/dynalite, test/connection.js).
const lambdaExposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,x-amz-log-result,x-amz-function-error"

// allowOrigin lets scripts of any site read an answer.
func (r *response) allowOrigin(exposed string) {
	r.set("Access-Control-Allow-Origin", "*")
	if exposed != "" {
		r.set("Access-Control-Expose-Headers", exposed)
	}
}

// preflight answers a browser that asks what it may send.
func preflight(r *request, resp response) response {
	if h := r.header("Access-Control-Request-Headers"); h != "" {
		resp.set("Access-Control-Allow-Headers", h)
	}
	if m := r.header("Access-Control-Request-Method"); m != "" {
		resp.set("Access-Control-Allow-Methods", m)
	}
	resp.set("Access-Control-Max-Age", "172800")
	return resp
}
