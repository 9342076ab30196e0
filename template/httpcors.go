package template

import (
	"slices"
	"strings"
	"time"
)

// The CORS of HTTP APIs and of function URLs, which answers preflights without a
// route (docs/aws/templates.md#cors-of-http-apis).

// corsKeys are the members of AWS's Cors. In a document they begin with a small
// letter.
const corsKeys = "AllowCredentials AllowHeaders AllowMethods AllowOrigins ExposeHeaders MaxAge"

func documentKey(key string) string { return strings.ToLower(key[:1]) + key[1:] }

func templateKey(key string) string { return key }

// Bounds of MaxAge in seconds. The least is of HTTP APIs.
const (
	minAge = -1
	maxAge = 86_400
)

// cors returns the CORS at key, nil if that is absent. name returns how a member is
// written there, and least is the least MaxAge.
func (r reader) cors(key string, name func(string) string, least int) *CORS {
	in := r.under(key)
	if in.n == nil {
		return nil
	}
	var keys []string
	for k := range strings.FieldsSeq(corsKeys) {
		keys = append(keys, name(k))
	}
	in.only(strings.Join(keys, " "))
	c := &CORS{}
	for key, list := range map[string]*[]string{
		"AllowOrigins": &c.Origins, "AllowMethods": &c.Methods, "AllowHeaders": &c.Headers, "ExposeHeaders": &c.Exposed,
	} {
		*list = in.texts(name(key))
	}
	for i, h := range c.Headers {
		c.Headers[i] = strings.ToLower(h)
	}
	if in.value(name("MaxAge")) != nil {
		c.MaxAge = new(time.Duration(in.integer(name("MaxAge"), 0, least, maxAge)) * time.Second)
	}
	if in.value(name("AllowCredentials")) != nil {
		c.Credentials = in.oneOf(name("AllowCredentials"), "false", "false", "true") == "true"
	}
	return c
}

// checkCORS refuses what API Gateway refuses of an HTTP API's CORS.
func (l *loader) checkCORS(a *HTTPAPI) {
	if c := a.CORS; c != nil && c.Credentials && slices.Contains(c.Origins, "*") {
		l.add(l.errorf(a.Pos("CORS").Line, "%s: allow-credentials is not supported if 'allow-origin' is *", a.LogicalID))
	}
}
