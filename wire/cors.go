package wire

// allowOrigin lets scripts read an answer, in the words with which AWS lets those
// of every site. Here only pages of the Origins get so far. exposed are the names of
// the headers that they may read.
func (r *response) allowOrigin(exposed string) {
	r.set("Access-Control-Allow-Origin", "*")
	if exposed != "" {
		r.set("Access-Control-Expose-Headers", exposed)
	}
}

// preflight answers a browser's preflight request: everything that it asks for
// is allowed (architect/dynalite, test/connection.js).
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
