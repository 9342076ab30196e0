package template

import (
	"maps"
	"math/big"
	"strings"
	"time"

	"lullaby/capacity"
	"lullaby/gateway"
)

// A methodSetting is what a stage sets for the methods that it names.
type methodSetting struct {
	path, verb string // "/*" and "*": all
	limits     gateway.MethodLimits
	n          *node
}

// methodSettings are the keys of an item of MethodSettings.
var methodSettings = properties{
	honoured: "HttpMethod ResourcePath ThrottlingBurstLimit ThrottlingRateLimit",
	later:    "CacheTtlInSeconds CachingEnabled",
	silent:   "CacheDataEncrypted DataTraceEnabled LoggingLevel MetricsEnabled",
}

// readSettings reads the throttles of a stage: MethodSettings, and what a
// deployment's StageDescription has of all methods.
func (l *loader) readSettings(a *API, in reader) {
	var all []methodSetting
	if limits, set := in.limits("ThrottlingRateLimit", "ThrottlingBurstLimit"); set {
		all = append(all, methodSetting{"/*", "*", limits, in.n})
	}
	for i, item := range in.list("MethodSettings") {
		at := in.item("MethodSettings", i, item)
		l.checkProperties(a.LogicalID, at.n, methodSettings)
		if limits, set := at.limits("ThrottlingRateLimit", "ThrottlingBurstLimit"); set {
			path := strings.ReplaceAll(at.text("ResourcePath", "/*"), "~1", "/")
			all = append(all, methodSetting{"/" + strings.TrimLeft(path, "/"), strings.ToUpper(at.text("HttpMethod", "*")), limits, item})
		}
	}
	l.settings[a] = append(l.settings[a], all...)
}

// limits returns the throttle that a mapping sets by two keys. A negative number
// lifts it.
func (r reader) limits(rateKey, burstKey string) (limits gateway.MethodLimits, set bool) {
	rate, burst := r.text(rateKey, ""), r.text(burstKey, "")
	if rate == "" && burst == "" {
		return limits, false
	}
	limits = gateway.MethodLimits{Rate: capacity.PerSecond(gateway.DefaultRate), Burst: gateway.DefaultBurst}
	for _, of := range []struct {
		key, text string
		most      int64
	}{{rateKey, rate, gateway.DefaultRate}, {burstKey, burst, gateway.DefaultBurst}} {
		if of.text == "" {
			continue
		}
		if !number.MatchString(of.text) {
			r.refuse(of.key, "must be a number, not %s", quote(of.text))
			return limits, false
		}
		n, _ := new(big.Rat).SetString(of.text)
		n.Mul(n, big.NewRat(int64(capacity.Unit), 1))
		tokens := new(big.Int).Quo(n.Num(), n.Denom())
		switch {
		case n.Sign() < 0 || tokens.Cmp(big.NewInt(of.most*int64(capacity.Unit))) > 0: // the account's is less
		case of.key == rateKey:
			limits.Rate = capacity.Rate{Tokens: capacity.Tokens(tokens.Int64()), Per: time.Second}
		default:
			limits.Burst = tokens.Int64() / int64(capacity.Unit)
		}
	}
	return limits, true
}

// limit gives the routes of an API the throttles of its stage. What names a
// method and a path goes before what names one of them, and that before what
// names neither.
func (l *loader) limit(a *API) {
	for _, r := range a.Routes {
		r.Limits = l.limitsOf(a, r.Method, r.Path, &r.Source)
	}
	for _, m := range a.Mocks {
		m.Limits = l.limitsOf(a, m.Method, m.Path, &m.Source)
	}
	for _, f := range a.Forwards {
		f.Limits = l.limitsOf(a, f.Method, f.Path, &f.Source)
	}
}

// limitsOf returns the throttle of a method, nil if there is none, and adds its
// place to at.
func (l *loader) limitsOf(a *API, verb, path string, at *Source) *gateway.MethodLimits {
	var best *methodSetting
	rank := -1
	for i := range l.settings[a] {
		s := &l.settings[a][i]
		if s.path != "/*" && s.path != path || s.verb != "*" && s.verb != verb {
			continue
		}
		own := 0
		if s.path != "/*" {
			own += 2
		}
		if s.verb != "*" {
			own++
		}
		if own >= rank {
			best, rank = s, own
		}
	}
	if best == nil {
		return nil
	}
	apart := map[string]*node{"Limits": best.n}
	maps.Copy(apart, at.apart)
	at.apart = apart
	return &best.limits
}
