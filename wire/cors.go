package wire

// allowOrigin lets scripts of any site read an answer, of its headers those
// that exposed names.
func (r *response) allowOrigin(exposed string) {
	r.set("Access-Control-Allow-Origin", "*")
	if exposed != "" {
		r.set("Access-Control-Expose-Headers", exposed)
	}
}

// preflight answers a browser that asks what it may send: whatever it wants to
// (architect/dynalite, test/connection.js).
func preflight(r *request) response {
	resp := response{status: 200}
	if h := r.header("Access-Control-Request-Headers"); h != "" {
		resp.set("Access-Control-Allow-Headers", h)
	}
	if m := r.header("Access-Control-Request-Method"); m != "" {
		resp.set("Access-Control-Allow-Methods", m)
	}
	resp.set("Access-Control-Max-Age", "172800")
	return resp
}
