package template

import (
	"slices"
	"strconv"
	"strings"

	"lullaby/gateway"
)

// Gateway responses (docs/aws/gateway.md#gateway-responses).

// responseTypes are the types of gateway responses ("GatewayResponse" of API
// Gateway's API reference).
const responseTypes = "ACCESS_DENIED API_CONFIGURATION_ERROR AUTHORIZER_CONFIGURATION_ERROR AUTHORIZER_FAILURE BAD_REQUEST_BODY " +
	"BAD_REQUEST_PARAMETERS DEFAULT_4XX DEFAULT_5XX EXPIRED_TOKEN INTEGRATION_FAILURE INTEGRATION_TIMEOUT INVALID_API_KEY " +
	"INVALID_SIGNATURE MISSING_AUTHENTICATION_TOKEN QUOTA_EXCEEDED REQUEST_TOO_LARGE RESOURCE_NOT_FOUND THROTTLED UNAUTHORIZED " +
	"UNSUPPORTED_MEDIA_TYPE WAF_FILTERED"

func gatewayResponse() *resourceType {
	return &resourceType{
		properties: properties{honoured: "ResponseParameters ResponseTemplates ResponseType RestApiId StatusCode"},
		link: func(l *loader, r *resource) error {
			in := l.reader(r.id+": ", r.line, r.properties)
			if a := l.restAPIOf(in); a != nil {
				l.addResponse(a, in, in.required("ResponseType"), responseKeys{"StatusCode", "ResponseParameters", "ResponseTemplates"})
			}
			return *in.err
		},
	}
}

// responseKeys are the keys of a gateway response: CloudFormation's, or those of
// documents.
type responseKeys struct{ status, parameters, templates string }

// addResponse adds the gateway response of a type that in reads.
func (l *loader) addResponse(a *API, in reader, typ string, keys responseKeys) {
	if typ != "" && !contains(responseTypes, typ) {
		in.fail(in.line, "%s%s is no type of gateway responses", in.label, quote(typ))
		return
	}
	fields := map[string]string{"Type": "ResponseType", "Status": keys.status, "Headers": keys.parameters, "Templates": keys.templates}
	g := &GatewayResponse{Source: in.source(in.line, fields), Type: typ, Status: l.statusAt(in, keys.status)}
	parameters := in.under(keys.parameters)
	for name, value := range parameters.prefixed("gatewayresponse.header.") {
		g.Headers = l.mapped(g.Headers, gateway.Header, name, value, in, a.LogicalID)
	}
	for contentType, text := range in.textMap(keys.templates) {
		parsed, ok := gateway.ParseText(text)
		if !ok {
			l.omit(in.lineOf(keys.templates), a.LogicalID, "templates of gateway responses with logic")
			continue
		}
		g.Templates = append(g.Templates, BodyTemplate{contentType, parsed})
	}
	sortTemplates(g.Templates)
	sortMapped(g.Headers)
	if *in.err == nil {
		a.Responses = append(slices.DeleteFunc(a.Responses, func(o *GatewayResponse) bool { return o.Type == typ }), g)
	}
}

// statusAt returns the HTTP status at key, 0 if it is absent.
func (l *loader) statusAt(in reader, key string) int { return in.integer(key, 0, 100, 599) }

// samResponse are the keys of a type in GatewayResponses of a SAM API, and of its
// ResponseParameters.
var (
	samResponse           = properties{honoured: "ResponseParameters ResponseTemplates StatusCode"}
	samResponseParameters = properties{honoured: "Headers", later: "Paths QueryStrings"}
)

// readSAMResponses adds the GatewayResponses of a SAM API.
func (l *loader) readSAMResponses(a *API, in reader) {
	all := in.under("GatewayResponses")
	for _, f := range all.n.entries() {
		one := all.under(f.key)
		one.line = f.line
		l.checkProperties(a.LogicalID, one.n, samResponse)
		l.addResponse(a, one, f.key, responseKeys{"StatusCode", "ResponseParameters", "ResponseTemplates"})
		parameters := one.under("ResponseParameters")
		l.checkProperties(a.LogicalID, parameters.n, samResponseParameters)
		if len(a.Responses) == 0 || *in.err != nil {
			continue
		}
		g := a.Responses[len(a.Responses)-1]
		for name, value := range parameters.textMap("Headers") {
			g.Headers = l.mapped(g.Headers, gateway.Header, name, value, parameters, a.LogicalID)
		}
		sortMapped(g.Headers)
	}
}

// mapped returns all with one more mapped parameter. It leaves out, and names, one
// that Lullaby does not understand.
func (l *loader) mapped(all []Mapped, to gateway.From, name, value string, in reader, of string) []Mapped {
	from, ok := gateway.ParseValue(value)
	if !ok {
		l.omit(in.line, of, "parameters mapped from "+value)
		return all
	}
	return append(all, Mapped{to, name, from})
}

// prefixed returns the strings whose keys begin with a prefix, by what follows it.
func (r reader) prefixed(prefix string) map[string]string {
	all := make(map[string]string)
	for _, f := range r.n.entries() {
		if name, ok := strings.CutPrefix(f.key, prefix); ok && r.value(f.key) != nil {
			all[name] = r.text(f.key, "")
		}
	}
	return all
}

func sortTemplates(all []BodyTemplate) {
	slices.SortFunc(all, func(a, b BodyTemplate) int { return strings.Compare(a.ContentType, b.ContentType) })
}

func sortMapped(all []Mapped) {
	key := func(m Mapped) string { return strconv.Itoa(int(m.To)) + m.Name }
	slices.SortFunc(all, func(a, b Mapped) int { return strings.Compare(key(a), key(b)) })
}
